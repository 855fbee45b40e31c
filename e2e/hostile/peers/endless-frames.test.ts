import type { Lane } from '@conclave/protocol';

import { until } from '../../support/wait.js';
import { heapOf, linkToBob, malloryPlaysBob } from './support/actions.js';
import { useSiege } from './support/siege.js';

const siege = useSiege();

/** Mallory throws so many frames at bob over her link; a few at a time, so that they leave. */
function throwFrames(kind: string, count: number): Promise<boolean> {
  return siege.mallory.evaluate(
    async (what: string, many: number) => {
      const link = hostile.keep['link'] as InstanceType<typeof hostile.HostileLink>;
      const { encodeDataFrame } = hostile.protocol;
      const payload = new Uint8Array(what.endsWith('of 64 KiB') ? 65_000 : 1_000).fill(7);
      const lane = what.split(' ')[0] as Lane;
      const frame = (index: number): Uint8Array<ArrayBuffer> => {
        if (what.startsWith('bulk'))
          return encodeDataFrame({
            type: 'bulk',
            sentAtUs: 0,
            transfer: index,
            offset: index * 1_000,
            payload,
          });
        if (what.startsWith('lossy')) return encodeDataFrame({ type: 'lossy', request: 77 + index, payload });
        if (what.includes('acks'))
          return encodeDataFrame({ type: 'ack', counter: Number.MAX_SAFE_INTEGER - index, verdicts: [] });
        if (what.includes('gaps'))
          return encodeDataFrame({ type: 'message', request: 1, counter: 1e9 + index, payload });
        return encodeDataFrame({ type: 'message', request: 77 + index, counter: index + 1, payload });
      };
      const perTurn = Math.max(1, Math.floor(200_000 / payload.byteLength));
      for (let index = 0; index < many && !link.isOver; index += 1) {
        link.raw(lane, frame(index));
        if (index % perTurn === perTurn - 1) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return link.isOver;
    },
    kind,
    count,
  );
}

test.each([
  ['bulk frames of transfers that nobody asked for', 5_000],
  ['bulk frames without end of 64 KiB', 300],
  ['messages for requests that nobody made', 5_000],
  ['messages for requests that nobody made of 64 KiB', 300],
  ['messages with gaps between their counters', 5_000],
])('[B9] %s: each is counted, none is kept', async (kind, count) => {
  await linkToBob(siege);
  const settled = await heapOf(siege.bob);
  await siege.undisturbed(() => throwFrames(kind, count));
  await siege.refused('link/bad-frame', count);
  await settled();
  expect((await siege.ledger()).asked).toEqual([]);
});

test('[B9] lossy frames of 64 KiB for requests that nobody made: those that arrive are counted, none is kept', async () => {
  await linkToBob(siege);
  const settled = await heapOf(siege.bob);
  await siege.undisturbed(() => throwFrames('lossy frames of 64 KiB', 300));
  await siege.refused('link/bad-frame');
  await settled();
});

test('[B9] acks with absurd counters settle nothing that was not sent, and cost nothing', async () => {
  const malloryId = await malloryPlaysBob(siege);
  const settled = await heapOf(siege.bob);
  await siege.undisturbed(() => throwFrames('messages acks', 5_000));
  // What bob sends afterwards is not delivered before she says so.
  const outcome = await siege.bob.evaluate(async (id: string) => {
    const peer = kit.keep.outgoing['camera']!.peerStreams.get().find(({ farId }) => farId === id)!;
    const { delivered } = peer.send('say', 'hello');
    return Promise.race([
      delivered.then((outcomes) => [...outcomes.values()][0]),
      new Promise((resolve) => setTimeout(resolve, 500, 'on its way')),
    ]);
  }, malloryId);
  expect(outcome).toBe('on its way');
  await settled();
});

test.each(['control', 'control, of 64 KiB,'])(
  '[B9] the first frame of garbage on %s ends the link',
  async (kind) => {
    await linkToBob(siege);
    await siege.undisturbed(async () => {
      // Nobody waits for her: she may crash when she is hung up on in the middle of it.
      const throwing = siege.mallory.evaluate((long: boolean) => {
        const link = hostile.keep['link'] as InstanceType<typeof hostile.HostileLink>;
        for (let left = 10; left > 0; left -= 1) link.raw('control', hostile.randomBytes(long ? 65_000 : 40));
      }, kind.includes('64'));
      throwing.catch(() => undefined);
      await until(() => siege.bob.evaluate(() => kit.keep.connection.links.get().size === 1), {
        within: 5_000,
        what: 'alice only',
      });
    });
  },
);
