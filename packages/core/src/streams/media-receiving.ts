import { MAX_FRAMERATE, MAX_VIDEO_HEIGHT, MAX_WEIGHT, type ControlFrame } from '@conclave/protocol';

import { ConclaveError } from '../errors.js';
import type { TransceiverPair } from '../link/media-lines.js';
import type { Demand } from '../logic/demand.js';
import { cell } from '../state/cell.js';
import type { Readable } from '../state/readable.js';

/** Audio that came longer ago is not what is heard now; with Opus DTX a packet comes each 400 ms (RFC 7587 section 3.1.3). */
const LEVEL_MS = 500;

/** What one subscription receives of audio and video: the tracks, and what it has asked for. */
export class MediaReceiving {
  /** One media stream for the whole life of the subscription. */
  readonly mediaStream: MediaStream;
  readonly #audio = cell<MediaStreamTrack | undefined>(undefined);
  readonly #video = cell<MediaStreamTrack | undefined>(undefined);
  #pair: TransceiverPair | undefined;
  #receives = { audio: true, video: true };
  #demand: Demand = {};
  #hasChosen = false;
  #hasAsked = false;

  constructor(mediaStream: MediaStream) {
    this.mediaStream = mediaStream;
  }

  get audio(): Readable<MediaStreamTrack | undefined> {
    return this.#audio.readable;
  }

  get video(): Readable<MediaStreamTrack | undefined> {
    return this.#video.readable;
  }

  /** The m-lines on which it comes. */
  get lines(): TransceiverPair | undefined {
    return this.#pair;
  }

  /** Receives on these m-lines from now on; false where somebody who hears of it ends it. */
  bind(pair: TransceiverPair, isOver: () => boolean): void {
    this.#pair = pair;
    this.#swap(this.#audio.get(), pair.audio.receiver.track);
    this.#swap(this.#video.get(), pair.video.receiver.track);
    this.#audio.set(pair.audio.receiver.track);
    if (!isOver()) this.#video.set(pair.video.receiver.track);
  }

  /** Nothing is received any longer. */
  release(): void {
    this.#pair = undefined;
    for (const track of this.mediaStream.getTracks()) this.mediaStream.removeTrack(track);
    this.#audio.set(undefined);
    this.#video.set(undefined);
  }

  /** Chooses kinds of media; said also where it is what was chosen before, since that may have been lost. */
  receive(change: { readonly audio?: boolean; readonly video?: boolean }): true {
    this.#receives = { ...this.#receives, ...change };
    this.#hasChosen = true;
    return true;
  }

  /** Asks for no more than this; false where it is what was asked before. Throws `usage/invalid-argument`. */
  demand(demand: Demand): boolean {
    const { maxHeight, maxFramerate, weight } = demand;
    check(maxHeight, MAX_VIDEO_HEIGHT, 'maxHeight');
    check(maxFramerate, MAX_FRAMERATE, 'maxFramerate');
    check(weight, MAX_WEIGHT, 'weight');
    const before = this.#demand;
    const isSame =
      maxHeight === before.maxHeight && maxFramerate === before.maxFramerate && weight === before.weight;
    if (isSame) return false;
    this.#demand = { maxHeight, maxFramerate, weight };
    this.#hasAsked = true;
    return true;
  }

  /** What the publisher is to be told of it: also after a new link, since what was said on a silent one may be lost. */
  wishes(request: number): readonly ControlFrame[] {
    const { maxHeight, maxFramerate, weight } = this.#demand;
    const asked: ControlFrame = {
      t: 'demand',
      request,
      ...(maxHeight !== undefined && { maxHeight }),
      ...(maxFramerate !== undefined && { maxFramerate }),
      ...(weight !== undefined && { weight }),
    };
    const chosen: ControlFrame = { t: 'receive', request, ...this.#receives };
    return [...(this.#hasChosen ? [chosen] : []), ...(this.#hasAsked ? [asked] : [])];
  }

  /** How loud it is, 0 to 1, in the last half second. */
  level(withinMs: number = LEVEL_MS): number | undefined {
    const latest = newest(this.#pair?.audio.receiver);
    // Timestamps of synchronization sources count from the time origin of the page (W3C WebRTC section 5.5).
    const ageMs = latest && performance.timeOrigin + performance.now() - latest.timestamp;
    return ageMs !== undefined && ageMs < withinMs ? (latest?.audioLevel ?? 0) : undefined;
  }

  #swap(before: MediaStreamTrack | undefined, after: MediaStreamTrack): void {
    if (before === after) return;
    if (before) this.mediaStream.removeTrack(before);
    this.mediaStream.addTrack(after);
  }
}

function newest(receiver: RTCRtpReceiver | undefined): RTCRtpSynchronizationSource | undefined {
  // Not in every implementation: wrtc has no such method.
  const sources = (receiver as Partial<RTCRtpReceiver> | undefined)?.getSynchronizationSources?.() ?? [];
  return [...sources].sort((one, other) => other.timestamp - one.timestamp)[0];
}

function check(value: number | undefined, max: number, name: string): void {
  if (value === undefined || (value > 0 && value <= max)) return;
  throw new ConclaveError('usage/invalid-argument', { hint: `${name} is above 0 and at most ${max}.` });
}
