import type { PeerId } from '@conclave/protocol';

/** Somebody has the word. */
export interface Turn {
  readonly who: PeerId;
  readonly startMs: number;
  readonly endMs: number;
}

/** Levels of several microphones over time, and who had the word in truth. */
export interface Recording {
  readonly turns: readonly Turn[];
  readonly lengthMs: number;
  /** The levels of all microphones at a moment, as RTP carries them: whole decibels below the loudest (RFC 6464). */
  levelsAt(atMs: number): ReadonlyMap<PeerId, number>;
}

/** The power of a voice that the microphone of another one takes in: what is left of it after echo cancellation. */
const CROSSTALK = 10 ** -3.2;

interface Sound {
  readonly startMs: number;
  readonly endMs: number;
  readonly levelDb: number;
  /** Syllables a second; 0 where the sound is steady. */
  readonly rateHz: number;
}

interface Microphone {
  readonly speechDb: number;
  readonly noiseDb: number;
  readonly sounds: Sound[];
}

/** How a conversation goes. */
interface Script {
  readonly who: readonly PeerId[];
  readonly turns: number;
  readonly seed: number;
}

/** Numbers that look random and are the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

/** A conversation of turns of 1 to 6 s, with overlaps of up to 350 ms and gaps of up to 800 ms between them. */
export function recordConversation({ who, turns: count, seed }: Script): Recording {
  const between = betweenOf(randomOf(seed));
  const turns: Turn[] = [];
  let atMs = 500;
  for (let turn = 0; turn < count; turn++) {
    const others = who.filter((one) => one !== turns.at(-1)?.who);
    const speaker = others[Math.floor(between(0, others.length))]!;
    const endMs = atMs + between(1_000, 6_000);
    turns.push({ who: speaker, startMs: atMs, endMs });
    atMs = endMs + between(-350, 800);
  }
  return recordTurns(who, turns, seed);
}

/**
 * These turns, in phrases of 0.8 to 2.5 s with pauses of 150 to 400 ms between them; syllables at 4 to 5 Hz that go down
 * to the noise; coughs and short words of 200 to 300 ms by those who have not the word; microphones of different loudness
 * and noise, each of which hears the others a little.
 */
export function recordTurns(who: readonly PeerId[], turns: readonly Turn[], seed: number): Recording {
  const between = betweenOf(randomOf(seed + 500));
  const microphones = new Map<PeerId, Microphone>(
    who.map((one) => [one, { speechDb: between(-34, -20), noiseDb: between(-75, -52), sounds: [] }]),
  );
  const lengthMs = turns.at(-1)!.endMs + 1_000;
  for (const turn of turns) speak(microphones.get(turn.who)!, turn, between);
  for (const [one, microphone] of microphones) cough(microphone, one, turns, lengthMs, between);
  const levelsAt = (atMs: number) => {
    const powers = new Map([...microphones].map(([one, microphone]) => [one, powerAt(microphone, atMs)]));
    const levelOf = (one: PeerId, { noiseDb }: Microphone) => {
      let power = 10 ** ((noiseDb + between(-3, 3)) / 10);
      for (const [of, heard] of powers) power += of === one ? heard : heard * CROSSTALK;
      return 10 ** (Math.round(10 * Math.log10(power)) / 20);
    };
    return new Map([...microphones].map(([one, microphone]) => [one, levelOf(one, microphone)]));
  };
  return { turns, lengthMs, levelsAt };
}

type Between = (least: number, most: number) => number;

const betweenOf =
  (random: () => number): Between =>
  (least, most) =>
    least + random() * (most - least);

function speak({ sounds, speechDb }: Microphone, { startMs, endMs }: Turn, between: Between): void {
  let atMs = startMs;
  while (endMs - atMs > 100) {
    const phraseMs = between(800, 2_500);
    // No short word is left over for the end.
    const stopMs = endMs - atMs - phraseMs < 700 ? endMs : atMs + phraseMs;
    sounds.push({ startMs: atMs, endMs: stopMs, levelDb: speechDb + between(-3, 3), rateHz: between(4, 5) });
    atMs = stopMs + between(150, 400);
  }
}

/** Coughs and short words, away from the turns of who makes them. */
function cough(
  { sounds }: Microphone,
  who: PeerId,
  turns: readonly Turn[],
  lengthMs: number,
  between: Between,
): void {
  for (let atMs = between(0, 4_000); atMs < lengthMs; atMs += between(2_000, 6_000)) {
    const isNear = turns.some(
      (turn) => turn.who === who && atMs > turn.startMs - 1_300 && atMs < turn.endMs + 1_000,
    );
    if (isNear) continue;
    sounds.push({ startMs: atMs, endMs: atMs + between(200, 300), levelDb: between(-25, -12), rateHz: 0 });
  }
}

function powerAt({ sounds }: Microphone, atMs: number): number {
  return sounds.reduce((sum, { startMs, endMs, levelDb, rateHz }) => {
    if (atMs < startMs || atMs >= endMs) return sum;
    const swing =
      rateHz === 0 ? 1 : (1 - Math.cos(2 * Math.PI * rateHz * ((atMs - startMs) / 1_000) + 1)) / 2;
    return sum + 10 ** (levelDb / 10) * swing ** 2;
  }, 0);
}
