import type { PeerId } from '@conclave/core';

import { linksOf } from '../../../node/support/actions.js';
import type { Peer } from '../../../support/peer.js';
import { until } from '../../../support/wait.js';
import type { Siege } from './siege.js';

/** Mallory links with bob, honestly so far; both have proven themselves. Her link is kept as `hostile.keep.link`. */
export async function linkToBob(siege: Siege): Promise<PeerId> {
  const malloryId = await siege.mallory.evaluate(
    async (url: string, bobId: PeerId) => (await hostile.linkAnew(url, bobId)).nearId,
    siege.url,
    siege.bobId,
  );
  await until(async () => (await linksOf(siege.bob)).includes(malloryId), {
    within: 5_000,
    what: 'bob has a link to mallory',
  });
  return malloryId;
}

/** Mallory links with bob, honestly so far, and plays his camera; her request is 1. */
export async function malloryPlaysBob(siege: Siege): Promise<PeerId> {
  const malloryId = await linkToBob(siege);
  await siege.mallory.evaluate(async () => {
    const link = hostile.keep['link'] as InstanceType<typeof hostile.HostileLink>;
    link.say({ t: 'play', play: { request: 1, stream: 'camera' } });
    await hostile.until(() => link.heard.some(({ t }) => t === 'granted'));
  });
  return malloryId;
}

/** Alice writes down what bob says to her. */
export const aliceListens = ({ alice }: Siege): Promise<unknown> =>
  alice.evaluate(() => {
    kit.keep.incoming['friend']!.handle('say', (index) => kit.keep.heard.push(index));
  });

/** Bob sends to all who play his camera; what became of it at alice and at mallory, as far as it is known 10 s later. */
export const sendMany = (
  { bob, aliceId }: Siege,
  count: number,
  bytes: number,
  malloryId: PeerId,
): Promise<Record<string, number>> =>
  bob.evaluate(
    async (many: number, size: number, ids: string[]) => {
      const camera = kit.keep.outgoing['camera']!;
      const outcomes: Record<string, number> = {};
      const pending: Promise<void>[] = [];
      for (let index = 0; index < many; index += 1) {
        const { accepted, delivered } = camera.send('say', index, new Uint8Array(size));
        pending.push(
          delivered.then((map) => {
            for (const [id, outcome] of map) {
              const key = `${id === ids[0] ? 'alice' : 'mallory'} ${outcome}`;
              outcomes[key] = (outcomes[key] ?? 0) + 1;
            }
          }),
        );
        await accepted;
      }
      await Promise.race([Promise.all(pending), new Promise((resolve) => setTimeout(resolve, 10_000))]);
      return outcomes;
    },
    count,
    bytes,
    [aliceId, malloryId],
  );

/**
 * Bob sends something to mallory alone, so often. What becomes of each is written down as it becomes known, by its number,
 * in his `kit.keep.outcomes`.
 */
export const sendToMallory = ({ bob }: Siege, count: number, malloryId: PeerId, bytes = 200): Promise<void> =>
  bob.evaluate(
    (id: PeerId, many: number, size: number) => {
      const keep = kit.keep as typeof kit.keep & { outcomes: Record<number, string | undefined> };
      keep.outcomes = {};
      const peer = kit.keep.outgoing['camera']!.peerStreams.get().find(({ farId }) => farId === id)!;
      for (let index = 1; index <= many; index += 1) {
        void peer.send('say', index, new Uint8Array(size)).delivered.then((outcomes) => {
          keep.outcomes[index] = outcomes.get(id);
        });
      }
    },
    malloryId,
    count,
    bytes,
  );

/** How many of the messages that {@link sendToMallory} has sent came to which end. */
export const outcomesOf = ({ bob }: Siege): Promise<Record<string, number>> =>
  bob.evaluate(() => {
    const { outcomes } = kit.keep as typeof kit.keep & { outcomes: Record<number, string> };
    const counts: Record<string, number> = {};
    for (const outcome of Object.values(outcomes)) counts[outcome] = (counts[outcome] ?? 0) + 1;
    return counts;
  });

/** Lies that travel to mallory as text. */
interface TextLies {
  /** What she makes of her description before she tells it. */
  readonly own?: (sdp: string) => string;
  /** What she makes of the far description before her browser sees it. */
  readonly theirs?: (sdp: string) => string;
  /** What she does once all lanes are open, instead of proving herself and granting the play. */
  readonly perform?: (link: InstanceType<typeof hostile.HostileLink>, request: number) => unknown;
  readonly media?: boolean;
}

/**
 * Bob plays the stream `show` of mallory and registers the handler `say`; she answers as she is told. Resolves with
 * what came of it at bob: `playing`, or a code.
 */
export async function bobPlaysMallory(siege: Siege, lies: TextLies = {}): Promise<string> {
  const { own, theirs, perform, media = true } = lies;
  const malloryId = await siege.mallory.evaluate(
    async (url: string, texts: (string | undefined)[]) => {
      type Link = InstanceType<typeof hostile.HostileLink>;
      const [ownLie, theirLie, act] = texts.map((text) => text && (0, eval)(`(${text})`)) as [
        ((sdp: string) => string) | undefined,
        ((sdp: string) => string) | undefined,
        ((link: Link, request: number) => unknown) | undefined,
      ];
      const self = await hostile.Hostile.enter(url);
      hostile.keep['done'] = (async () => {
        const link = await self.answerNext({
          ...(ownLie && { own: ownLie }),
          ...(theirLie && { theirs: theirLie }),
        });
        hostile.keep['link'] = link;
        const { request } = link.farPlays[0]!;
        await link.opened;
        if (act) {
          await act(link, request);
          return;
        }
        await link.prove();
        link.say({ t: 'granted', request });
      })().catch(() => undefined);
      return self.peerId;
    },
    siege.url,
    [own, theirs, perform].map((lie) => lie?.toString()),
  );
  return siege.bob.evaluate(
    (id: PeerId, withMedia: boolean) => {
      const show = kit.keep.connection.play(id, 'show', { media: withMedia, playBack: withMedia });
      kit.keep.incoming['show'] = show;
      show.handle('say', (...args) => kit.keep.heard.push(args));
      return show.ready.then(
        () => 'playing',
        (error: unknown) => kit.codeOf(error),
      );
    },
    malloryId,
    media,
  );
}

/** What an attack may leave on a heap: less than a hundredth of what is thrown at it. */
const MAX_GROWTH_BYTES = 1024 * 1024;

/** Weighs a peer's heap; the function that it gives waits until the heap has come back to that weight, within 1 MiB. */
export async function heapOf(peer: Peer): Promise<() => Promise<void>> {
  const weigh = () =>
    peer.evaluate(() => {
      process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc');
      const collect = process.getBuiltinModule('node:vm').runInNewContext('gc') as () => void;
      collect();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    });
  const before = await weigh();
  return async () => {
    let grown = 0;
    await until(async () => (grown = (await weigh()) - before) < MAX_GROWTH_BYTES, {
      within: 5_000,
      what: `the heap has grown by ${grown} bytes`,
    });
  };
}
