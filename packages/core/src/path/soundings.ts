import { encodePathFrame, type PeerId, type ReportFrame, type SpreadFrame } from '@conclave/protocol';

import type { LinkPort } from '../link/link-port.js';
import { differenceUs } from '../logic/path-delays.js';
import { clockUs } from './clock.js';
import type { PathReport, TrainReport } from './path-types.js';

/** As many as SCTP sends at once on a new association (RFC 9260 section 7.2.1). */
const TRAIN_PACKETS = 4;
/** All of it fits a queue of 100 ms at 200 kbit/s: at that rate a train of full packets would lose its end. */
const SMALL_PACKET_BYTES = 550;
/** One packet of SCTP, however small the path's MTU is. */
const MAX_PACKET_BYTES = 1_100;
/** What a packet of a probe is longer on the wire: SCTP 28, DTLS 29, UDP and IP 28, the header of its frame 10. */
const OVERHEAD_BYTES = 95;
/** On a path on which a train takes longer there is nothing to be measured. */
const TRAIN_TIMEOUT_MS = 1_000;

interface Sum {
  readonly minDelayUs: number;
  readonly bytes: number;
  readonly packets: number;
}

/** What this end sends by one link to learn how its path does, and what the far end says of it. */
export class LinkSoundings {
  readonly #port: LinkPort;
  #trains = 0;
  #waiting: { readonly train: number; readonly done: (report: TrainReport | undefined) => void } | undefined;
  #timeout: ReturnType<typeof setTimeout> | undefined;
  #first: number | undefined;
  #last: Sum | undefined;

  constructor(port: LinkPort) {
    this.#port = port;
  }

  /** Sends one small packet, which the far end times and reports. */
  sound(): void {
    this.#send(0, 1, 0);
  }

  /** Sends packets of so many bytes back to back; `undefined` where nothing is heard of them in 1 s, or another train is on its way. */
  train(packetBytes = SMALL_PACKET_BYTES): Promise<TrainReport | undefined> {
    if (this.#waiting || !this.#port.channels.isOpen('lossy')) return Promise.resolve(undefined);
    this.#trains += 1;
    const train = this.#trains;
    const bytes = Math.round(Math.min(MAX_PACKET_BYTES, Math.max(1, packetBytes)));
    return new Promise((resolve) => {
      this.#waiting = { train, done: resolve };
      this.#timeout = setTimeout(() => this.#done(undefined), TRAIN_TIMEOUT_MS);
      for (let sent = 0; sent < TRAIN_PACKETS; sent++) this.#send(train, TRAIN_PACKETS, bytes);
    });
  }

  /** What the far end has said of a train; of one that nobody waits for it says nothing. */
  spread({ train, packets, bytes, spreadUs }: SpreadFrame): void {
    if (train !== this.#waiting?.train) return;
    const [gaps, most] = [packets - 1, (TRAIN_PACKETS - 1) * MAX_PACKET_BYTES];
    const isPossible = gaps >= 1 && packets <= TRAIN_PACKETS && bytes <= most;
    const report = { packets, bytes: bytes + gaps * OVERHEAD_BYTES, spreadMs: spreadUs / 1000 };
    this.#done(isPossible ? report : undefined);
  }

  /** What a report says, counted from the one before; nothing where it comes after a later one. */
  reported(farId: PeerId, frame: ReportFrame): PathReport | undefined {
    // The lane does not keep their order; what an overtaken one says is in the one that overtook it.
    if (this.#last && ((frame.packets - this.#last.packets) | 0) <= 0) return undefined;
    this.#first ??= frame.minDelayUs;
    const before = this.#last ?? { minDelayUs: frame.minDelayUs, bytes: 0, packets: 0 };
    // Counted from one report to the next, so that two clocks may drift apart by any time in the end.
    const minDelayUs = before.minDelayUs + differenceUs(frame.minDelayUs, before.minDelayUs);
    this.#last = { minDelayUs, bytes: frame.bytes, packets: frame.packets };
    const sinceUs = minDelayUs - this.#first;
    return {
      farId,
      minDelayMs: sinceUs / 1000,
      medianDelayMs: (sinceUs + Math.max(0, differenceUs(frame.medianDelayUs, frame.minDelayUs))) / 1000,
      bytes: (frame.bytes - before.bytes) >>> 0,
      packets: (frame.packets - before.packets) >>> 0,
      isTimeCritical: frame.isTimeCritical,
    };
  }

  /** The link is over. */
  stop(): void {
    this.#done(undefined);
  }

  #done(report: TrainReport | undefined): void {
    clearTimeout(this.#timeout);
    this.#waiting?.done(report);
    this.#waiting = undefined;
  }

  #send(train: number, of: number, padding: number): void {
    const frame = encodePathFrame({ type: 'probe', train, of, sentAtUs: clockUs(), padding });
    this.#port.channels.send('lossy', frame);
  }
}
