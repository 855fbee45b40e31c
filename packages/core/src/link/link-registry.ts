import {
  equalBytes,
  type Envelope,
  type ErrorCode,
  type PeerId,
  type PeerMessageOf,
} from '@conclave/protocol';

import { codeOf, ConclaveError } from '../errors.js';
import {
  chooseOffer,
  MAX_LINKS,
  MAX_UNPROVEN_INBOUND,
  HELD_RETRY_MS,
  OFFERS_OF_A_PEER,
  OFFERS_OF_STRANGERS,
  type Counts,
} from '../logic/link-choice.js';
import { isProven, type LinkState } from '../logic/link-state.js';
import { checkDescription } from '../logic/sdp-check.js';
import { allowances } from '../state/allowances.js';
import { cell } from '../state/cell.js';
import { reportError } from '../state/report.js';
import { countsOf, newEntry, type Entry } from './entry.js';
import { HeldOffers } from './held-offers.js';
import type { EnvelopeOf } from './introduction.js';

import type { LinkDoors, LinkListener, LinkPort, ProvenFar } from './link-port.js';
import type { Link } from './link.js';
import type { Mailbox } from './mailbox.js';
import type { Want } from './media-lines.js';
import { Mender } from './mender.js';
import { PeerLink } from './peer-link.js';
import { mayCarry } from './room-key.js';

/** What the registry tells besides what its links tell. */
export interface RegistryListener extends Omit<LinkListener, 'changed'> {
  /** A link is proven and is the one to its peer from now on. */
  up(link: LinkPort): void;
  /** The path of the peer's link is silent, or back. */
  path(link: LinkPort, state: LinkState): void;
  /** A proven link has ended. `moving`: another one to the same peer is on its way. */
  down(link: LinkPort, code: ErrorCode, moving: boolean): void;
  /** No link to this peer came about that carries what was wanted of it. */
  failed(farId: PeerId, code: ErrorCode): void;
}

/** Offers that one peer may put in the place of its former one before it has proven itself: each costs us a transport. */
const MAX_REPLACED = 3;

/** All links of a connection: at most one proven and one candidate for each far peer. */
export class LinkRegistry {
  readonly links = cell<ReadonlyMap<PeerId, Link>>(new Map());
  readonly #entries = new Map<PeerId, Entry>();
  readonly #held = new HeldOffers();
  readonly #strangers = allowances<'all'>(OFFERS_OF_STRANGERS);
  readonly #offers = allowances<PeerId>(OFFERS_OF_A_PEER);
  readonly #mender = new Mender((farId) => this.#mend(farId));
  #heldTimer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;
  readonly #doors: Omit<LinkDoors, 'signal'>;
  readonly #mailbox: Mailbox;
  readonly #mayLink: (farId: PeerId) => boolean;
  readonly #listener: RegistryListener;

  constructor(
    doors: Omit<LinkDoors, 'signal'>,
    mailbox: Mailbox,
    mayLink: (farId: PeerId) => boolean,
    listener: RegistryListener,
  ) {
    this.#doors = doors;
    this.#mailbox = mailbox;
    this.#mayLink = mayLink;
    this.#listener = listener;
  }

  /** The proven link to a peer. */
  linkTo(farId: PeerId): LinkPort | undefined {
    return this.#entries.get(farId)?.proven;
  }

  /** All proven links. */
  proven(): readonly LinkPort[] {
    return [...this.#entries.values()].flatMap(({ proven }) => proven ?? []);
  }

  /** Something is wanted of a peer: says it on its link, or opens one. */
  want(farId: PeerId, want: Want): void {
    const entry = this.#entryOf(farId);
    if (entry.proven && mayCarry(entry.proven.rooms, want)) entry.proven.refresh(want);
    else if (entry.unproven || entry.opening) return;
    else void this.#open(farId, entry);
  }

  /** Takes a message that is about links. */
  received(envelope: Envelope): void {
    if (this.#isClosed) return;
    const { message } = envelope;
    if (message.kind === 'offer') this.#offered(envelope as EnvelopeOf<'offer'>);
    else if (message.kind === 'answer') this.#answered(envelope as EnvelopeOf<'answer'>);
    else if (message.kind === 'candidates') this.#candidates(envelope.from, message);
    else if (message.kind === 'refusal') this.#refused(envelope.from, message);
  }

  /** Closes all links, and opens none any more. */
  close(code: ErrorCode): void {
    this.#isClosed = true;
    clearTimeout(this.#heldTimer);
    this.#held.clear();
    this.#mender.clear();
    this.hangUp(code);
  }

  /** Closes all links. */
  hangUp(code: ErrorCode): void {
    for (const { proven, unproven } of [...this.#entries.values()]) {
      proven?.close(code);
      unproven?.close(code);
    }
  }

  async #open(farId: PeerId, entry: Entry): Promise<void> {
    const isFull = !entry.proven && this.#counts().links >= MAX_LINKS;
    entry.opening = true;
    try {
      if (isFull) throw new ConclaveError('link/limit');
      await this.#mailbox.epochOf(farId);
      this.#answerHeld(farId); // it may have offered before we wanted anything of it
      entry.opening = false;
      const isSilent = entry.mending && entry.proven?.state.phase === 'interrupted';
      const isDue = isSilent || this.#lacks(farId, entry.proven?.rooms);
      if (!entry.unproven && !this.#isClosed && isDue)
        await this.#start(farId, entry, true).handshake.offer();
    } catch (error) {
      entry.opening = false;
      entry.mending = false;
      if (!entry.unproven) this.#listener.failed(farId, codeOf(error, 'peer/unreachable'));
      this.#forget(farId, entry);
    }
  }

  /** The link of a peer is silent: tries another one, unless a try of before has been answered. */
  #mend(farId: PeerId): void {
    const entry = this.#entries.get(farId);
    if (!entry?.proven || entry.opening || !this.#doors.isUsed(entry.proven)) return;
    if (entry.unproven?.handshake.introduction.farSession) return;
    const unanswered = entry.unproven;
    entry.unproven = undefined; // its end is nobody's: another one takes its place
    unanswered?.close('link/replaced');
    entry.mending = true;
    void this.#open(farId, entry);
  }

  #offered(envelope: EnvelopeOf<'offer'>, isPaid = false): void {
    const { from, fromEpoch, message } = envelope;
    const entry = this.#entryOf(from);
    this.#mailbox.learn({ peerId: from, epoch: fromEpoch });
    const refuse = (code: ErrorCode) => {
      this.#mailbox.reply(from, { kind: 'refusal', offerSession: message.session, code });
      this.#forget(from, entry);
    };
    if (!this.#isWelcome(from)) return refuse('peer/refused');
    if (!checkDescription(message.sdp)) return refuse('link/bad-description'); // before it costs a transport
    const wanted = this.#isWanted(from);
    const standing = {
      proven: entry.proven !== undefined,
      unproven: entry.unproven && (entry.offeredByUs ? 'offered-by-us' : 'offered-by-them'),
    } as const;
    const choice = chooseOffer(standing, this.#doors.signer.peerId < from, wanted, this.#counts());
    if (choice === 'ignore') return;
    if (choice === 'limit' || (choice === 'replace' && ++entry.replaced > MAX_REPLACED))
      return refuse('link/limit');
    if (wanted && !this.#offers.take(from)) return refuse('link/limit');
    if (choice === 'hold' || !(wanted || isPaid || this.#strangers.take('all'))) {
      if (!this.#held.hold(envelope)) return refuse('link/limit');
      this.#retryHeld();
      return this.#forget(from, entry);
    }
    const former = entry.unproven;
    this.#held.drop(from);
    try {
      void this.#start(from, entry, false).handshake.answer(envelope);
    } catch (error) {
      reportError(error); // the browser takes no more connections, or not these ICE servers
      return refuse('link/failed');
    }
    former?.close('link/replaced');
  }

  #isWanted(farId: PeerId): boolean {
    return this.#doors.wants(farId).length > 0;
  }

  #isWelcome(farId: PeerId): boolean {
    try {
      return this.#mayLink(farId);
    } catch (error) {
      reportError(error);
      return false;
    }
  }

  #answered(envelope: EnvelopeOf<'answer'>): void {
    const link = this.#entries.get(envelope.from)?.unproven;
    const { session } = link?.handshake.introduction ?? {};
    // An answer to another offer is nobody's.
    if (link && session && equalBytes(session, envelope.message.offerSession))
      void link.handshake.accept(envelope);
  }

  #candidates(from: PeerId, message: PeerMessageOf<'candidates'>): void {
    this.#held.add(from, message);
    const entry = this.#entries.get(from);
    const { session, candidates } = message;
    for (const link of [entry?.proven, entry?.unproven]) link?.handshake.addCandidates(session, candidates);
  }

  #refused(from: PeerId, { offerSession, code }: PeerMessageOf<'refusal'>): void {
    const link = this.#entries.get(from)?.unproven;
    const session = link?.handshake.introduction.session;
    if (session && equalBytes(session, offerSession)) link.close(code);
  }

  #start(farId: PeerId, entry: Entry, offeredByUs: boolean): PeerLink {
    const link: PeerLink = new PeerLink(
      farId,
      {
        ...this.#doors,
        signal: (message, of) => this.#mailbox.send(farId, message, of),
        refusal: (far) => this.#refusal(far, entry),
        wants: (peer) => this.#doors.wants(peer).filter((want) => !link.link || mayCarry(link.rooms, want)),
      },
      { ...this.#listener, changed: (_, state) => this.#changed(link, state, entry) },
    );
    entry.unproven = link;
    entry.offeredByUs = offeredByUs;
    return link;
  }

  /** Whether something is wanted of a peer that a link with these rooms may not carry. */
  #lacks(farId: PeerId, rooms: ReadonlySet<string> | undefined): boolean {
    return !rooms || this.#doors.wants(farId).some((want) => !mayCarry(rooms, want));
  }

  /** Besides what the connection says: beside a link that is heard we build a second one for a room only, and who is not in it gets none. */
  #refusal(far: ProvenFar, { proven, offeredByUs, mending }: Entry): ErrorCode | undefined {
    const refusal = this.#doors.refusal(far);
    if (refusal || !proven || !offeredByUs || mending) return refusal;
    const isGained = (want: Want) => mayCarry(far.rooms, want) && !mayCarry(proven.rooms, want);
    return this.#doors.wants(far.farId).some(isGained) ? undefined : 'room/not-admitted';
  }

  #changed(link: PeerLink, state: LinkState, entry: Entry): void {
    if (state.phase === 'closed') this.#closed(link, state.code, entry);
    // A link that stands gives way only once the far end has taken the new one too: else one end's refusal would end both.
    else if (link === entry.unproven && isProven(state) && (link.isAccepted || !entry.proven))
      this.#takeOver(link, entry);
    else if (link === entry.proven) {
      this.#mender.watch(link.farId, state);
      return this.#listener.path(link, state);
    } else return;
    this.#answerHeld();
  }

  #takeOver(link: PeerLink, entry: Entry): void {
    const former = entry.proven;
    this.#held.drop(link.farId);
    entry.proven = link;
    entry.unproven = undefined;
    entry.mending = false;
    entry.replaced = 0;
    this.#mender.watch(link.farId, link.state);
    if (former) {
      former.close('link/replaced');
      this.#listener.down(former, 'link/replaced', true);
      if (entry.proven !== link) return; // who was told has closed it
    }
    this.#publish();
    this.#listener.up(link);
    this.#listener.farPlays(link, link.handshake.introduction.farPlays);
  }

  #closed(link: LinkPort, code: ErrorCode, entry: Entry): void {
    const { farId } = link;
    if (link === entry.unproven) {
      entry.unproven = undefined;
      entry.mending = false;
      this.#listener.failed(farId, code);
    } else if (link === entry.proven) {
      entry.proven = undefined;
      this.#mender.watch(farId, link.state);
      this.#publish();
      const { unproven } = entry;
      // Who is lost, and not to be reached by another link either, is gone.
      const isGone = code === 'peer/lost' && (unproven?.state.phase ?? 'connecting') === 'connecting';
      this.#listener.down(link, code, unproven !== undefined && !isGone);
      if (isGone) unproven?.close(code);
    }
    this.#forget(farId, entry);
  }

  /** A place has become free for a stranger, or this peer is none any longer. */
  #answerHeld(farId?: PeerId): void {
    if (this.#isClosed || (!farId && this.#counts().unprovenInbound >= MAX_UNPROVEN_INBOUND)) return;
    const isPaid = this.#held.size > 0 && !farId && this.#strangers.take('all');
    if (!farId && !isPaid) return this.#retryHeld();
    const held = this.#held.take(farId);
    if (!held) return;
    const { from, message } = held.envelope;
    this.#offered(held.envelope, isPaid);
    this.#entries.get(from)?.unproven?.handshake.addCandidates(message.session, held.candidates);
  }

  /** Looks again in a moment, while offers wait that no link will end for. */
  #retryHeld(): void {
    if (this.#heldTimer || this.#held.size === 0) return;
    this.#heldTimer = setTimeout(() => {
      this.#heldTimer = undefined;
      this.#answerHeld();
      this.#retryHeld();
    }, HELD_RETRY_MS);
  }

  #forget(farId: PeerId, entry: Entry): void {
    if (!entry.proven && !entry.unproven && !entry.opening) this.#entries.delete(farId);
  }

  #entryOf(farId: PeerId): Entry {
    const entry = this.#entries.get(farId) ?? newEntry();
    this.#entries.set(farId, entry);
    return entry;
  }

  #counts(): Counts {
    return countsOf(this.#entries, (farId) => this.#isWanted(farId));
  }

  #publish(): void {
    const proven = [...this.#entries].flatMap(([farId, { proven }]) =>
      proven?.link ? [[farId, proven.link] as const] : [],
    );
    this.links.set(new Map(proven));
  }
}
