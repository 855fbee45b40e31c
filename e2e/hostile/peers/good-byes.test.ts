import { ERROR_CODES, type PeerId } from '@conclave/protocol';

import { linksOf } from '../../node/support/actions.js';
import { until } from '../../support/wait.js';
import { useSiege } from './support/siege.js';

const siege = useSiege();

/** Bob plays streams of many identities of mallory, each of which says good-bye with a code; how his streams ended. */
async function partingWith(codes: readonly string[]): Promise<[string, string][]> {
  const { mallory, bob, url } = siege;
  const ids = await mallory.evaluate(
    async (to: string, all: readonly string[]) => {
      const everybody = await Promise.all(all.map(() => hostile.Hostile.enter(to)));
      hostile.keep['links'] = Promise.all(
        everybody.map(async (one) => {
          const link = await one.answerNext();
          await link.prove();
          link.say({ t: 'granted', request: link.farPlays[0]!.request });
          return link;
        }),
      );
      return everybody.map(({ peerId }) => peerId);
    },
    url,
    codes,
  );
  // He calls them: what strangers may open in a row is bounded.
  await bob.evaluate(async (farIds: PeerId[]) => {
    const streams = farIds.map((id) => kit.keep.connection.play(id, 'nothing', { media: false }));
    for (const stream of streams) kit.keep.incoming[stream.farId] = stream;
    await Promise.all(streams.map(({ ready }) => ready));
  }, ids);
  await mallory.evaluate(async (all: readonly string[]) => {
    const links = (await hostile.keep['links']) as InstanceType<typeof hostile.HostileLink>[];
    for (const [index, code] of all.entries()) {
      const frame = hostile.protocol.encodeValue({ t: 'bye', code });
      if (frame.ok) links[index]!.raw('control', frame.value);
    }
  }, codes);
  await until(async () => (await linksOf(bob)).join() === siege.aliceId, {
    within: 5_000,
    what: 'alice only',
  });
  await mallory.evaluate(async () => {
    for (const link of (await hostile.keep['links']) as InstanceType<typeof hostile.HostileLink>[])
      link.close();
  });
  return bob.evaluate(
    (farIds: string[], all: readonly string[]) => {
      const stateOf = (id: string) => {
        const state = kit.keep.incoming[id]!.state.get();
        return 'code' in state ? state.code : state.phase;
      };
      return all.map((code, index): [string, string] => [code, stateOf(farIds[index]!)]);
    },
    ids,
    codes,
  );
}

test('[B9] a good-bye with any code ends the link of who says it, with a code of ours, and no other', async () => {
  const known = Object.keys(ERROR_CODES);
  const unknown = ['', 'constructor', '__proto__', 'toString', 'peer/closed ', 'x'.repeat(10_000)];
  const said = await siege.undisturbed(async () => {
    const all: [string, string][] = [];
    // A few at a time: 32 links are all that he has.
    const codes = [...known, ...unknown];
    for (let at = 0; at < codes.length; at += 15) all.push(...(await partingWith(codes.slice(at, at + 15))));
    return all;
  });
  const expected = (code: string) => (code === 'link/replaced' ? code : 'peer/closed');
  expect(said).toEqual([
    ...known.map((code) => [code, expected(code)]),
    ...unknown.map((code) => [code, 'link/bad-frame']),
  ]);
  expect((await siege.ledger()).asked).toEqual([]);
});
