import { operationQueue } from '../link/operation-queue.js';
import { primerFor, type Primer } from './encoder-primer.js';

/** How a track is to be encoded for one subscriber; what is left out stays as it is. */
export interface Encoding {
  /** False encodes and sends nothing. */
  readonly active?: boolean | undefined;
  /** The most that the encoder may produce, in bits per second. */
  readonly maxBitrateBps?: number | undefined;
  /** Frames per second at the most. */
  readonly maxFramerate?: number | undefined;
  /** 2 halves width and height; at least 1. */
  readonly scaleResolutionDownBy?: number | undefined;
  /**
   * Video: whether its size is left alone where the path is short, and frames are dropped instead: for who has chosen the size by
   * the rate already (W3C mst-content-hint, `maintain-resolution`).
   */
  readonly keepsSize?: boolean | undefined;
  /** Audio: whether packets may grow longer where the rate is low, which saves headers and costs delay (W3C WebRTC Extensions). */
  readonly adaptivePtime?: boolean | undefined;
}

const controls = new WeakMap<RTCRtpSender, SenderControl>();

/**
 * The control of a sender, ready for a new subscriber. One for each sender, since m-lines serve one play after the
 * other: what the former asked for last happens before what the next asks for first.
 */
export function controlOf(sender: RTCRtpSender, kind: 'audio' | 'video'): SenderControl {
  const control = controls.get(sender) ?? new SenderControl(sender, kind);
  controls.set(sender, control);
  control.forgetEncoding();
  return control;
}

/** The one place that touches an `RTCRtpSender`: its track and its encoding, one call after the other. */
export class SenderControl {
  readonly #sender: RTCRtpSender;
  readonly #operations = operationQueue();
  #wanted: MediaStreamTrack | null = null;
  /** A change of track that has not begun; it will see the latest wish. */
  #swap: Promise<void> | undefined;
  #encoding: Encoding = {};
  #primed = false;
  #priority: RTCPriorityType | undefined;

  /** Audio goes before everything else of its transport (W3C WebRTC Priority section 4.1). */
  constructor(sender: RTCRtpSender, kind: 'audio' | 'video') {
    this.#sender = sender;
    this.#priority = kind === 'audio' ? 'high' : undefined;
  }

  /** Sends a track from now on, or nothing: of several calls in a row only the last one counts. */
  send(track: MediaStreamTrack | null): Promise<void> {
    this.#wanted = track;
    this.#swap ??= this.#operations.run(async () => {
      this.#swap = undefined;
      const wanted = this.#wanted;
      const { track: present } = this.#sender;
      if (present === wanted) return;
      // One that is not to begin yet stays away: libwebrtc probes the path with padding of an encoding that is not active too.
      if (present === null && this.#encoding.active === false) return;
      const primer = wanted && (await this.#prime(wanted));
      if (wanted === null || present === null) await this.#apply(wanted !== null);
      await this.#sender.replaceTrack(wanted);
      primer?.track.stop();
    });
    return this.#swap;
  }

  /** How it is to be encoded, as far as anybody has said. */
  get encoding(): Encoding {
    return this.#encoding;
  }

  /** Encodes as browsers do by themselves from the next change on. */
  forgetEncoding(): void {
    this.#encoding = {};
  }

  /** Changes the encoding. Never rejects: an encoding is a wish that not every implementation can be asked for. */
  encode(encoding: Encoding): Promise<void> {
    this.#encoding = { ...this.#encoding, ...encoding };
    // It may have waited for that. Where the browser refuses the track, whoever attached it has been told.
    if (this.#wanted && this.#sender.track === null) this.send(this.#wanted).catch(() => undefined);
    return this.#operations.run(() => this.#apply(this.#sender.track !== null));
  }

  /** Sets a new encoder up before its first picture. Only once: an encoder that runs would send the primer. */
  async #prime(track: MediaStreamTrack): Promise<Primer | undefined> {
    if (this.#primed) return undefined;
    this.#primed = true;
    const primer = primerFor(track);
    if (!primer) return undefined;
    try {
      await this.#sender.replaceTrack(primer.track);
      await primer.show();
    } catch {
      // Without it the first picture is a little later.
    }
    return primer;
  }

  /** Inactive without a track: Firefox would send a black frame a second for a video track that was taken away. */
  async #apply(sending: boolean): Promise<void> {
    const parameters = this.#sender.getParameters();
    const [first] = parameters.encodings;
    if (!first) return; // before negotiation, or an implementation without encodings
    const {
      active = true,
      maxBitrateBps,
      maxFramerate,
      scaleResolutionDownBy,
      adaptivePtime,
      keepsSize,
    } = this.#encoding;
    first.active = sending && active;
    set(first, 'maxBitrate', maxBitrateBps);
    set(first, 'maxFramerate', maxFramerate);
    set(first, 'scaleResolutionDownBy', scaleResolutionDownBy);
    // TypeScript's DOM has neither yet. What nobody asks for is left to the browser, also after somebody has.
    if (adaptivePtime !== undefined) Object.assign(first, { adaptivePtime });
    else Reflect.deleteProperty(first, 'adaptivePtime');
    if (keepsSize) Object.assign(parameters, { degradationPreference: 'maintain-resolution' });
    else Reflect.deleteProperty(parameters, 'degradationPreference');
    if (this.#priority) first.priority = this.#priority;
    try {
      await this.#sender.setParameters(parameters);
    } catch {
      // wrtc refuses every call, and sends nothing without a track anyway.
    }
  }
}

/** Sets a limit of an encoding, or lifts it. */
function set(
  encoding: RTCRtpEncodingParameters,
  limit: 'maxBitrate' | 'maxFramerate' | 'scaleResolutionDownBy',
  value: number | undefined,
): void {
  if (value === undefined) Reflect.deleteProperty(encoding, limit);
  else encoding[limit] = value;
}
