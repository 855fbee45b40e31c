import {
  equalBytes,
  linkId,
  type Envelope,
  type PeerId,
  type PeerMessageOf,
  type PlayRequest,
  type Signer,
} from '@conclave/protocol';

import { ConclaveError } from '../errors.js';
import { subtle } from '../identity/identity.js';
import type { Want } from './media-lines.js';
import { pledge, type FarPledge, type Pledge, type ProofContext } from './proof.js';
import type { Transport } from './transport.js';

/** An envelope that carries a message of one kind. */
export type EnvelopeOf<Kind extends 'offer' | 'answer'> = Envelope & {
  readonly message: PeerMessageOf<Kind>;
};

/** The revision of the first description of each end. */
export const FIRST_REVISION = 1;

interface Far {
  readonly pledge: FarPledge;
  readonly link: Uint8Array;
  readonly plays: readonly PlayRequest[];
}

/** The first offer and answer of a link, and what each end commits to in them. */
export class Introduction {
  readonly #signer: Signer<CryptoKey>;
  readonly #farId: PeerId;
  /** The session value of each end names its half of the link. */
  #near: Pledge | undefined;
  #far: Far | undefined;
  #offerer = false;

  constructor(signer: Signer<CryptoKey>, farId: PeerId) {
    this.#signer = signer;
    this.#farId = farId;
  }

  /** This end's session value, once it has described itself. */
  get session(): Uint8Array | undefined {
    return this.#near?.session;
  }

  /** The far end's session value, once it has described itself. */
  get farSession(): Uint8Array | undefined {
    return this.#far?.pledge.session;
  }

  /** The name of the link, once both ends have described themselves. */
  get link(): Uint8Array | undefined {
    return this.#far?.link;
  }

  /** What the far end wants to play, by its first description. */
  get farPlays(): readonly PlayRequest[] {
    return this.#far?.plays ?? [];
  }

  /** Makes the offer that opens a link. */
  async offer(transport: Transport, wants: readonly Want[]): Promise<PeerMessageOf<'offer'>> {
    this.#offerer = true;
    this.#near = await pledge(this.#signer.peerId);
    const { session, commitment } = this.#near;
    const { sdp, plays } = await transport.firstOffer(wants);
    return { kind: 'offer', session, commitment, revision: FIRST_REVISION, sdp, plays: [...plays] };
  }

  /** Answers an offer. */
  async answer(
    transport: Transport,
    wants: readonly Want[],
    { spki, message }: EnvelopeOf<'offer'>,
  ): Promise<PeerMessageOf<'answer'>> {
    this.#near = await pledge(this.#signer.peerId);
    const { session, commitment } = this.#near;
    this.#meet(spki, message, await linkId(subtle(), message.session, session));
    const { sdp, plays } = await transport.answer(message.sdp, message.plays, wants);
    const offerSession = message.session;
    return {
      kind: 'answer',
      session,
      offerSession,
      commitment,
      revision: FIRST_REVISION,
      sdp,
      plays: [...plays],
    };
  }

  /** Takes the answer to our offer; the link that it names must be the one that both sessions make. */
  async accept(transport: Transport, { spki, link, message }: EnvelopeOf<'answer'>): Promise<undefined> {
    if (!this.#near) throw new ConclaveError('link/bad-description');
    const expected = await linkId(subtle(), this.#near.session, message.session);
    if (!link || !equalBytes(link, expected)) throw new ConclaveError('identity/mismatch');
    this.#meet(spki, message, expected);
    await transport.accept(message.sdp, message.plays);
  }

  /** What this end's proof, and its check of the far proof, are about. */
  async context(transport: Transport): Promise<ProofContext> {
    if (!this.#near || !this.#far) throw new ConclaveError('identity/mismatch');
    return {
      signer: this.#signer,
      near: this.#near,
      far: this.#far.pledge,
      link: this.#far.link,
      fingerprints: await transport.fingerprints(),
      offerer: this.#offerer,
    };
  }

  #meet(spki: Uint8Array, message: PeerMessageOf<'offer' | 'answer'>, link: Uint8Array): void {
    if (this.#far) throw new ConclaveError('link/bad-description');
    const { session, commitment, plays } = message;
    this.#far = { pledge: { peerId: this.#farId, spki, session, commitment }, link, plays };
  }
}
