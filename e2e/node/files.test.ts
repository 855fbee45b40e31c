import type { PeerId } from '@conclave/core';

import { until } from '../support/wait.js';
import { connectAll, play, publish } from './support/actions.js';
import { useCast } from './support/cast.js';

const cast = useCast('alice', 'bob');

/** Alice offers bytes that she can make again; what she sees of it is kept. Bob accepts into a stream that digests what it gets. */
async function send(size: number, cuttable = false) {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  let aliceId: PeerId;
  if (cuttable) {
    const connect = (url: string) => kit.connect(url, { cuttable: true });
    [aliceId] = (await Promise.all([alice, bob].map((peer) => peer.evaluate(connect, cast.url)))) as [PeerId];
  } else [aliceId] = (await connectAll(cast.url, alice, bob)) as [PeerId];
  await publish(alice, 'files');
  expect(await play(bob, aliceId, 'files', false)).toBe('playing');
  await bob.evaluate(() => {
    const seen = { bytes: 0, progress: [] as number[], offers: 0, parts: [] as Uint8Array[] };
    Object.assign(globalThis, { seen });
    kit.keep.incoming['files']!.onFile((offer) => {
      seen.offers += 1;
      const to = new WritableStream<Uint8Array>({
        write: (chunk) => {
          seen.bytes += chunk.byteLength;
          seen.parts.push(chunk.slice());
        },
        close: () => void Object.assign(seen, { ended: 'closed' }),
        abort: () => void Object.assign(seen, { ended: 'aborted' }),
      });
      const taken = offer.accept({ to, onProgress: ({ bytes }) => seen.progress.push(bytes) });
      void taken.then(
        () => Object.assign(seen, { taken: 'done' }),
        (error: unknown) => Object.assign(seen, { taken: kit.codeOf(error) }),
      );
    });
  });
  await alice.evaluate((length: number) => {
    const bytes = new Uint8Array(length).map((_, index) => (index * 31 + (index >> 8)) % 251);
    const progress: number[] = [];
    const transfer = kit.keep.outgoing['files']!.sendFile(new Blob([bytes]), {
      name: 'numbers.bin',
      onProgress: (now) => progress.push(now.bytes),
    });
    Object.assign(globalThis, { sent: { bytes, transfer, progress } });
  }, size);
  return { alice, bob };
}

interface Sent {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly transfer: ReturnType<(typeof kit.keep.outgoing)[string]['sendFile']>;
  readonly progress: readonly number[];
}
interface Seen {
  readonly bytes: number;
  readonly progress: readonly number[];
  readonly offers: number;
  readonly parts: readonly Uint8Array[];
  readonly ended?: string;
  readonly taken?: string;
}

/** How it ended for Alice. */
const outcomeOf = (alice: ReturnType<typeof cast.peer>) =>
  alice.evaluate(async () => {
    const { transfer } = (globalThis as unknown as { sent: Sent }).sent;
    return [...(await transfer.finished).values()];
  });
/** What Bob has: its length and its digest. */
const digestOf = (bob: ReturnType<typeof cast.peer>) =>
  bob.evaluate(async () => {
    const { parts } = (globalThis as unknown as { seen: Seen }).seen;
    const digest = await crypto.subtle.digest(
      'SHA-256',
      await new Blob([...parts] as BlobPart[]).arrayBuffer(),
    );
    return String(new Uint8Array(digest));
  });
const digestSent = (alice: ReturnType<typeof cast.peer>) =>
  alice.evaluate(async () => {
    const { bytes } = (globalThis as unknown as { sent: Sent }).sent;
    return String(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
  });
const seenBy = (bob: ReturnType<typeof cast.peer>) =>
  bob.evaluate(() => {
    const { parts: _, ...rest } = (globalThis as unknown as { seen: Seen }).seen;
    return rest;
  });

test.each([0, 1, 262_144, 5_000_001])(
  '[C16] a file of %i bytes arrives whole, its hash is equal, and both ends see it come',
  async (size) => {
    const { alice, bob } = await send(size);
    expect(await outcomeOf(alice)).toEqual([{ phase: 'done' }]);
    await until(async () => (await seenBy(bob)).taken, { within: 5_000, what: 'bob has it' });
    expect(await seenBy(bob)).toMatchObject({ bytes: size, ended: 'closed', taken: 'done', offers: 1 });
    expect(await digestOf(bob)).toBe(await digestSent(alice));
    const progress = await alice.evaluate(() => (globalThis as unknown as { sent: Sent }).sent.progress);
    for (const list of [progress, (await seenBy(bob)).progress]) {
      expect(list).toEqual([...list].sort((a, b) => a - b));
      if (size > 0) expect(list.at(-1)).toBe(size);
    }
  },
);

test('[C16] a file goes on over a rebuilt link from where it was, and arrives whole', async () => {
  const { alice, bob } = await send(24 * 1024 * 1024, true);
  await until(async () => (await seenBy(bob)).bytes > 2 * 1024 * 1024, {
    within: 10_000,
    what: 'some of it is there',
  });
  await Promise.all([alice, bob].map((peer) => peer.evaluate(() => kit.cutPaths())));
  const before = (await seenBy(bob)).bytes;
  expect(before).toBeLessThan(24 * 1024 * 1024);
  expect(await outcomeOf(alice)).toEqual([{ phase: 'done' }]);
  // Written once and in order: had it begun anew, the stream would have got some of it twice.
  expect(await seenBy(bob)).toMatchObject({ bytes: 24 * 1024 * 1024, ended: 'closed', offers: 1 });
  expect(await digestOf(bob)).toBe(await digestSent(alice));
});

test('[C16] a file that its sender takes back leaves nothing behind at either end', async () => {
  const { alice, bob } = await send(24 * 1024 * 1024);
  await until(async () => (await seenBy(bob)).bytes > 0, { within: 10_000, what: 'some of it is there' });
  await alice.evaluate(() => (globalThis as unknown as { sent: Sent }).sent.transfer.cancel());
  expect(await outcomeOf(alice)).toEqual([{ phase: 'failed', code: 'file/cancelled' }]);
  await until(async () => (await seenBy(bob)).taken, { within: 5_000, what: 'bob is told' });
  expect(await seenBy(bob)).toMatchObject({ ended: 'aborted', taken: 'file/cancelled' });
});
