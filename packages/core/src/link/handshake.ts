import { equalBytes, type Candidate, type PeerId, type PeerMessage } from '@conclave/protocol';

import { FIRST_REVISION, Introduction, type EnvelopeOf, type NearFacts } from './introduction.js';
import type { LinkDoors } from './link-port.js';
import type { OperationQueue } from './operation-queue.js';
import type { ProofContext } from './proof.js';
import type { Transport } from './transport.js';

/** What a handshake needs of its link. */
export interface HandshakeDoors extends NearFacts, Pick<LinkDoors, 'wants' | 'signal'> {
  readonly farId: PeerId;
  readonly transport: Transport;
  readonly operations: OperationQueue;
  /** Whether the link was given up meanwhile. */
  isOver(): boolean;
  /** Whether the link stands: then nothing that the rendezvous does or leaves undone ends it. */
  isProven(): boolean;
  failed(error: unknown): void;
}

/** Opens a link through the rendezvous: the introduction in the link's operation queue, and what it sends. */
export class Handshake {
  readonly introduction: Introduction;
  readonly #doors: HandshakeDoors;

  constructor(doors: HandshakeDoors) {
    this.#doors = doors;
    this.introduction = new Introduction(doors, doors.farId);
  }

  /** Offers a link to the far end. Never rejects: a failure ends the link. */
  offer(): Promise<void> {
    const { transport, wants, farId } = this.#doors;
    return this.#step(() => this.introduction.offer(transport, wants(farId)));
  }

  /** Answers an offer of the far end. Never rejects: a failure ends the link. */
  answer(envelope: EnvelopeOf<'offer'>): Promise<void> {
    const { transport, wants, farId } = this.#doors;
    return this.#step(() => this.introduction.answer(transport, wants(farId), envelope));
  }

  /** Takes the far end's answer to our offer. Never rejects: a failure ends the link. */
  accept(envelope: EnvelopeOf<'answer'>): Promise<void> {
    return this.#step(() => this.introduction.accept(this.#doors.transport, envelope));
  }

  /** Tells the far end our candidates through the rendezvous. */
  tell(candidates: Candidate[]): void {
    const { session, link } = this.introduction;
    if (!session || this.#doors.isOver()) return;
    const message: PeerMessage = { kind: 'candidates', session, revision: FIRST_REVISION, candidates };
    this.#doors.signal(message, link).catch(() => undefined); // lost candidates show as a link that failed
  }

  /** Takes candidates that came through the rendezvous, where they belong to this link. */
  addCandidates(session: Uint8Array, candidates: readonly Candidate[]): void {
    // In its turn: the description that names the session may still be waiting for its own.
    void this.#step(async () => {
      const { farSession } = this.introduction;
      if (farSession && equalBytes(farSession, session))
        await this.#doors.transport.addCandidates(candidates);
      return undefined;
    });
  }

  /** What the proofs of this link are about. */
  context(): Promise<ProofContext> {
    return this.introduction.context(this.#doors.transport);
  }

  async #step(step: () => Promise<PeerMessage | undefined>): Promise<void> {
    try {
      const message = await this.#doors.operations.run(step);
      if (message && !this.#doors.isOver()) await this.#doors.signal(message, this.introduction.link);
    } catch (error) {
      if (!this.#doors.isProven()) this.#doors.failed(error);
    }
  }
}
