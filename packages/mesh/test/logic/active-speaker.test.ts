import type { PeerId } from '@conclave/protocol';

import { NOBODY_SPEAKS, nextSpeaker, LOOK_MS, SILENCE_MS } from '../../src/logic/active-speaker.js';
import {
  randomOf,
  recordConversation,
  recordTurns,
  type Recording,
  type Turn,
} from '../support/recording.js';

const [alice, bob, charlie] = ['alice', 'bob', 'charlie'] as unknown as [PeerId, PeerId, PeerId];
const SEEDS = Array.from({ length: 50 }, (_, index) => index + 1);
/** How long after the beginning of a turn the speaker has to be right. */
const RIGHT_AFTER_MS = 700;

interface Verdict {
  readonly atMs: number;
  readonly speaker: PeerId | undefined;
}

/** Looks at a recording every 50 ms, as well as timers keep that, or every second, as they do in a hidden page. */
function watch(recording: Recording, seed: number, everyMs = LOOK_MS): Verdict[] {
  const random = randomOf(seed + 1_000);
  const verdicts: Verdict[] = [];
  let memory = NOBODY_SPEAKS;
  for (let atMs = 0; atMs < recording.lengthMs; atMs += everyMs * (0.95 + random() * 0.1)) {
    memory = nextSpeaker(memory, atMs, recording.levelsAt(atMs));
    verdicts.push({ atMs, speaker: memory.speaker });
  }
  return verdicts;
}

const turnOf = (who: PeerId, startMs: number, endMs: number): Turn => ({ who, startMs, endMs });

/** What is wrong in one turn, in words. */
function faults(
  { who, startMs, endMs }: Turn,
  next: Turn | undefined,
  verdicts: readonly Verdict[],
): string[] {
  const untilMs = next?.startMs ?? endMs;
  const within = verdicts.filter(({ atMs }) => atMs >= startMs && atMs < untilMs);
  const wrong = within.filter(
    ({ atMs, speaker }) => atMs >= startMs + RIGHT_AFTER_MS && atMs < endMs && speaker !== who,
  );
  const changes = within.filter(({ speaker }, index) => index > 0 && speaker !== within[index - 1]!.speaker);
  return [
    ...wrong.map(
      ({ atMs, speaker }) => `${String(speaker)} instead of ${who}, ${Math.round(atMs - startMs)} ms in`,
    ),
    ...(changes.length > 1 ? [`${changes.length} changes in a turn of ${who}`] : []),
  ];
}

describe('who is speaking', () => {
  it('[E9] is right within 700 ms of a turn, and changes at most once a turn, in scripted conversations of three', () => {
    const found = SEEDS.flatMap((seed) => {
      const recording = recordConversation({ who: [alice, bob, charlie], turns: 30, seed });
      const verdicts = watch(recording, seed);
      return recording.turns.flatMap((turn, index) =>
        faults(turn, recording.turns[index + 1], verdicts).map((fault) => `seed ${seed}: ${fault}`),
      );
    });
    expect(found).toEqual([]);
  });

  it('[E9] is right in a hidden page too, where timers fire once a second: some seconds later', () => {
    for (const seed of SEEDS) {
      const [first, second] = [turnOf(alice, 0, 20_000), turnOf(bob, 20_000, 40_000)];
      const recording = recordTurns([alice, bob, charlie], [first, second], seed);
      const verdicts = watch(recording, seed, 1_000);
      const at = (atMs: number) => verdicts.findLast((verdict) => verdict.atMs <= atMs)?.speaker;
      expect([at(19_000), at(39_000)]).toEqual([alice, bob]);
    }
  });

  it('[E9] coughs and short words of 300 ms, even of everybody in turn, make nobody the speaker', () => {
    expect(
      verdictsOn(10_000, (atMs) => {
        const loud = (offset: number) => ((atMs + offset) % 1_800 < 300 ? 0.3 : 0.0005);
        return { alice: loud(0), bob: loud(600), charlie: loud(1_200) };
      }),
    ).toEqual([undefined]);
  });

  it('[E9] a loud fan that is heard from the first moment on is not speech', () => {
    const random = randomOf(1);
    expect(verdictsOn(10_000, () => ({ alice: 0.018 * (0.8 + 0.4 * random()), bob: 0.0004 }))).toEqual([
      undefined,
    ]);
  });

  it('[E9] silence keeps the last speaker for 2 s, and then nobody speaks', () => {
    const talk = (atMs: number) => (atMs < 3_000 ? 0.1 * Math.abs(Math.sin(atMs / 70)) : 0);
    expect(verdictsOn(2_950 + SILENCE_MS - 200, (atMs) => ({ alice: talk(atMs), bob: 0.001 }))).toEqual([
      undefined,
      alice,
    ]);
    expect(verdictsOn(3_000 + SILENCE_MS + 200, (atMs) => ({ alice: talk(atMs), bob: 0.001 }))).toEqual([
      undefined,
      alice,
      undefined,
    ]);
  });

  it('[E9] who leaves, or sends no audio any longer, does not stay the speaker', () => {
    const talk = (atMs: number) => 0.1 * Math.abs(Math.sin(atMs / 70));
    const leaving = (atMs: number) => (atMs < 3_000 ? { alice: talk(atMs), bob: 0.001 } : { bob: 0.001 });
    expect(verdictsOn(3_200, leaving)).toEqual([undefined, alice, undefined]);
    const muted = (atMs: number) => ({ alice: atMs < 3_000 ? talk(atMs) : undefined, bob: 0.001 });
    expect(verdictsOn(6_000, muted)).toEqual([undefined, alice, undefined]);
  });

  it('[E9] while two speak at once the one who began stays, and who only makes noises in between does not', () => {
    const talk = (atMs: number) => 0.1 * Math.abs(Math.sin(atMs / 70));
    const both = (atMs: number) => ({ alice: talk(atMs), bob: atMs < 3_000 ? 0.001 : talk(atMs + 90) });
    expect(verdictsOn(10_000, both)).toEqual([undefined, alice]);
    const slow = (atMs: number) => (atMs % 350 < 200 ? 0.1 : 0.001);
    const inTurn = (atMs: number) => ({ alice: slow(atMs), bob: atMs < 3_000 ? 0.001 : slow(atMs + 175) });
    expect(verdictsOn(10_000, inTurn)).toEqual([undefined, alice]);
    const typing = (atMs: number) => ({
      alice: atMs < 3_000 ? talk(atMs) : atMs % 500 < 100 ? 0.05 : 0.001,
      bob: atMs < 5_000 ? 0.001 : talk(atMs),
    });
    expect(verdictsOn(10_000, typing).at(-1)).toBe(bob);
  });

  it('[E9] levels that are none, as broken statistics give them, count as silence', () => {
    const odd = [NaN, -1, Infinity, 0, undefined];
    expect(() =>
      verdictsOn(3_000, (atMs) => ({ alice: odd[(atMs / LOOK_MS) % odd.length], bob: NaN })),
    ).not.toThrow();
    expect(verdictsOn(3_000, () => ({ alice: NaN, bob: -1 }))).toEqual([undefined]);
  });
});

/** Who was the speaker, one after the other, while levels were as a function says. */
function verdictsOn(
  lengthMs: number,
  levelsAt: (atMs: number) => Readonly<Record<string, number | undefined>>,
): (PeerId | undefined)[] {
  let memory = NOBODY_SPEAKS;
  const speakers = [memory.speaker];
  for (let atMs = 0; atMs < lengthMs; atMs += LOOK_MS) {
    memory = nextSpeaker(memory, atMs, new Map(Object.entries(levelsAt(atMs)) as [PeerId, number][]));
    if (memory.speaker !== speakers.at(-1)) speakers.push(memory.speaker);
  }
  return speakers;
}
