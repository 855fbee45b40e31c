import type { Candidate, PlayRequest } from '@conclave/protocol';

import { ConclaveError } from '../errors.js';
import { agrees, freeze, roleFromOwnAnswer, type FrozenFacts } from '../logic/dtls-role.js';
import { CANDIDATES_OF_A_LINK } from '../logic/link-choice.js';
import { checkDescription, type DescriptionFacts } from '../logic/sdp-check.js';
import { readPlays } from '../logic/slots.js';
import { withStartBitrate } from '../logic/start-bitrate.js';
import { allowances } from '../state/allowances.js';
import { farCertificate } from './far-certificate.js';
import { MediaLines, type Want } from './media-lines.js';

/** A description of this end, ready to be told, with the plays that it carries. */
export interface LocalDescription {
  readonly sdp: string;
  readonly plays: readonly PlayRequest[];
}

/**
 * Where probes of three and six times as much pass unheard on a thin uplink; where they pass it goes on doubling. Only where
 * a budget has chosen the size of pictures: by itself libwebrtc would begin with small ones, and stay with them for long.
 */
const GOVERNED_START_BPS = 100_000;

/**
 * One `RTCPeerConnection`: descriptions in and out, checked before the browser sees them. Calls must not overlap: the
 * link runs them in its operation queue.
 */
export class Transport {
  readonly lines: MediaLines;
  readonly #pc: RTCPeerConnection;
  readonly #isGoverned: () => boolean;
  readonly #candidates = allowances<'all'>(CANDIDATES_OF_A_LINK);
  #frozen: FrozenFacts | undefined;
  #nearFingerprint: string | undefined;

  constructor(pc: RTCPeerConnection, isGoverned: () => boolean) {
    this.#pc = pc;
    this.#isGoverned = isGoverned;
    this.lines = new MediaLines(pc);
  }

  /** Makes the first offer of a link: everything wanted, and what is offered back. */
  firstOffer(wants: readonly Want[]): Promise<LocalDescription> {
    this.lines.offerBack(wants);
    return this.offer(wants);
  }

  /** Makes an offer of everything wanted. */
  async offer(wants: readonly Want[]): Promise<LocalDescription> {
    this.lines.sync(wants);
    return this.#describe(await this.#pc.createOffer(), wants);
  }

  /** Takes a far offer and makes the answer, without asking anybody: nothing is sent on what it opens. */
  async answer(
    sdp: string,
    plays: readonly PlayRequest[],
    wants: readonly Want[],
  ): Promise<LocalDescription> {
    const heard = this.#unsteered(sdp);
    const facts = this.#check('offer', heard);
    if (!readPlays(facts.media, plays)) throw new ConclaveError('link/bad-description');
    await this.#apply({ type: 'offer', sdp: heard });
    if (!this.lines.prepareAnswer(facts, plays, wants)) throw new ConclaveError('link/bad-description');
    const description = await this.#describe(await this.#pc.createAnswer(), wants);
    const own = checkDescription(description.sdp);
    if (own && this.#frozen) this.#frozen = roleFromOwnAnswer(this.#frozen, own);
    return description;
  }

  /** Takes the answer to our offer. */
  async accept(sdp: string, plays: readonly PlayRequest[]): Promise<void> {
    const heard = this.#unsteered(sdp);
    const facts = this.#check('answer', heard);
    if (!readPlays(facts.media, plays)) throw new ConclaveError('link/bad-description');
    await this.#apply({ type: 'answer', sdp: heard });
  }

  /** Takes our offer back. */
  rollback(): Promise<void> {
    return this.#pc.setLocalDescription({ type: 'rollback' });
  }

  /** Adds candidates of the far end; one that the browser refuses is skipped, and so is what comes without end: another may lead to a path. */
  async addCandidates(candidates: readonly Candidate[]): Promise<void> {
    for (const { candidate, mid, mLineIndex, ufrag } of candidates) {
      if (!this.#candidates.take('all')) return;
      try {
        await this.#pc.addIceCandidate({
          candidate,
          sdpMid: mid,
          sdpMLineIndex: mLineIndex,
          usernameFragment: ufrag,
        });
      } catch {
        continue;
      }
    }
  }

  /** The certificates of both ends as this end observes them: its own, and the one that the far end used in DTLS. */
  async fingerprints(): Promise<{ readonly near: string; readonly far: string }> {
    const described = this.#frozen?.fingerprint;
    if (this.#nearFingerprint === undefined || described === undefined)
      throw new ConclaveError('identity/mismatch');
    const observed = (await farCertificate(this.#pc)) ?? described;
    if (observed !== described) throw new ConclaveError('identity/mismatch');
    return { near: this.#nearFingerprint, far: observed };
  }

  async #describe(description: RTCSessionDescriptionInit, wants: readonly Want[]): Promise<LocalDescription> {
    await this.#pc.setLocalDescription(description);
    // The description as set, without candidates: those are told as they are found.
    const sdp = description.sdp ?? '';
    this.#nearFingerprint ??= checkDescription(sdp)?.fingerprint;
    return { sdp, plays: this.lines.plays(wants) };
  }

  #check(type: 'offer' | 'answer', sdp: string): DescriptionFacts {
    const facts = checkDescription(sdp);
    if (!facts) throw new ConclaveError('link/bad-description');
    this.#frozen ??= freeze(type, facts);
    if (!this.#frozen || !agrees(this.#frozen, type, facts)) throw new ConclaveError('identity/mismatch');
    if (type === 'answer' && this.#frozen.role === undefined) this.#frozen = freeze(type, facts);
    return facts;
  }

  /** The far end's description as the browser is to see it: what is checked is this, and nothing is changed after. */
  #unsteered(sdp: string): string {
    return withStartBitrate(sdp, this.#isGoverned() ? GOVERNED_START_BPS : undefined);
  }

  async #apply(description: RTCSessionDescriptionInit): Promise<void> {
    try {
      await this.#pc.setRemoteDescription(description);
    } catch (cause) {
      throw new ConclaveError('link/bad-description', { cause });
    }
  }
}
