import { decodeDataFrame, encodeDataFrame, type Lane } from '@conclave/protocol';

import type { LinkPort } from '../link/link-port.js';
import { judgeCounter } from '../logic/inbox.js';
import { acknowledge, emptyOutbox, enqueue, takeNext, type Outbox } from '../logic/outbox.js';
import { deferred } from '../state/deferred.js';
import type { Outcome, SingleDelivery } from './delivery.js';
import type { Pacer } from './pacer-port.js';

interface Message {
  readonly request: number;
  readonly payload: Uint8Array;
  readonly accepted: () => void;
  readonly settled: (outcome: Outcome) => void;
}

/** What a lane hands on. */
export interface LaneListener {
  /** A message of the far end for one of our subscriptions: reliable ones in order, each once. */
  message(request: number, payload: Uint8Array): void;
}

/** The messages of one link, both ways: counted, acknowledged, paced. */
export class MessageLane {
  readonly #link: LinkPort;
  readonly #pacer: () => Pacer;
  readonly #listener: LaneListener;
  #outbox: Outbox<Message> = emptyOutbox();
  #lastHandled = 0;
  #ackDue = false;
  #closed = false;

  constructor(link: LinkPort, pacer: () => Pacer, listener: LaneListener) {
    this.#link = link;
    this.#pacer = pacer;
    this.#listener = listener;
  }

  /** Sends a reliable message; `undefined` where the far end is too far behind to be waited for. */
  send(request: number, payload: Uint8Array): SingleDelivery | undefined {
    const accepted = deferred();
    const delivered = deferred<Outcome>();
    const message = { request, payload, accepted: accepted.resolve, settled: delivered.resolve };
    const outbox = enqueue(this.#outbox, message, payload.byteLength);
    if (!outbox) return undefined;
    this.#outbox = outbox;
    if (this.#closed) this.close();
    else this.pump();
    return { farId: this.#link.farId, accepted: accepted.promise, delivered: delivered.promise };
  }

  /** Sends a message that is worthless when late: not kept, not repeated. */
  sendLossy(request: number, payload: Uint8Array): void {
    if (this.#link.channels.buffered('lossy') > this.#window('lossy')) return;
    this.#link.channels.send('lossy', encodeDataFrame({ type: 'lossy', request, payload }));
  }

  /** Hands over what the window has room for. */
  pump(): void {
    const { channels } = this.#link;
    const window = this.#window('messages');
    channels.setLowMark('messages', Math.floor(window / 2));
    while (channels.isOpen('messages') && channels.buffered('messages') < window) {
      const taken = takeNext(this.#outbox);
      if (!taken) return;
      const [outbox, { counter, item }] = taken;
      const { request, payload } = item;
      // Where the browser takes no more, the message keeps its place: a gap in the counters could not be mended.
      if (!channels.send('messages', encodeDataFrame({ type: 'message', request, counter, payload }))) return;
      this.#outbox = outbox;
      item.accepted();
    }
  }

  /** Takes a frame of a lane. False where it does not belong there. */
  received(lane: Lane, bytes: Uint8Array): boolean {
    const decoded = decodeDataFrame(bytes);
    if (!decoded.ok) return false;
    const frame = decoded.value;
    if (lane === 'messages' && frame.type === 'ack') this.#acknowledged(frame.counter);
    else if (lane === 'messages' && frame.type === 'message')
      return this.#take(frame.counter, frame.request, frame.payload);
    else if (lane === 'lossy' && frame.type === 'lossy') this.#listener.message(frame.request, frame.payload);
    else return false;
    return true;
  }

  /** The link is gone: says of each message what is known. */
  close(): void {
    this.#closed = true;
    const { unacknowledged, waiting } = this.#outbox;
    this.#outbox = emptyOutbox();
    for (const { item } of unacknowledged) item.settled('unknown');
    for (const { item } of waiting) {
      item.accepted();
      item.settled('not-sent');
    }
  }

  #window(lane: 'messages' | 'lossy'): number {
    return this.#pacer().windowBytes(this.#link.farId, lane);
  }

  #take(counter: number, request: number, payload: Uint8Array): boolean {
    const judged = judgeCounter(this.#lastHandled, counter);
    if (judged === 'gap') return false;
    if (judged === 'next') {
      this.#lastHandled = counter;
      this.#listener.message(request, payload);
    }
    this.#acknowledge();
    return true;
  }

  /** One acknowledgement for all messages that one event brought. */
  #acknowledge(): void {
    if (this.#ackDue) return;
    this.#ackDue = true;
    queueMicrotask(() => {
      this.#ackDue = false;
      this.#link.channels.send('messages', encodeDataFrame({ type: 'ack', counter: this.#lastHandled }));
    });
  }

  #acknowledged(counter: number): void {
    const [outbox, settled] = acknowledge(this.#outbox, counter);
    this.#outbox = outbox;
    for (const { item } of settled) item.settled('delivered');
    this.pump();
  }
}
