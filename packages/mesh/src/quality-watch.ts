import type { IncomingStats, PeerId, PeerStream } from '@conclave/core';

import type { FarParticipant } from './far-participant.js';
import { QUALITY_INTERVAL_MS } from './limits.js';
import { arrivalsOf, lossBetween, type Arrivals } from './logic/loss.js';
import {
  LOST,
  nextQuality,
  UNMEASURED,
  type ConnectionQuality,
  type QualityMemory,
  type QualitySample,
} from './logic/quality.js';

/** What the watch needs of its room. */
export interface QualityDoors {
  /** Everybody else. */
  participants(): readonly FarParticipant[];
  /** What this end sends to somebody. */
  sentTo(farId: PeerId): readonly PeerStream[];
}

interface Watched {
  memory: QualityMemory;
  arrivals: Arrivals | undefined;
  /** Whether a measurement of this interval is under way: some WebRTC never answers where a transport closes meanwhile. */
  isBusy: boolean;
}

/** Judges every 2 s how well one can talk with each participant. */
export class QualityWatch {
  readonly #doors: QualityDoors;
  readonly #watched = new WeakMap<FarParticipant, Watched>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(doors: QualityDoors) {
    this.#doors = doors;
  }

  /** Somebody came or went, or stands otherwise with this end. */
  changed(): void {
    const participants = this.#doors.participants();
    if (participants.length === 0) return this.close();
    this.#timer ??= setInterval(() => this.#look(), QUALITY_INTERVAL_MS);
    for (const far of participants) {
      const { phase } = far.participant.state.get();
      if (phase === 'interrupted') this.#judge(far, LOST);
      else if (phase !== 'present' || this.#isNow(far, 'lost')) this.#judge(far, UNMEASURED);
      if (phase === 'present' && this.#isNow(far, 'unknown')) void this.#measure(far);
    }
  }

  /** Measures nobody any longer. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    for (const far of this.#doors.participants()) {
      this.#watchedOf(far).isBusy = false;
      if (far.participant.state.get().phase === 'present') void this.#measure(far);
    }
  }

  async #measure(far: FarParticipant): Promise<void> {
    const watched = this.#watchedOf(far);
    if (watched.isBusy) return;
    watched.isBusy = true;
    try {
      const sample = await this.#sampleOf(far, watched);
      const isThere = this.#timer !== undefined && far.participant.state.get().phase === 'present';
      if (isThere) this.#judge(far, nextQuality(watched.memory, sample));
    } catch {
      // A link that ends while it is measured: its end is told elsewhere.
    } finally {
      watched.isBusy = false;
    }
  }

  async #sampleOf({ participant }: FarParticipant, watched: Watched): Promise<QualitySample> {
    const { id, link, streams } = participant;
    const [path, received, sent] = await Promise.all([
      link.get()?.stats(),
      Promise.all([...streams.get().values()].map((stream) => stream.stats())),
      Promise.all(this.#doors.sentTo(id).map((stream) => stream.stats())),
    ]);
    const before = watched.arrivals;
    watched.arrivals = arrivalsOf(received.flatMap(mediaOf));
    const losses = [
      lossBetween(before, watched.arrivals),
      ...sent.flatMap(({ audio, video }) => [audio?.lossRatio, video?.lossRatio]),
    ].filter((ratio) => ratio !== undefined);
    return {
      rttMs: path?.rttMs,
      lossRatio: losses.length > 0 ? Math.max(...losses) : undefined,
      isShort: sent.some(({ video }) => video?.limitation === 'bandwidth'),
    };
  }

  #isNow(far: FarParticipant, quality: ConnectionQuality): boolean {
    return this.#watchedOf(far).memory.quality === quality;
  }

  #judge(far: FarParticipant, memory: QualityMemory): void {
    this.#watchedOf(far).memory = memory;
    far.setQuality(memory.quality);
  }

  #watchedOf(far: FarParticipant): Watched {
    const known = this.#watched.get(far) ?? { memory: UNMEASURED, arrivals: undefined, isBusy: false };
    this.#watched.set(far, known);
    return known;
  }
}

function mediaOf({ audio, video }: IncomingStats) {
  return [audio, video].filter((media) => media !== undefined);
}
