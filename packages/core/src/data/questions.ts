import type { ErrorCode, Value } from '@conclave/protocol';

import { ConclaveError } from '../errors.js';
import { deferred } from '../state/deferred.js';
import { encodeCall, readAnswer, type Answer } from './calls.js';
import type { SingleDelivery } from './delivery.js';

/** How to ask. */
export interface RequestOptions {
  /** How long to wait for the answer. Default 10,000 ms. */
  readonly timeoutMs?: number;
  /** Ends the waiting with `usage/aborted`; the question may have been heard. */
  readonly signal?: AbortSignal;
}

/** Whom a question is put to. */
export interface Asked {
  /** Sends it. Throws what cannot be sent. */
  send(call: Uint8Array): SingleDelivery;
}

interface Question {
  readonly asked: Asked;
  readonly settle: (answer: Answer) => void;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** 25 days: a timer with more fires at once (HTML section 8.7, a signed 32-bit number). */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** The questions of a connection that wait for their answers: one question to one peer, one answer. */
export class Questions {
  readonly #open = new Map<number, Question>();
  #last = 0;

  /** Asks one peer. Throws for what cannot be asked at all; how it went otherwise is in the answer. */
  ask(asked: Asked, handler: string, args: readonly Value[], options: RequestOptions = {}): Promise<Answer> {
    const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = options;
    checkTimeLimit(timeoutMs);
    const number = ++this.#last;
    const call = encodeCall(handler, args, number);
    if (signal?.aborted) return Promise.resolve(failed('usage/aborted'));
    const { promise, resolve } = deferred<Answer>();
    const settle = (answer: Answer) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      this.#open.delete(number);
      resolve(answer);
    };
    const abort = () => settle(failed('usage/aborted'));
    const timer = setTimeout(() => settle(failed('data/timeout')), Math.min(timeoutMs, MAX_TIMEOUT_MS));
    signal?.addEventListener('abort', abort);
    this.#open.set(number, { asked, settle });
    try {
      void asked.send(call).delivered.then((outcome) => {
        if (outcome === 'unknown') settle(failed('peer/lost'));
        // Why, is said by the answer, or by the end of the subscription.
        else if (outcome === 'not-sent') settle(failed('data/no-responder'));
      });
    } catch (error) {
      settle(failed('usage/closed'));
      throw error;
    }
    return promise;
  }

  /** Takes an answer of a peer; false where it is none to what it was asked. */
  answered(asked: Asked, payload: Uint8Array): boolean {
    const said = readAnswer(payload);
    if (!said) return false;
    const question = this.#open.get(said.question);
    if (question && question.asked !== asked) return false;
    question?.settle(said.answer); // one that comes too late is nobody's
    return true;
  }

  /** A peer will not answer any more. */
  ended(asked: Asked, code: ErrorCode): void {
    for (const question of [...this.#open.values()])
      if (question.asked === asked) question.settle(failed(code));
  }
}

/** Throws for a question that cannot be asked of anybody. */
export function checkRequest(handler: string, args: readonly Value[], options: RequestOptions = {}): void {
  checkTimeLimit(options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  encodeCall(handler, args, 0);
}

function checkTimeLimit(timeoutMs: number): void {
  if (timeoutMs > 0) return;
  throw new ConclaveError('usage/invalid-argument', { hint: 'A time limit is a number above 0.' });
}

/** The value of an answer; throws the code of one that failed. */
export function valueOf(answer: Answer): Value {
  if (answer.outcome === 'answered') return answer.value;
  throw new ConclaveError(answer.code);
}

function failed(code: ErrorCode): Answer {
  return { outcome: 'failed', code };
}
