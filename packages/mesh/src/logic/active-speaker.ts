import type { PeerId } from '@conclave/protocol';

// Speech activity and its comparison follow I. Volfin and I. Cohen, "Dominant speaker identification for multipoint
// videoconferencing", Computer Speech & Language 27 (2013), which Jitsi uses: activity over a short and a long window, so
// that neither a cough nor a pause between words changes the speaker. The noise floor is the least level of some seconds,
// as in R. Martin's minimum statistics (2001): speech has gaps, a fan has none.

/** How often levels are to be given: seldom enough to cost nothing, often enough to hit one syllable of each. */
export const LOOK_MS = 50;
/** What is counted below are samples: the loudest of the levels in 100 ms; timers are late and early by some of it. */
const SAMPLE_MS = 100;
const TIMER_SLACK_MS = 15;
/** Silence keeps the last speaker for so long: a breath or a thought is no end of a turn. */
export const SILENCE_MS = 2_000;

/** Levels that are remembered of each: 3 s, in which everybody who speaks has a gap. */
const FLOOR_SAMPLES = 30;
/** Fewer levels than these say nothing of the noise: a third of a second holds a gap between two syllables. */
const MIN_FLOOR_SAMPLES = 4;
/** The floor is taken to lie between a quiet studio and a loud street, whatever the least level was. */
const FLOOR_DB = { least: -70, most: -40, unknown: -50 };
/** Speech stands out of the noise by this much; the level of steady noise varies by half of it. */
const SPEECH_OVER_FLOOR_DB = 10;
/** Who is quieter than the loudest by so much is heard by a microphone that is not his. */
const CROSSTALK_DB = 28;
/** Quieter than this is a microphone that is off. */
const SILENT_DB = -90;

/** A turn has begun once so many of the latest samples are active, over such a span: a cough of 300 ms is shorter. */
const ONSET = { samples: 7, active: 4, span: 5 };
/** Who was active in one of so many latest samples is speaking still, or is between two syllables. */
const HELD_SAMPLES = 2;
/** Against who only makes noises in between, somebody must be active twice as much over this long window. */
const LONG_SAMPLES = 10;
const TWICE = 2;

/** What is remembered from one sample of levels to the next. */
export interface SpeakerMemory {
  /** Who is speaking. */
  readonly speaker: PeerId | undefined;
  /** When the speaker was last heard. */
  readonly heardMs: number;
  /** When the sample that is being taken began, and the loudest levels since. */
  readonly sinceMs: number;
  readonly peaks: ReadonlyMap<PeerId, number>;
  readonly tracks: ReadonlyMap<PeerId, Track>;
}

/** What one was heard to do lately, the latest last. */
interface Track {
  /** Levels above that of a microphone that is off. */
  readonly levelsDb: readonly number[];
  /** Whether it spoke; as many as the long window has. */
  readonly active: readonly boolean[];
}

/** Nobody has been heard yet. */
export const NOBODY_SPEAKS: SpeakerMemory = {
  speaker: undefined,
  heardMs: -Infinity,
  sinceMs: -Infinity,
  peaks: new Map(),
  tracks: new Map(),
};

/**
 * Takes the levels of everybody (0 to 1, linear; `undefined` where no audio comes) and says who is speaking: one who
 * began a turn takes over from one who has ended his. Who speaks while another one still does waits for the end.
 */
export function nextSpeaker(
  memory: SpeakerMemory,
  atMs: number,
  levels: ReadonlyMap<PeerId, number | undefined>,
): SpeakerMemory {
  const peaks = new Map<PeerId, number>();
  for (const [peerId, level] of levels) {
    peaks.set(peerId, Math.max(decibels(level), memory.peaks.get(peerId) ?? -Infinity));
  }
  if (atMs - memory.sinceMs < SAMPLE_MS - TIMER_SLACK_MS) return { ...memory, peaks };
  return judge(memory, atMs, peaks);
}

function judge(memory: SpeakerMemory, atMs: number, levelsDb: ReadonlyMap<PeerId, number>): SpeakerMemory {
  const crosstalkDb = Math.max(...levelsDb.values()) - CROSSTALK_DB;
  const tracks = new Map<PeerId, Track>();
  for (const [peerId, levelDb] of levelsDb) {
    tracks.set(peerId, nextTrack(memory.tracks.get(peerId), levelDb, crosstalkDb));
  }
  const heard = { heardMs: atMs, sinceMs: atMs, peaks: new Map<PeerId, number>(), tracks };
  const now = memory.speaker === undefined ? undefined : tracks.get(memory.speaker);
  const isHeard = now !== undefined && isSpeaking(now);
  const [next] = [...tracks]
    .filter(([peerId, track]) => peerId !== memory.speaker && isSpeaking(track) && hasBegun(track))
    .filter(([, track]) => !isHeard || activity(track) >= TWICE * activity(now))
    .sort(([, a], [, b]) => loudness(b) - loudness(a));
  if (next) return { ...heard, speaker: next[0] };
  if (isHeard) return { ...heard, speaker: memory.speaker };
  // In a hidden page samples are rare: two of them without a sound are no silence of 2 s.
  const isKept = now !== undefined && (atMs - memory.heardMs < SILENCE_MS || activity(now) > 0);
  return { ...heard, heardMs: memory.heardMs, speaker: isKept ? memory.speaker : undefined };
}

function decibels(level: number | undefined): number {
  return level !== undefined && level > 0 && level <= 1 ? 20 * Math.log10(level) : -Infinity;
}

function nextTrack(before: Track | undefined, levelDb: number, crosstalkDb: number): Track {
  const known = before?.levelsDb ?? [];
  const levelsDb = levelDb > SILENT_DB ? [...known, levelDb].slice(-FLOOR_SAMPLES) : known;
  const isActive = levelDb > Math.max(crosstalkDb, floorOf(levelsDb) + SPEECH_OVER_FLOOR_DB);
  return { levelsDb, active: [...(before?.active ?? []), isActive].slice(-LONG_SAMPLES) };
}

function floorOf(levelsDb: readonly number[]): number {
  if (levelsDb.length < MIN_FLOOR_SAMPLES) return FLOOR_DB.unknown;
  return Math.min(FLOOR_DB.most, Math.max(FLOOR_DB.least, Math.min(...levelsDb)));
}

/** Whether one has begun a turn: it was active for longer than a cough. */
function hasBegun({ active }: Track): boolean {
  const latest = active.slice(-ONSET.samples);
  const span = latest.lastIndexOf(true) - latest.indexOf(true) + 1;
  return span >= ONSET.span && latest.filter(Boolean).length >= ONSET.active;
}

/** Whether one speaks just now, or is between two syllables. */
function isSpeaking({ active }: Track): boolean {
  return active.slice(-HELD_SAMPLES).includes(true);
}

/** Samples of the long window in which one was active. */
function activity({ active }: Track): number {
  return active.filter(Boolean).length;
}

/** How loud one is on average, to choose between two who begin at once. */
function loudness({ levelsDb }: Track): number {
  const latest = levelsDb.slice(-ONSET.samples);
  return latest.reduce((sum, one) => sum + one, 0) / latest.length;
}
