import type { PeerId } from '@conclave/core';

import { until } from '../../../support/wait.js';
import type { Siege } from './siege.js';

/** What bob keeps of the files that he is offered: how each ended, or stands, in the order of the offers. */
export interface Offered {
  readonly name: string;
  readonly size: number;
  readonly ended: string | undefined;
}

/** Bob takes every file that is offered to him on the stream that he plays, or lets all of them wait. */
export const bobListens = ({ bob }: Siege, accepts: boolean): Promise<void> =>
  bob.evaluate((takes: boolean) => {
    type Entry = { name: string; size: number; ended: string | undefined };
    const offers: Entry[] = [];
    Object.assign(kit.keep, { offers });
    kit.keep.incoming['show']!.onFile((offer) => {
      const entry: Entry = { name: offer.name, size: offer.size, ended: undefined };
      offers.push(entry);
      offer.state.subscribe(() => {
        const state = offer.state.get();
        if (state.phase === 'failed') entry.ended = state.code;
        else if (state.phase === 'done') entry.ended = 'done';
      });
      if (takes) void offer.accept().catch(() => undefined);
    });
  }, accepts);

/** The files that bob was offered. */
export const offersOf = ({ bob }: Siege): Promise<readonly Offered[]> =>
  bob.evaluate(() => (kit.keep as unknown as { offers: Offered[] }).offers);

/** Waits until bob was offered so many files. */
export const untilOffers = async (siege: Siege, count: number): Promise<readonly Offered[]> => {
  await until(async () => (await offersOf(siege)).length >= count, {
    within: 3_000,
    what: `${count} offers`,
  });
  return offersOf(siege);
};

/** Bob sends a file of so many bytes to everybody who plays his camera; it is kept as `transfer`. */
export const bobSendsFile = ({ bob }: Siege, bytes: number): Promise<void> =>
  bob.evaluate((size: number) => {
    const file = new Blob([new Uint8Array(size).fill(7)]);
    Object.assign(kit.keep, { transfer: kit.keep.outgoing['camera']!.sendFile(file, { name: 'a.bin' }) });
  }, bytes);

/** How that file is doing with a peer: a phase, or the code that it failed with. */
const stateOf = ({ bob }: Siege, farId: PeerId): Promise<string> =>
  bob.evaluate((id: PeerId) => {
    type Transfer = { peers: { get(): ReadonlyMap<string, { phase: string; code?: string }> } };
    const state = (kit.keep as unknown as { transfer: Transfer }).transfer.peers.get().get(id);
    return state?.code ?? state?.phase ?? 'unknown';
  }, farId);

/** Waits until that file has come to something with a peer. */
export const untilState = async (siege: Siege, farId: PeerId, expected: string): Promise<void> => {
  let now = '';
  const what = `the file is ${expected}`;
  await until(async () => (now = await stateOf(siege, farId)) === expected, { within: 5_000, what }).catch(
    () => {
      throw new Error(`${what}, not ${now}`);
    },
  );
};

/** Alice takes whatever bob offers to her, and writes down how many bytes she got. */
export const aliceTakesFiles = ({ alice }: Siege): Promise<void> =>
  alice.evaluate(() => {
    const friend = kit.keep.incoming['friend']!;
    friend.onFile((offer) => void offer.accept().then((blob) => kit.keep.heard.push(blob?.size)));
  });
