import {
  equalBytes,
  linkId,
  newSealKey,
  type Envelope,
  type PeerId,
  type PeerMessageOf,
  type PlayRequest,
  type SealKey,
} from '@conclave/protocol';

import { ConclaveError } from '../errors.js';
import { subtle } from '../identity/identity.js';
import type { LinkDoors } from './link-port.js';
import type { Want } from './media-lines.js';
import { openPasswords, sealPasswords } from './password-seal.js';
import { pledge, type FarPledge, type Pledge, type ProofContext } from './proof.js';
import type { Transport } from './transport.js';

/** An envelope that carries a message of one kind. */
export type EnvelopeOf<Kind extends 'offer' | 'answer'> = Envelope & {
  readonly message: PeerMessageOf<Kind>;
};

/** The revision of the first description of each end. */
export const FIRST_REVISION = 1;

/** What an introduction says of this end. */
export type NearFacts = Pick<LinkDoors, 'signer' | 'persistent' | 'roomKeys'>;

interface Far {
  readonly pledge: FarPledge;
  readonly link: Uint8Array;
  readonly plays: readonly PlayRequest[];
}

/** The first offer and answer of a link, and what each end commits to in them. */
export class Introduction {
  readonly #near: NearFacts;
  readonly #farId: PeerId;
  /** The session value of each end names its half of the link. */
  #pledge: Pledge | undefined;
  /** Of whoever offers: what the answer's ICE passwords are sealed to. */
  #sealKey: SealKey<CryptoKey> | undefined;
  #far: Far | undefined;
  #offerer = false;

  constructor(near: NearFacts, farId: PeerId) {
    this.#near = near;
    this.#farId = farId;
  }

  /** This end's session value, once it has described itself. */
  get session(): Uint8Array | undefined {
    return this.#pledge?.session;
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
    this.#pledge = await pledge(this.#near.signer.peerId);
    const { session, commitment } = this.#pledge;
    this.#sealKey = await newSealKey(subtle());
    const { sdp, plays } = await transport.firstOffer(wants);
    const seal = this.#sealKey.publicKey;
    return { kind: 'offer', session, commitment, seal, revision: FIRST_REVISION, sdp, plays: [...plays] };
  }

  /** Answers an offer. */
  async answer(
    transport: Transport,
    wants: readonly Want[],
    { spki, message }: EnvelopeOf<'offer'>,
  ): Promise<PeerMessageOf<'answer'>> {
    this.#pledge = await pledge(this.#near.signer.peerId);
    const { session, commitment } = this.#pledge;
    const link = await linkId(subtle(), message.session, session);
    this.#meet(spki, message, link);
    const { sdp, plays } = await transport.answer(message.sdp, message.plays, wants);
    const offerSession = message.session;
    return {
      kind: 'answer',
      session,
      offerSession,
      commitment,
      revision: FIRST_REVISION,
      ...(await sealPasswords(sdp, message.seal, link)),
      plays: [...plays],
    };
  }

  /** Takes the answer to our offer; the link that it names must be the one that both sessions make. */
  async accept(transport: Transport, { spki, link, message }: EnvelopeOf<'answer'>): Promise<undefined> {
    if (!this.#pledge || !this.#sealKey) throw new ConclaveError('link/bad-description');
    const expected = await linkId(subtle(), this.#pledge.session, message.session);
    if (!link || !equalBytes(link, expected)) throw new ConclaveError('identity/mismatch');
    this.#meet(spki, message, expected);
    await transport.accept(await openPasswords(message, this.#sealKey, expected), message.plays);
  }

  /** What this end's proof, and its check of the far proof, are about. */
  async context(transport: Transport): Promise<ProofContext> {
    if (!this.#pledge || !this.#far) throw new ConclaveError('identity/mismatch');
    const { signer, persistent, roomKeys } = this.#near;
    return {
      signer,
      persistent,
      roomKeys: roomKeys(),
      near: this.#pledge,
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
