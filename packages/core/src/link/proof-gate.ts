import { decodeControlFrame, encodeControlFrame, type Lane } from '@conclave/protocol';

import { codeOf, ConclaveError } from '../errors.js';
import { PROOF_TIMEOUT_MS } from '../logic/link-choice.js';
import type { Channels } from './channels.js';
import { checkProof, prove, type ProofContext, type Proven } from './proof.js';

/** Frames held while the proof is being checked: what an honest end sends in that moment fits many times. */
const MAX_HELD_FRAMES = 64;
const MAX_HELD_BYTES = 256 * 1024;

/** What a gate needs of its link. */
export interface GateDoors {
  context(): Promise<ProofContext>;
  /** Both proofs are done; what was held follows at once. */
  proved(proven: Proven): void;
  /** A frame of a proven far end. */
  pass(lane: Lane, bytes: Uint8Array): void;
  failed(error: unknown): void;
}

/**
 * Nothing of the far end gets in before its proof, which is the first frame of its control channel; nothing of this
 * end gets out before its own.
 */
export class ProofGate {
  readonly #doors: GateDoors;
  readonly #held: (readonly [Lane, Uint8Array])[] = [];
  #heldBytes = 0;
  #checked: Promise<void> = Promise.resolve();
  #phase: 'closed' | 'checking' | 'open' = 'closed';
  #context: Promise<ProofContext> | undefined;
  #proofSent: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(doors: GateDoors) {
    this.#doors = doors;
  }

  /** The control channel is open: sends the proof and waits for the far one. */
  open(channels: Channels): void {
    this.#timer = setTimeout(() => {
      this.#doors.failed(new ConclaveError('identity/timeout'));
    }, PROOF_TIMEOUT_MS);
    this.#proofSent = this.#seen().then(async (context) => {
      channels.send('control', encodeControlFrame(await prove(context)));
    });
    this.#proofSent.catch((error: unknown) => {
      this.#doors.failed(error);
    });
  }

  /** Takes a frame as it arrived. */
  receive(lane: Lane, bytes: Uint8Array): void {
    if (this.#phase === 'open') this.#doors.pass(lane, bytes);
    else if (this.#phase === 'closed' && lane === 'control') this.#checked = this.#check(bytes);
    else this.#hold(lane, bytes);
  }

  /** Resolves once a proof that has come is checked: who hangs up after a false one is not let off. */
  get checked(): Promise<void> {
    return this.#checked;
  }

  /** Stops waiting. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  /** What both proofs are about: read once, so that what this end proves and what it asks for are of the same rooms. */
  #seen(): Promise<ProofContext> {
    return (this.#context ??= this.#doors.context());
  }

  #hold(lane: Lane, bytes: Uint8Array): void {
    this.#heldBytes += bytes.byteLength;
    this.#held.push([lane, bytes]);
    if (this.#held.length > MAX_HELD_FRAMES || this.#heldBytes > MAX_HELD_BYTES) {
      this.#doors.failed(new ConclaveError('link/bad-frame'));
    }
  }

  async #check(bytes: Uint8Array): Promise<void> {
    this.#phase = 'checking';
    try {
      const frame = decodeControlFrame(bytes);
      if (!frame.ok || frame.value.t !== 'proof') throw new ConclaveError('identity/mismatch');
      await this.#proofSent; // the far end is to have ours, whatever becomes of its own
      const proven = await checkProof(await this.#seen(), frame.value);
      this.stop();
      this.#phase = 'open';
      this.#doors.proved(proven);
      for (const [lane, held] of this.#held.splice(0)) this.#doors.pass(lane, held);
    } catch (error) {
      this.#doors.failed(new ConclaveError(codeOf(error, 'identity/mismatch'), { cause: error }));
    }
  }
}
