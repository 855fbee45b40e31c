import type { PlayRequest } from '@conclave/protocol';

import type { DescriptionFacts } from '../logic/sdp-check.js';
import { chooseCodecs } from '../logic/codec-choice.js';
import { keepPairs, pairOf, readOffered, readPlays, takePair, type Slots } from '../logic/slots.js';
import type { RoomKey } from './room-key.js';

/** A stream of the far end that this end wants to play. */
export interface Want {
  readonly request: number;
  readonly stream: string;
  /** Whether it needs m-lines; a stream of messages only does not. */
  readonly media: boolean;
  /** Whether to offer m-lines on which the far end may play a stream of ours without an offer of its own. */
  readonly playBack: boolean;
  /** The secret room that the far end has to be in. */
  readonly roomKey?: RoomKey | undefined;
}

/** The transceivers of one stream. */
export interface TransceiverPair {
  readonly audio: RTCRtpTransceiver;
  readonly video: RTCRtpTransceiver;
}

/** The m-lines of one transport: on which of them this end plays, and on which it sends. */
export class MediaLines {
  readonly #pc: RTCPeerConnection;
  readonly #offeredBack: TransceiverPair[] = [];
  #slots: Slots<TransceiverPair> = [];

  constructor(pc: RTCPeerConnection) {
    this.#pc = pc;
  }

  /** Gives each want its pair of m-lines; true where the far end must be made an offer. */
  sync(wants: readonly Want[]): boolean {
    this.#slots = keepPairs(this.#slots, new Set(wants.map((want) => want.request)));
    for (const { request, media } of wants) {
      if (!media || pairOf(this.#slots, request)) continue;
      this.#slots = takePair(this.#slots, request) ?? [
        ...this.#slots,
        { pair: this.#addPair('recvonly'), request },
      ];
    }
    return this.#slots.some(({ pair, request }) => request !== undefined && !isSettled(pair));
  }

  /** Offers as many pairs to send on as wants ask for playing back. */
  offerBack(wants: readonly Want[]): void {
    const missing = wants.filter((want) => want.playBack).length - this.#offeredBack.length;
    for (let i = 0; i < missing; i++) this.#offeredBack.push(this.#addPair('sendonly'));
  }

  /** The wants as the far end is told them; those whose m-lines it does not know yet are left out. */
  plays(wants: readonly Want[]): PlayRequest[] {
    return wants.flatMap(({ request, stream, media }) => {
      if (!media) return [{ request, stream }];
      const pair = pairOf(this.#slots, request);
      const [audioMid, videoMid] = [pair?.audio.mid, pair?.video.mid];
      return audioMid && videoMid ? [{ request, stream, audioMid, videoMid }] : [];
    });
  }

  /** Whether the far end can send on the pair of a play already. */
  isReady(request: number): boolean {
    const pair = pairOf(this.#slots, request);
    return pair !== undefined && isSettled(pair);
  }

  /**
   * Sets the directions that the answer to a far offer says: plays of the far end are sent on, wants of ours are
   * received on what it offers, everything that nobody asked for is inactive. False where its plays do not fit the offer.
   */
  prepareAnswer(facts: DescriptionFacts, plays: readonly PlayRequest[], wants: readonly Want[]): boolean {
    const wanted = readPlays(facts.media, plays);
    if (!wanted) return false;
    this.#bindOffered(facts, wants);
    const receiving = new Set(this.#slots.flatMap(({ pair }) => [pair.audio, pair.video]));
    const sending = new Set(wanted.flatMap(({ audioMid, videoMid }) => [audioMid, videoMid]));
    const offeredBack = new Set(this.#offeredBack.flatMap(({ audio, video }) => [audio, video]));
    for (const transceiver of this.#pc.getTransceivers()) {
      if (transceiver.mid === null || offeredBack.has(transceiver)) continue;
      const direction = receiving.has(transceiver)
        ? 'recvonly'
        : sending.has(transceiver.mid)
          ? 'sendonly'
          : 'inactive';
      if (transceiver.direction !== direction) transceiver.direction = direction;
    }
    return true;
  }

  /** The transceivers on which this end sends what a far play asked for. */
  sendersFor(play: PlayRequest): TransceiverPair | undefined {
    const pair = this.#byMids(play.audioMid, play.videoMid);
    return pair && isSending(pair.audio, 'audio') && isSending(pair.video, 'video') ? pair : undefined;
  }

  /** The transceivers on which a want is received. */
  receiversFor(request: number): TransceiverPair | undefined {
    return pairOf(this.#slots, request);
  }

  #bindOffered(facts: DescriptionFacts, wants: readonly Want[]): void {
    const taken = new Set(this.#slots.flatMap(({ pair }) => [pair.audio.mid ?? '', pair.video.mid ?? '']));
    const offered = [...readOffered(facts.media, taken)];
    for (const { request, media } of wants) {
      if (!media || pairOf(this.#slots, request)) continue;
      const mids = offered.shift();
      const pair = mids && this.#byMids(mids.audioMid, mids.videoMid);
      if (pair) this.#slots = [...this.#slots, { pair, request }];
    }
  }

  #addPair(direction: 'recvonly' | 'sendonly'): TransceiverPair {
    return {
      audio: slim(this.#pc.addTransceiver('audio', { direction }), 'audio'),
      video: slim(this.#pc.addTransceiver('video', { direction }), 'video'),
    };
  }

  #byMids(audioMid: string | undefined, videoMid: string | undefined): TransceiverPair | undefined {
    const byMid = (mid: string | undefined) =>
      mid === undefined ? undefined : this.#pc.getTransceivers().find((one) => one.mid === mid);
    const [audio, video] = [byMid(audioMid), byMid(videoMid)];
    return audio && video && { audio, video };
  }
}

/** As webrtc-adapter tells it: there is nothing else by which this fault could be known. */
function isFirefox(): boolean {
  const { navigator } = globalThis as { navigator?: object };
  return navigator !== undefined && 'mozGetUserMedia' in navigator;
}

/** Offers one form of each usual codec; an implementation that cannot be asked offers what it has. */
function slim(transceiver: RTCRtpTransceiver, kind: 'audio' | 'video'): RTCRtpTransceiver {
  if (isFirefox()) return transceiver; // Firefox 153: no link comes about once preferences are set
  const { getCapabilities } = transceiver.receiver.constructor as Partial<typeof RTCRtpReceiver>;
  const codecs = chooseCodecs(kind, getCapabilities?.(kind)?.codecs ?? []);
  try {
    if (codecs.length > 0) (transceiver as Partial<RTCRtpTransceiver>).setCodecPreferences?.(codecs);
  } catch {
    // One that refuses the list offers all.
  }
  return transceiver;
}

function isSending(transceiver: RTCRtpTransceiver, kind: string): boolean {
  return transceiver.direction === 'sendonly' && transceiver.receiver.track.kind === kind;
}

function isSettled(pair: TransceiverPair): boolean {
  return pair.audio.currentDirection === 'recvonly' && pair.video.currentDirection === 'recvonly';
}
