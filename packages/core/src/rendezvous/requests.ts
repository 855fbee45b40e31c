import type { ClientMessage, ErrorCode, ServerMessage } from '@conclave/protocol';

import { ConclaveError } from '../errors.js';
import { MAX_PENDING_REQUESTS, REQUEST_TIMEOUT_MS, UNAVAILABLE_AFTER_MS } from './limits.js';

/** A frame that wants an answer. */
export type RequestMessage = Extract<ClientMessage, { id: number }>;
/** A request before it has a number. */
export type Question = RequestMessage extends infer Message
  ? Message extends RequestMessage
    ? Omit<Message, 'id'>
    : never
  : never;
/** A frame that answers one. */
export type AnswerMessage = Extract<ServerMessage, { id: number }>;

/** Requests that wait for their answers, over as many sockets as it takes. */
export interface Requests {
  /**
   * Sends a request now, or when there is a connection again; one whose answer was lost with the socket is sent
   * again, which is harmless: envelopes act once, and the others are idempotent. Rejects with the code of a `failed`
   * answer; `rendezvous/unavailable` after 5 s without a connection, `rendezvous/timeout` after 10 s. A patient one
   * waits until it is answered.
   */
  ask(question: Question, patient?: boolean): Asked;
  /** Whether there is a connection. */
  isConnected(): boolean;
  /** Whether this number still waits. */
  waits(id: number): boolean;
  /** An answer came; answers that nobody waits for are ignored. */
  answer(message: AnswerMessage): void;
  /** There is a new connection: sends everything again, in order. */
  resend(): void;
  /** Rejects all, now and from now on. */
  end(error: ConclaveError): void;
}

/** A request that was asked. */
export interface Asked {
  readonly answered: Promise<AnswerMessage>;
  /** Nobody is interested in the answer any longer: it is not sent again. */
  forget(): void;
}

interface Pending {
  readonly message: RequestMessage;
  readonly resolve: (answer: AnswerMessage) => void;
  readonly reject: (error: ConclaveError) => void;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Makes the requests of one client. `send` does nothing where there is no connection. */
export function requests(send: (message: ClientMessage) => void, isConnected: () => boolean): Requests {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let ended: ConclaveError | undefined;

  const take = (id: number): Pending | undefined => {
    const found = pending.get(id);
    pending.delete(id);
    clearTimeout(found?.timer);
    return found;
  };
  const startTimers = (id: number, entry: Pending) => {
    const fail = (code: ErrorCode) => take(id)?.reject(new ConclaveError(code));
    const expire = () => fail(isConnected() ? 'rendezvous/timeout' : 'rendezvous/unavailable');
    entry.timer = setTimeout(() => {
      if (!isConnected()) fail('rendezvous/unavailable');
      else entry.timer = setTimeout(expire, REQUEST_TIMEOUT_MS - UNAVAILABLE_AFTER_MS);
    }, UNAVAILABLE_AFTER_MS);
  };

  return {
    ask(question, patient = false) {
      const refusal =
        ended ??
        (pending.size >= MAX_PENDING_REQUESTS ? new ConclaveError('rendezvous/rate-limited') : undefined);
      if (refusal) return { answered: Promise.reject(refusal), forget: () => {} };
      lastId = (lastId + 1) % 0x1_0000_0000;
      const id = lastId;
      const message = { ...question, id } as RequestMessage;
      const answered = new Promise<AnswerMessage>((resolve, reject) => {
        const entry: Pending = { message, resolve, reject, timer: undefined };
        pending.set(id, entry);
        if (!patient) startTimers(id, entry);
      });
      send(message);
      return { answered, forget: () => void take(id) };
    },
    isConnected,
    waits: (id) => pending.has(id),
    answer(message) {
      const found = take(message.id);
      if (message.t !== 'failed') found?.resolve(message);
      else found?.reject(new ConclaveError(message.code, { retryAfterMs: message.retryAfterMs }));
    },
    resend() {
      for (const { message } of pending.values()) send(message);
    },
    end(error) {
      ended ??= error;
      for (const id of [...pending.keys()]) take(id)?.reject(ended);
    },
  };
}
