import type { PeerId } from '@conclave/protocol';

import type { TransceiverPair } from '../link/media-lines.js';
import { sourceOf, unaided, type Demand, type SenderState } from '../logic/demand.js';
import { cell, type Cell } from '../state/cell.js';
import type { Readable } from '../state/readable.js';
import { withinMs } from '../state/within.js';
import { controlOf, type Encoding, type SenderControl } from './sender-control.js';

/** What an outgoing stream sends just now. */
export interface Tracks {
  readonly audio: MediaStreamTrack | null;
  readonly video: MediaStreamTrack | null;
}

type Kind = keyof Tracks;
const KINDS = ['audio', 'video'] as const;

/** One track on its way to one subscriber. The same object for as long as the subscription lives, over all its links. */
export interface SenderHandle {
  /** The subscriber. */
  readonly farId: PeerId;
  /** The stream that it belongs to. */
  readonly stream: string;
  /** What the track carries. */
  readonly kind: 'audio' | 'video';
  /** Whether it is to be sent, and how much of it can be made use of. */
  readonly state: Readable<SenderState>;
}

/** How a budget wants a sender to begin; see {@link UplinkPort.setOpening}. */
export type Opening = (sender: SenderHandle) => Encoding | Promise<Encoding>;

/** How long a budget may take to say how a newcomer begins: more than a measurement of the path, less than is noticed. */
const OPENING_TIMEOUT_MS = 1_000;

interface Half {
  readonly handle: SenderHandle;
  readonly state: Cell<SenderState>;
  control: SenderControl | undefined;
  mid: string | undefined;
  /** Whether a track is on its sender. */
  isSending: boolean;
  /** A track is about to be put there, once a budget has said how. */
  starting: Promise<void> | undefined;
  /** Whether a budget has said how to encode it since it began to start. */
  isGoverned: boolean;
}

/** What one subscription is sent of audio and video: which tracks, as far as the subscriber wants them, and how encoded. */
export class MediaSending {
  readonly #opening: () => Opening | undefined;
  readonly #halves: Readonly<Record<Kind, Half>>;
  #tracks: Tracks = { audio: null, video: null };
  #receives: Readonly<Record<Kind, boolean>> = { audio: true, video: true };
  #demand: Demand = {};

  constructor(farId: PeerId, stream: string, opening: () => Opening | undefined) {
    this.#opening = opening;
    const half = (kind: Kind): Half => {
      const state = cell<SenderState>({ isWanted: false, demand: {}, source: undefined });
      const handle = { farId, stream, kind, state: state.readable };
      const idle = { control: undefined, mid: undefined, isSending: false, starting: undefined };
      return { handle, state, ...idle, isGoverned: false };
    };
    this.#halves = { audio: half('audio'), video: half('video') };
  }

  /** What a budget sees of it. */
  get handles(): readonly SenderHandle[] {
    return KINDS.map((kind) => this.#halves[kind].handle);
  }

  /** The m-line on which a kind is sent just now, and the most that it may take. */
  lineOf(kind: Kind): { readonly mid: string; readonly maxBitrateBps: number | undefined } | undefined {
    const { control, mid } = this.#halves[kind];
    return control && mid !== undefined ? { mid, maxBitrateBps: control.encoding.maxBitrateBps } : undefined;
  }

  /** Sends on these m-lines from now on, what was attached and is wanted. */
  bind({ audio, video }: TransceiverPair): void {
    this.unbind();
    for (const [kind, { sender, mid }] of [
      ['audio', audio],
      ['video', video],
    ] as const) {
      const half = this.#halves[kind];
      half.control = controlOf(sender, kind);
      half.mid = mid ?? undefined;
    }
    if (this.#demand.maxHeight !== undefined || this.#demand.maxFramerate !== undefined)
      this.#encodeUnaided();
    // Where the browser refuses the track, `attachAudio` or `attachVideo` has said so to the application.
    void this.#send().catch(() => undefined);
  }

  /** The m-lines serve something else from now on. */
  unbind(): void {
    for (const kind of KINDS)
      Object.assign(this.#halves[kind], { control: undefined, isSending: false, starting: undefined });
  }

  /** Sends these tracks from now on, as far as the subscriber wants them. Rejects where the browser refuses a track. */
  setTracks(tracks: Tracks): Promise<void> {
    this.#tracks = tracks;
    return this.#send();
  }

  /** What is attached. */
  get tracks(): Tracks {
    return this.#tracks;
  }

  /** The subscriber wants these kinds of media. */
  receive(kinds: Readonly<Record<Kind, boolean>>): void {
    this.#receives = kinds;
    void this.#send().catch(() => undefined);
  }

  /** The subscriber can make use of so much. */
  demand({ maxHeight, maxFramerate, weight }: Demand): void {
    const before = this.#demand;
    const isSame =
      before.maxHeight === maxHeight && before.maxFramerate === maxFramerate && before.weight === weight;
    if (isSame) return;
    this.#demand = { maxHeight, maxFramerate, weight };
    this.#show();
    this.#encodeUnaided();
  }

  /** Looks whether a track gives another picture than before: a window was resized, a phone turned. */
  look(): void {
    this.#show();
  }

  /** Changes how a kind is encoded, as a budget has it. */
  async encode(kind: Kind, encoding: Encoding): Promise<void> {
    const half = this.#halves[kind];
    half.isGoverned = true;
    await half.control?.encode(encoding);
    if (kind === 'video' && this.#demand.maxHeight !== undefined) this.#encodeUnaided(); // where the budget has gone
  }

  async #send(): Promise<void> {
    this.#show();
    await Promise.all(KINDS.map((kind) => this.#sendKind(this.#halves[kind])));
  }

  async #sendKind(half: Half): Promise<void> {
    const { control } = half;
    if (!control) return;
    const [track, opening] = [this.#trackOf(half), this.#opening()];
    if (track && !half.isSending && opening) return (half.starting ??= this.#start(half, control, opening));
    half.starting = undefined;
    half.isSending = track !== null;
    await control.send(track);
  }

  async #start(half: Half, control: SenderControl, opening: Opening): Promise<void> {
    half.isGoverned = false;
    const isGoverned = () => half.isGoverned; // meanwhile
    const answer = Promise.resolve(half.handle)
      .then(opening)
      .then(async (encoding) => {
        // Also one that comes too late; but not of a budget that has gone, or that has said something newer.
        const counts = half.control === control && !isGoverned() && this.#opening() === opening;
        if (counts) await control.encode(encoding);
      });
    await withinMs(answer, OPENING_TIMEOUT_MS); // a budget that fails keeps nobody from being seen and heard
    if (half.control !== control) return;
    half.starting = undefined;
    half.isSending = this.#trackOf(half) !== null;
    await control.send(this.#trackOf(half));
  }

  #trackOf({ handle }: Half): MediaStreamTrack | null {
    return this.#receives[handle.kind] ? this.#tracks[handle.kind] : null;
  }

  /** Without a budget the demand alone decides. */
  #encodeUnaided(): void {
    const { control, state } = this.#halves.video;
    if (!this.#opening()) void control?.encode(unaided(this.#demand, state.get().source));
  }

  #show(): void {
    for (const kind of KINDS) {
      const track = this.#tracks[kind];
      const isWanted = track !== null && this.#receives[kind];
      const source = kind === 'video' && track ? sourceOf(track.getSettings()) : undefined;
      const { state } = this.#halves[kind];
      const { isWanted: was, demand, source: former } = state.get();
      const isSame =
        former?.width === source?.width &&
        former?.height === source?.height &&
        former?.framerate === source?.framerate;
      if (isWanted === was && demand === this.#demand && isSame) continue;
      state.set({ isWanted, demand: this.#demand, source });
      if (kind === 'video' && this.#demand.maxHeight !== undefined) this.#encodeUnaided();
    }
  }
}
