import type { LinkSample, PeerId, Readable, UplinkPort } from '@conclave/core';
import {
  auditTime,
  defer,
  distinctUntilChanged,
  exhaustMap,
  filter,
  interval,
  map,
  merge,
  of,
  Observable,
  repeat,
  scan,
  switchMap,
  timer,
} from 'rxjs';

import { peersOf } from './senders.js';

/** How often links are looked at: congestion control in browsers moves within a second. */
const SAMPLE_MS = 500;
/** How often a path is sounded while something is sent: two soundings within the time in which a queue hurts audio. */
const SOUND_MS = 200;
/** And how many paths in that time: 15 packets of 100 bytes a second in all, however many listen. */
const SOUNDED_AT_MOST = 3;
/** How far from its time a sounding may be: in step with the frames of a camera it would see nothing but their bursts. */
const [EARLIEST, LATEST] = [0.5, 1.5];
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

/** The links whose turn it is to be sounded, one after the other. */
export function soundingsOf(uplink: UplinkPort): Observable<PeerId> {
  const pauseMs = () => {
    const count = Math.min(SOUNDED_AT_MOST, peersOf(uplink.senders.get()).length);
    return (SOUND_MS / Math.max(1, count)) * (EARLIEST + (LATEST - EARLIEST) * Math.random());
  };
  const turns$ = defer(() => timer(pauseMs())).pipe(
    repeat(),
    scan((turn) => turn + 1, 0),
  );
  return isSending(uplink).pipe(
    switchMap((is) => (is ? turns$ : of())),
    map((turn) => {
      const peers = peersOf(uplink.senders.get());
      return peers[turn % peers.length];
    }),
    filter((farId) => farId !== undefined),
  );
}

/** Whether anything is sent: a quiet page is left alone. */
function isSending(uplink: UplinkPort): Observable<boolean> {
  const isWanted = () => uplink.senders.get().some(({ state }) => state.get().isWanted);
  return changesOf(uplink).pipe(map(isWanted), distinctUntilChanged());
}
