import { encodeControlFrame, type ErrorCode } from '@conclave/protocol';

import type { Channels } from './channels.js';

/**
 * How long the far end may take to hang up once it was told good-bye. It does so at once: one that does not has gone, or
 * has been busy for longer than a person would wait.
 */
const GOODBYE_MS = 1_000;

/**
 * The end of a transport. Who says good-bye lets the far end hang up: a transport that is closed under a far end that is
 * just sending loses what is on its way, and crashes some WebRTC for Node (`RTCDataChannel.send` of `@roamhq/wrtc`).
 */
export class Farewell {
  readonly #pc: Pick<RTCPeerConnection, 'close'>;
  readonly #ended: (code: ErrorCode) => void;
  #hasSaid = false;
  #isClosing = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(pc: Pick<RTCPeerConnection, 'close'>, ended: (code: ErrorCode) => void) {
    this.#pc = pc;
    this.#ended = ended;
  }

  /** Tells the far end that the link is over. Nothing may be sent after it. */
  say(code: ErrorCode, channels: Pick<Channels, 'send'>): void {
    this.#hasSaid = true;
    channels.send('control', encodeControlFrame({ t: 'bye', code }));
  }

  /** The link is over: its transport is closed in a moment, or once a far end that was told has had time to. */
  begin(): void {
    this.#timer = setTimeout(() => this.#pc.close(), this.#hasSaid ? GOODBYE_MS : 0);
  }

  /** The far end has said good-bye, or has hung up: there is nobody to wait for. Told again, it changes nothing. */
  farLeft(code: ErrorCode): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    // Of what a far end may give as its reason, only this is its business.
    this.#ended(code === 'link/replaced' ? code : 'peer/closed');
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#pc.close());
  }
}
