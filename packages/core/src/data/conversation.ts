import {
  CONVERSATION_BYTES,
  encodeDataFrame,
  equalBytes,
  type AckFrame,
  type MessageFrame,
  type PeerId,
  type ResumeFrame,
  type Verdict,
} from '@conclave/protocol';

import { randomBytes } from '../identity/identity.js';
import type { LinkPort } from '../link/link-port.js';
import { decide, emptyInbox, judgeCounter, report, reportAgain, take, type Inbox } from '../logic/inbox.js';
import {
  acknowledge,
  discard,
  drain,
  emptyOutbox,
  enqueue,
  fullness,
  hasRoom,
  isOwing,
  restart,
  rewind,
  takeNext,
  underWay,
  type Outbox,
  type Settled,
} from '../logic/outbox.js';
import { deferred } from '../state/deferred.js';
import { AckClock } from './ack-clock.js';
import type { Outcome, SingleDelivery } from './delivery.js';
import type { Pacer } from './pacer-port.js';
import { Patience } from './patience.js';

/** A message that is to be sent. */
export interface Draft extends Pick<MessageFrame, 'type' | 'request' | 'payload'> {
  /** Whether a link may carry it: what belongs to a secret room crosses only links on which that room was proven. */
  readonly mayCross: (port: LinkPort) => boolean;
}

interface Message extends Draft {
  readonly accepted: () => void;
  readonly settled: (outcome: Outcome) => void;
}

/** What a conversation needs of its connection. */
export interface ConversationDoors {
  pacer(): Pick<Pacer, 'windowBytes' | 'allowance' | 'sent'>;
  /**
   * Hands over a message of the far end: reliable ones in order, each once. Says what became of it; where it waits, what
   * becomes of it is decided later, once.
   */
  deliver(port: LinkPort, frame: MessageFrame, decide: (is: 'handled' | 'dropped') => void): Verdict['is'];
  /** Nothing waits for the line any longer: what yields to messages may go on to this peer. */
  wake(farId: PeerId): void;
  /** The far end is in another life than before: it knows nothing of what was. */
  reborn(port: LinkPort): void;
}

/** Who is that full is behind; who is this empty has caught up. */
const [BEHIND, CAUGHT_UP] = [0.75, 0.5];

/** What one peer and this end say to each other reliably, over all their links, one after the other (SPEC 8.5). */
export class Conversation {
  readonly farId: PeerId;
  readonly #doors: ConversationDoors;
  readonly #acks = new AckClock(() => this.#acknowledge());
  readonly #patience = new Patience();
  #outbox: Outbox<Message> = emptyOutbox();
  #inbox: Inbox = emptyInbox;
  #near = randomBytes(CONVERSATION_BYTES);
  #far: Uint8Array = new Uint8Array(CONVERSATION_BYTES);
  #port: LinkPort | undefined;
  /** Whether this end, and the far one, has said on this link where it stands. */
  #hasResumed = false;
  #hasHeard = false;
  #closed = false;

  constructor(farId: PeerId, doors: ConversationDoors) {
    this.farId = farId;
    this.#doors = doors;
  }

  /** Whether messages wait for the line. */
  get isBusy(): boolean {
    return this.#port !== undefined && isOwing(this.#outbox);
  }

  /** Whether the far end is near enough for another message of so many bytes. */
  hasRoom(bytes: number): boolean {
    return hasRoom(this.#outbox, bytes);
  }

  /** Sends a reliable message; `undefined` where the far end is too far behind to be waited for. */
  send(draft: Draft): SingleDelivery | undefined {
    const accepted = deferred();
    const delivered = deferred<Outcome>();
    const message = { ...draft, accepted: accepted.resolve, settled: delivered.resolve };
    const outbox = enqueue(this.#outbox, message, draft.payload.byteLength);
    if (!outbox) return undefined;
    this.#outbox = outbox;
    if (this.#closed) this.end();
    else if (this.#port && !draft.mayCross(this.#port)) this.discard((one) => one === message);
    else this.pump();
    const eased = () => (fullness(this.#outbox) < BEHIND ? undefined : this.#patience.wait());
    return { farId: this.farId, accepted: accepted.promise, delivered: delivered.promise, eased };
  }

  /** Gives up what waits and is not wanted any longer. */
  discard(isUnwanted: (draft: Draft) => boolean): void {
    this.#settle(discard(this.#outbox, isUnwanted));
  }

  /** The conversation goes on over this link. */
  attach(port: LinkPort): void {
    this.#port = port;
    this.#hasResumed = false;
    this.#hasHeard = false;
    this.discard((message) => !message.mayCross(port));
    if (underWay(this.#outbox).some((message) => !message.mayCross(port))) this.#forget();
    this.pump();
  }

  /** The link is gone; another one may come. */
  detach(): void {
    this.#port = undefined;
    this.#acks.stop();
  }

  /** No link will come any more: says of each message what is known. */
  end(): void {
    this.#closed = true;
    this.detach();
    const settled = drain(this.#outbox);
    this.#settle([emptyOutbox(), settled]);
  }

  /** Hands over what the window has room for. */
  pump(): void {
    const port = this.#port;
    if (!port?.channels.isOpen('messages')) return;
    const { channels } = port;
    if (!this.#hasResumed) this.#resume(port);
    if (!this.#hasHeard) return; // who is there decides what may be said
    const pacer = this.#doors.pacer();
    const window = pacer.windowBytes(this.farId, 'messages');
    for (let taken = takeNext(this.#outbox); taken; taken = takeNext(this.#outbox)) {
      const buffered = channels.buffered('messages');
      if (buffered >= window) {
        channels.setLowMark('messages', Math.floor(window / 2));
        break;
      }
      if (pacer.allowance(this.farId, 'messages') <= 0) break;
      const [outbox, { counter, item }] = taken;
      const { type, request, payload } = item;
      // Where the browser takes no more, the message keeps its place: a gap in the counters could not be mended.
      const frame = encodeDataFrame({ type, request, counter, payload });
      if (!channels.send('messages', frame)) return;
      this.#outbox = outbox;
      pacer.sent(this.farId, 'messages', frame.byteLength, buffered);
      item.accepted();
    }
    if (!isOwing(this.#outbox)) this.#doors.wake(this.farId);
  }

  /** Takes a frame of the lane messages; false where it cannot be. */
  received(frame: MessageFrame | AckFrame | ResumeFrame): boolean {
    if (frame.type === 'resume') return this.#resumed(frame);
    if (!this.#port || !this.#hasHeard) return false;
    if (frame.type !== 'ack') return this.#take(this.#port, frame);
    this.#acknowledged(frame);
    return true;
  }

  #resumed(frame: ResumeFrame): boolean {
    if (!this.#port || this.#hasHeard) return false;
    this.#hasHeard = true;
    if (!equalBytes(this.#far, frame.near)) {
      const isReborn = this.#far.some((byte) => byte !== 0);
      this.#far = frame.near.slice();
      this.#inbox = emptyInbox;
      this.#settle(restart(this.#outbox)); // what it took in an earlier life it does not know of
      if (isReborn) this.#doors.reborn(this.#port);
    } else {
      // One that does not name us has never heard of us, and took nothing.
      if (equalBytes(this.#near, frame.far))
        this.#settle(acknowledge(this.#outbox, frame.counter, frame.verdicts));
      this.#outbox = rewind(this.#outbox);
      this.#acks.taken(); // what was decided meanwhile
    }
    this.pump();
    return true;
  }

  /** Begins anew, as another one whom the far end does not know. */
  #forget(): void {
    this.#near = randomBytes(CONVERSATION_BYTES);
    this.#far = new Uint8Array(CONVERSATION_BYTES);
    this.#inbox = emptyInbox;
    this.#settle(restart(this.#outbox));
  }

  #resume({ channels }: LinkPort): void {
    const [inbox, said] = reportAgain(this.#inbox);
    const frame = { type: 'resume', near: this.#near, far: this.#far, ...said } as const;
    if (!channels.send('messages', encodeDataFrame(frame))) return;
    this.#inbox = inbox;
    this.#hasResumed = true;
  }

  #take(port: LinkPort, frame: MessageFrame): boolean {
    const judged = judgeCounter(this.#inbox, frame.counter);
    if (judged === 'gap') return false;
    if (judged === 'next') {
      const of = this.#far;
      const is = this.#doors.deliver(port, frame, (later) => {
        if (this.#closed || this.#far !== of) return; // nobody waits for it any longer
        this.#inbox = decide(this.#inbox, frame.counter, later);
        this.#acks.taken();
      });
      this.#inbox = take(this.#inbox, is);
    }
    this.#acks.taken();
    return true;
  }

  #acknowledge(): void {
    if (!this.#hasHeard) return; // whom it would be for is not known yet
    const [inbox, said] = report(this.#inbox);
    if (this.#port?.channels.send('messages', encodeDataFrame({ type: 'ack', ...said }))) this.#inbox = inbox;
  }

  #acknowledged({ counter, verdicts }: AckFrame): void {
    const before = this.#outbox;
    this.#settle(acknowledge(before, counter, verdicts));
    if (this.#outbox !== before) this.pump();
  }

  #settle([outbox, settled]: readonly [Outbox<Message>, readonly Settled<Message>[]]): void {
    this.#outbox = outbox;
    if (fullness(outbox) <= CAUGHT_UP) this.#patience.release();
    for (const { item, outcome } of settled) {
      item.accepted();
      item.settled(outcome);
    }
  }
}
