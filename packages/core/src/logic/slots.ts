import type { PlayRequest } from '@conclave/protocol';

import type { MediaLine } from './sdp-check.js';

/** One audio and one video m-line that carry a stream, by their mids. */
export interface MidPair {
  readonly audioMid: string;
  readonly videoMid: string;
}

/**
 * The m-line pairs on which this end of a link receives: each carries one play, or is free. A freed pair is kept and
 * carries the next play without a negotiation (ADR 0002: stopping m-lines closes data channels in one browser).
 */
export type Slots<Pair> = readonly { readonly pair: Pair; readonly request: number | undefined }[];

/** Gives a play the first free pair; `undefined` where there is none. */
export function takePair<Pair>(slots: Slots<Pair>, request: number): Slots<Pair> | undefined {
  const index = slots.findIndex((slot) => slot.request === undefined);
  const free = slots[index];
  return free && slots.with(index, { ...free, request });
}

/** The pair of a play. */
export function pairOf<Pair>(slots: Slots<Pair>, request: number): Pair | undefined {
  return slots.find((slot) => slot.request === request)?.pair;
}

/** Frees the pairs of all plays but these. */
export function keepPairs<Pair>(slots: Slots<Pair>, requests: ReadonlySet<number>): Slots<Pair> {
  return slots.map((slot) =>
    slot.request === undefined || requests.has(slot.request) ? slot : { ...slot, request: undefined },
  );
}

/**
 * The m-line pairs on which the far end wants to receive, read by mid and never by position. A play whose mids do not
 * exist, are of the wrong kind, are not for receiving, or are named twice makes the whole description unacceptable
 * (`undefined`); a play without mids needs none.
 */
export function readPlays(
  media: readonly MediaLine[],
  plays: readonly PlayRequest[],
): readonly MidPair[] | undefined {
  const pairs: MidPair[] = [];
  const named = new Set<string>();
  const receives = (mid: string, kind: string) =>
    !named.has(mid) &&
    media.some((line) => line.mid === mid && line.kind === kind && line.direction === 'recvonly');
  for (const { audioMid, videoMid } of plays) {
    if (audioMid === undefined && videoMid === undefined) continue;
    if (audioMid === undefined || videoMid === undefined) return undefined;
    if (!receives(audioMid, 'audio') || !receives(videoMid, 'video')) return undefined;
    named.add(audioMid).add(videoMid);
    pairs.push({ audioMid, videoMid });
  }
  return pairs;
}

/** The pairs on which the far end offers to send, except those that are taken already. */
export function readOffered(media: readonly MediaLine[], taken: ReadonlySet<string>): readonly MidPair[] {
  const sending = (kind: string) =>
    media.filter((line) => line.kind === kind && line.direction === 'sendonly' && !taken.has(line.mid));
  const videos = sending('video');
  return sending('audio').flatMap(({ mid }, index) => {
    const video = videos[index];
    return video ? [{ audioMid: mid, videoMid: video.mid }] : [];
  });
}
