import type { LinkSample, Readable, UplinkPort } from '@conclave/core';
import {
  auditTime,
  distinctUntilChanged,
  exhaustMap,
  filter,
  interval,
  map,
  merge,
  of,
  Observable,
  switchMap,
} from 'rxjs';

import { peersOf } from './senders.js';

/** How often links are looked at: congestion control in browsers moves within a second. */
const SAMPLE_MS = 500;
/** How often paths are sounded while something is sent: two soundings within the time in which a queue hurts audio. */
const SOUND_MS = 200;
/** And how many links at a time: 15 packets of 100 bytes a second in all, however many listen. */
const SOUNDINGS_AT_ONCE = 3;
/** Changes that come together are planned together. */
const SETTLE_MS = 20;

/** The values of a readable: the present one at once, then each change. */
function valuesOf<T>(readable: Readable<T>): Observable<T> {
  return new Observable((subscriber) => {
    subscriber.next(readable.get());
    return readable.subscribe(() => subscriber.next(readable.get()));
  });
}

/** Something is sent, or no longer, or somebody wants it otherwise. */
export function changesOf(uplink: UplinkPort): Observable<unknown> {
  return valuesOf(uplink.senders).pipe(
    switchMap((senders) => merge(of(undefined), ...senders.map(({ state }) => valuesOf(state)))),
    auditTime(SETTLE_MS),
  );
}

/**
 * How all links do, each half second while something is sent, and nothing of any once nothing is. Where the browser fails to say,
 * the next half second may.
 */
export function samplesOf(uplink: UplinkPort): Observable<readonly LinkSample[]> {
  const samples$ = interval(SAMPLE_MS).pipe(
    exhaustMap(async () => uplink.sample().catch(() => undefined)),
    filter((samples) => samples !== undefined),
  );
  return isSending(uplink).pipe(switchMap((is) => (is ? samples$ : of([]))));
}

/** The links whose turn it is to be sounded. */
export function soundingsOf(uplink: UplinkPort) {
  return isSending(uplink).pipe(
    switchMap((is) => (is ? interval(SOUND_MS) : of())),
    map((turn) => {
      const peers = peersOf(uplink.senders.get());
      const count = Math.min(SOUNDINGS_AT_ONCE, peers.length);
      return Array.from({ length: count }, (_, index) => peers[(turn * count + index) % peers.length]);
    }),
    map((peers) => peers.filter((farId) => farId !== undefined)),
  );
}

/** Whether anything is sent: a quiet page is left alone. */
function isSending(uplink: UplinkPort): Observable<boolean> {
  const isWanted = () => uplink.senders.get().some(({ state }) => state.get().isWanted);
  return changesOf(uplink).pipe(map(isWanted), distinctUntilChanged());
}
