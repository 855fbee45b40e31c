import type { PeerId } from '@conclave/core';

import { until } from '../../support/wait.js';
import { bobPlaysMallory, heapOf, malloryPlaysBob } from './support/actions.js';
import { useSiege } from './support/siege.js';

const siege = useSiege();
type Link = InstanceType<typeof hostile.HostileLink>;

/** Bob answers the questions `add` of who he plays, once he is let: `release`. */
const bobAnswers = () =>
  siege.bob.evaluate(() => {
    const keep = kit.keep as unknown as { release: () => void; atOnce: number; most: number };
    const released = new Promise<void>((resolve) => (keep.release = resolve));
    [keep.atOnce, keep.most] = [0, 0];
    kit.keep.incoming['show']!.respond('add', async (...args) => {
      keep.most = Math.max(keep.most, (keep.atOnce += 1));
      await released;
      keep.atOnce -= 1;
      return (args as number[]).reduce((sum, one) => sum + one, 0);
    });
  });

/** Mallory asks so many questions at once and acknowledges what she hears, or not; her answers are kept. */
const ask = (name: string, count: number, acknowledges = true) =>
  siege.mallory.evaluate(
    (what: string, many: number, acks: boolean) => {
      const link = hostile.keep['link'] as Link;
      const { request } = link.farPlays[0]!;
      const { encodeValue, encodeDataFrame, decodeValue } = hostile.protocol;
      const answers: unknown[][] = (hostile.keep['answers'] = []);
      link.onMessage = ({ counter, payload }) => {
        const answer = decodeValue(payload, Infinity);
        if (answer.ok) answers.push(answer.value as unknown[]);
        if (acks) link.ack(counter);
      };
      for (let number = 1; number <= many; number += 1) {
        const payload = encodeValue([what, [number, 1], number]);
        const counter = ++link.counter;
        if (payload.ok)
          link.raw(
            'messages',
            encodeDataFrame({ type: 'message', request, counter, payload: payload.value }),
          );
      }
    },
    name,
    count,
    acknowledges,
  );

/** How many answers of each kind she has. */
const answers = () =>
  siege.mallory.evaluate(() => {
    const counts: Record<string, number> = {};
    for (const [, , code = 'answered'] of hostile.keep['answers'] as [number, unknown, string?][])
      counts[code] = (counts[code] ?? 0) + 1;
    return counts;
  });
const untilAnswers = async (expected: Record<string, number>) => {
  const total = Object.values(expected).reduce((sum, one) => sum + one, 0);
  const count = async () => Object.values(await answers()).reduce((sum, one) => sum + one, 0);
  await until(async () => (await count()) >= total, { within: 5_000, what: `${total} answers` });
  expect(await answers()).toEqual(expected);
};

test('[B9] 1,000 questions at once: 64 are being answered, the others are told data/congested; then there is room again', async () => {
  expect(await bobPlaysMallory(siege)).toBe('playing');
  await bobAnswers();
  const settled = await heapOf(siege.bob);
  await siege.undisturbed(async () => {
    await ask('add', 1_000);
    await untilAnswers({ 'data/congested': 936 });
    await siege.bob.evaluate(() => (kit.keep as unknown as { release: () => void }).release());
    await untilAnswers({ 'data/congested': 936, answered: 64 });
    await ask('add', 1);
    await untilAnswers({ answered: 1 });
  });
  expect(await siege.bob.evaluate(() => (kit.keep as unknown as { most: number }).most)).toBe(64);
  await settled();
});

test('[B9] 1,000 questions that nobody answers: 64 wait for somebody, the others are told data/no-responder at once', async () => {
  expect(await bobPlaysMallory(siege)).toBe('playing');
  await siege.undisturbed(async () => {
    await ask('constructor', 1_000);
    await untilAnswers({ 'data/no-responder': 936 });
  });
});

test('[B9] who asks 5,000 questions and never acknowledges an answer costs bob the room of one outbox; alice is answered', async () => {
  expect(await bobPlaysMallory(siege)).toBe('playing');
  await bobAnswers();
  await siege.bob.evaluate(() => (kit.keep as unknown as { release: () => void }).release());
  const settled = await heapOf(siege.bob);
  await siege.undisturbed(async () => {
    await ask('add', 5_000, false);
    await until(async () => Object.values(await answers()).some((count) => count > 100), {
      within: 5_000,
      what: 'the first of them',
    });
    expect(await questionToAlice()).toBe('of alice');
  });
  const told = await siege.mallory.evaluate(() => (hostile.keep['answers'] as unknown[]).length);
  expect(told).toBeLessThanOrEqual(250); // what may be on its way
  await siege.mallory.evaluate(() => (hostile.keep['link'] as Link).say({ t: 'bye', code: 'peer/closed' }));
  await settled(); // and what was owed to her is hers no more
});

/** Bob asks alice, who plays his camera. */
async function questionToAlice(): Promise<unknown> {
  await siege.alice.evaluate(() => {
    kit.keep.incoming['friend']!.respond('who', () => 'of alice');
  });
  return bobAsks(siege.aliceId);
}

const bobAsks = (id: PeerId, timeoutMs = 3_000) =>
  siege.bob.evaluate(
    (farId: PeerId, limitMs: number) => {
      const peers = kit.keep.outgoing['camera']!.peerStreams.get();
      const peer = peers.find((one) => one.farId === farId)!;
      return peer.request('who', [], { timeoutMs: limitMs }).catch((error: unknown) => kit.codeOf(error));
    },
    id,
    timeoutMs,
  );

test('[B9] 5,000 answers to questions that nobody asked, and 300 of 64 KiB, change nothing; the one that is asked for is heard', async () => {
  const malloryId = await malloryPlaysBob(siege);
  const settled = await heapOf(siege.bob);
  await siege.undisturbed(() =>
    siege.mallory.evaluate(async () => {
      const link = hostile.keep['link'] as Link;
      const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
      for (let number = 0; number < 5_000; number += 1) {
        link.reply(1, number - 100, 'nobody asked');
        if (number % 100 === 99) await pause();
      }
      for (let number = 0; number < 300; number += 1) {
        link.reply(1, Number.MAX_SAFE_INTEGER, new Uint8Array(65_000));
        if (number % 3 === 2) await pause();
      }
      for (const odd of [
        [],
        [1],
        ['1', 2],
        [1.5, 2],
        [{}, 2],
        [1, 2, 'constructor'],
        [1, 2, 'data/timeout', 4],
      ])
        link.reply(1, ...odd);
    }),
  );
  await siege.mallory.evaluate(() => {
    const link = hostile.keep['link'] as Link;
    link.onMessage = ({ request, payload }) => {
      const call = hostile.protocol.decodeValue(payload, Infinity);
      const [, , number] = (call.ok ? call.value : []) as [string, unknown[], number];
      for (const value of ['first', 'second']) link.reply(request, number, value);
    };
  });
  expect(await bobAsks(malloryId)).toBe('first');
  await siege.refused('link/bad-frame', 7);
  expect((await siege.ledger()).refused).toEqual({ 'link/bad-frame': 7 });
  await settled();
});

test('[B9] answers to a question that alice was asked are refused, each, and alice is heard', async () => {
  await malloryPlaysBob(siege);
  await siege.alice.evaluate(() => {
    const keep = kit.keep as unknown as { release: (value: string) => void };
    kit.keep.incoming['friend']!.respond('who', () => new Promise((resolve) => (keep.release = resolve)));
  });
  const asked = bobAsks(siege.aliceId, 10_000);
  await until(() => siege.alice.evaluate(() => 'release' in kit.keep), {
    within: 3_000,
    what: 'alice is asked',
  });
  await siege.mallory.evaluate(async () => {
    const link = hostile.keep['link'] as Link;
    for (let number = 1; number <= 1_000; number += 1) {
      link.reply(1, number, 'of mallory');
      link.reply(2, number, null, 'data/responder-failed');
      if (number % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });
  await siege.refused('link/bad-frame', 1_001); // one is the number of alice's question, and of 2 nobody knows
  await siege.alice.evaluate(() =>
    (kit.keep as unknown as { release: (value: string) => void }).release('of alice'),
  );
  expect(await asked).toBe('of alice');
});

test('[B9] an answer above 64 KiB is refused before it is decoded, and the question ends in time', async () => {
  const malloryId = await malloryPlaysBob(siege);
  await siege.mallory.evaluate(() => {
    const link = hostile.keep['link'] as Link;
    link.onMessage = () => {
      const frame = new Uint8Array(70_000).fill(0xc0);
      frame.set(
        hostile.protocol.encodeDataFrame({
          type: 'answer',
          request: 1,
          counter: 1,
          payload: new Uint8Array(0),
        }),
      );
      link.raw('messages', frame);
    };
  });
  expect(await bobAsks(malloryId, 1_000)).toBe('data/timeout');
  await siege.refused('link/bad-frame');
});
