import {
  equalBytes,
  openCard,
  openEnvelope,
  REPLAY_WINDOW,
  sealEnvelope,
  signCard,
  toHex,
  VERSIONS,
  type Card,
  type Envelope,
  type ErrorCode,
  type PeerId,
  type PeerMessage,
  type PeerMessageOf,
  type Signer,
} from '@conclave/protocol';

import { subtle } from '../identity/identity.js';
import { EMPTY_WINDOW, takeCounter, type ReplayWindow } from '../logic/replay-window.js';
import { REPLIES_TO_STRANGERS } from '../logic/link-choice.js';
import type { RendezvousClient } from '../rendezvous/rendezvous-client.js';
import { allowances } from '../state/allowances.js';
import { BoundedMap } from '../state/bounded-map.js';
import { nowMs } from './heartbeat.js';
import { operationQueue, type OperationQueue } from './operation-queue.js';
import { packSdp, unpackSdp } from './packed-sdp.js';

/** Envelopes of one sender that wait for their turn; an honest peer sends a description and some candidates. */
const MAX_WAITING = 64;
/** Peers whose replay windows, lives and queues are remembered; the oldest go first. */
const MAX_PEERS = 1024;
/** Lives of senders whose counters are remembered. */
const MAX_LIVES = 4096;
/** Messages that are sent once more when the receiver turns out to live another life. */
const MAX_RECENT = 8;
/** For how long: whoever lives another life says so one round trip after the message; later it is a replay that it answers. */
const RECENT_MS = 5_000;
/** How often one peer is told that it speaks to a former life of ours. */
const STALE_INTERVAL_MS = 1_000;

/** This peer in its present life. */
export interface NearEnd {
  readonly signer: Signer<CryptoKey>;
  readonly epoch: Uint8Array<ArrayBuffer>;
  readonly persistent: boolean;
}

/** What a mailbox tells. */
export interface MailboxListener {
  /** A genuine message to this life of ours, seen for the first time. */
  received(envelope: Envelope): void;
  /** Something was not acceptable and was dropped. */
  refused(code: ErrorCode): void;
}

/** A message as it was sent. */
interface Outgoing {
  readonly message: PeerMessage;
  readonly link: Uint8Array | undefined;
  readonly toEpoch: Uint8Array;
  readonly counter: number;
  readonly atMs: number;
}

/** Seals and opens the envelopes that the rendezvous carries: signatures, lives, counters, order. */
export class Mailbox {
  readonly #near: NearEnd;
  readonly #client: RendezvousClient;
  readonly #listener: MailboxListener;
  readonly #epochs = new BoundedMap<PeerId, Uint8Array>(MAX_PEERS);
  /** Of what opens links, the oldest go: a replay of it binds to sessions and proofs that are long gone. */
  readonly #windows = new BoundedMap<string, ReplayWindow>(MAX_LIVES);
  /** Of what applications said to each other, never forgotten: beyond `MAX_LIVES` new lives are not heard. */
  readonly #messageWindows = new Map<string, ReplayWindow>();
  readonly #replies = allowances<'refusals' | 'stale'>(REPLIES_TO_STRANGERS);
  readonly #inbound = new BoundedMap<string, OperationQueue>(MAX_PEERS);
  readonly #outbound = new BoundedMap<PeerId, OperationQueue>(MAX_PEERS);
  readonly #recent = new BoundedMap<PeerId, Outgoing[]>(MAX_PEERS);
  readonly #toldStale = new BoundedMap<PeerId, number>(MAX_PEERS);
  #counter = 0;

  constructor(near: NearEnd, client: RendezvousClient, listener: MailboxListener) {
    this.#near = near;
    this.#client = client;
    this.#listener = listener;
    client.onEnvelope((bytes) => {
      this.#enqueue(bytes);
    });
  }

  /** Remembers which life a peer lives, by its verified card. */
  learn({ peerId, epoch }: Pick<Card, 'peerId' | 'epoch'>): void {
    this.#epochs.set(peerId, epoch);
  }

  /** The present life of a peer; rejects with `peer/unreachable` where nobody of that ID is connected. */
  async epochOf(peerId: PeerId): Promise<Uint8Array> {
    const known = this.#epochs.get(peerId);
    if (known) return known;
    const card = await this.#client.lookup(peerId);
    this.learn(card);
    return card.epoch;
  }

  /**
   * Sends a message to the present life of a peer; messages to one peer keep their order. Resolves once the rendezvous
   * has passed it on; the next message does not wait for that.
   */
  async send(to: PeerId, message: PeerMessage, link?: Uint8Array): Promise<void> {
    const { passedOn } = await this.#queueOf(this.#outbound, to).run(async () => {
      // A message is never signed twice, so it has to find the receiver's life at once.
      if (message.kind === 'message') this.#epochs.delete(to);
      const toEpoch = await this.epochOf(to);
      const smaller = isDescription(message) ? await packSdp(message) : message;
      const outgoing = { message: smaller, link, toEpoch, counter: this.#counter++, atMs: nowMs() };
      if (message.kind !== 'message')
        this.#recent.set(to, [...(this.#recent.get(to) ?? []), outgoing].slice(-MAX_RECENT));
      return { passedOn: this.#relay(to, await this.#seal(to, outgoing)) };
    });
    await passedOn;
  }

  /** Answers what a stranger sent, unless too many have been answered lately. Never rejects. */
  reply(to: PeerId, message: PeerMessage): void {
    if (this.#replies.take('refusals')) void this.send(to, message).catch(() => undefined);
    else this.#listener.refused('rendezvous/rate-limited');
  }

  #seal(to: PeerId, outgoing: Omit<Outgoing, 'atMs'>) {
    const { signer, epoch } = this.#near;
    return sealEnvelope(signer, { to, fromEpoch: epoch, ...outgoing });
  }

  async #relay(to: PeerId, envelope: Uint8Array): Promise<void> {
    try {
      await this.#client.relay(to, envelope);
    } catch (error) {
      this.#epochs.delete(to); // it may come back in another life
      throw error;
    }
  }

  #enqueue(bytes: Uint8Array): void {
    const queue = this.#queueOf(this.#inbound, claimedSender(bytes));
    if (queue.length >= MAX_WAITING) this.#listener.refused('rendezvous/rate-limited');
    else void queue.run(() => this.#open(bytes));
  }

  async #open(bytes: Uint8Array): Promise<void> {
    const { signer, epoch } = this.#near;
    const opened = await openEnvelope(subtle(), bytes, { peerId: signer.peerId, epoch });
    if (!opened.ok) {
      this.#listener.refused(opened.code);
      if ('envelope' in opened) await this.#tellStale(opened.envelope);
      return;
    }
    const { from, fromEpoch, counter, message } = opened.value;
    const sender = `${from}/${toHex(fromEpoch)}`;
    const windows = message.kind === 'message' ? this.#messageWindows : this.#windows;
    const before = windows.get(sender);
    if (!before && this.#messageWindows.size >= MAX_LIVES && windows === this.#messageWindows) {
      this.#listener.refused('rendezvous/rate-limited');
      return;
    }
    const window = takeCounter(before ?? EMPTY_WINDOW, counter, REPLAY_WINDOW);
    if (!window) {
      this.#listener.refused('peer/replayed');
      return;
    }
    windows.set(sender, window);
    if (message.kind === 'stale') await this.#sendAgain(from, message);
    else
      this.#listener.received({
        ...opened.value,
        message: isDescription(message) ? await unpackSdp(message) : message,
      });
  }

  async #tellStale({ from, fromEpoch, counter }: Envelope): Promise<void> {
    if (nowMs() - (this.#toldStale.get(from) ?? -STALE_INTERVAL_MS) < STALE_INTERVAL_MS) return;
    if (!this.#replies.take('stale')) return; // of its own: refusals to strangers must not use it up
    this.#toldStale.set(from, nowMs());
    const { signer, epoch, persistent } = this.#near;
    const card = await signCard(signer, { epoch, versions: VERSIONS, persistent });
    const message = { kind: 'stale', card, counter } as const;
    const outgoing = { message, link: undefined, toEpoch: fromEpoch, counter: this.#counter++ };
    await this.#relay(from, await this.#seal(from, outgoing)).catch(() => undefined);
  }

  async #sendAgain(from: PeerId, stale: PeerMessageOf<'stale'>): Promise<void> {
    const card = await openCard(subtle(), stale.card);
    if (!card.ok || card.value.peerId !== from) {
      this.#listener.refused('identity/mismatch');
      return;
    }
    const { epoch } = card.value;
    this.learn(card.value);
    // What came before the refused message has reached the former life.
    const isMissed = ({ counter, toEpoch, atMs }: Outgoing) =>
      counter >= stale.counter && nowMs() - atMs < RECENT_MS && !equalBytes(toEpoch, epoch);
    const missed = (this.#recent.get(from) ?? []).filter(isMissed);
    this.#recent.delete(from); // once only: whoever changes lives all the time is not chased
    for (const { message, link } of missed) {
      const again = { message, link, toEpoch: epoch, counter: this.#counter++ };
      void this.#relay(from, await this.#seal(from, again)).catch(() => undefined);
    }
  }

  #queueOf<Key>(queues: BoundedMap<Key, OperationQueue>, key: Key): OperationQueue {
    const queue = queues.get(key) ?? operationQueue();
    queues.set(key, queue);
    return queue;
  }
}

const isDescription = (message: PeerMessage): message is PeerMessageOf<'offer' | 'answer'> =>
  message.kind === 'offer' || message.kind === 'answer';

/** Who an unopened envelope claims to be from: only good for giving each sender a queue of its own. */
function claimedSender(bytes: Uint8Array): string {
  // SPEC 4: the key stands before the signature at the end; a lie lands in a queue of its own and fails later.
  const SIGNATURE = 2 + 64;
  return toHex(bytes.subarray(-SIGNATURE - 32, -SIGNATURE));
}
