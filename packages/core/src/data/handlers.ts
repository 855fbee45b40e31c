import type { ErrorCode, Value, Verdict } from '@conclave/protocol';

import { codeOf, ConclaveError } from '../errors.js';
import type { Unsubscribe } from '../state/readable.js';
import { reportError } from '../state/report.js';
import { readCall, type Answer, type Call } from './calls.js';
import { conform, type StandardSchema } from './standard-schema.js';

/** A function that a publisher may call by name. */
export type Handler<Args extends readonly unknown[] = Value[]> = (...args: Args) => void;

/**
 * A function that answers a publisher's questions: what it returns or resolves with is the answer, `null` for `undefined`.
 * Where it throws or rejects, who asked gets `data/responder-failed` and nothing else of it.
 */
export type Responder = (...args: Value[]) => Value | undefined | Promise<Value | undefined>;

/** How a handler is to be called. */
export interface HandlerOptions<Args extends readonly unknown[]> {
  /** Checks the list of arguments before the handler sees it; a message that it refuses counts as `not-sent`. */
  readonly schema?: StandardSchema<Args>;
}

/** Messages that wait for a handler of their name: an application registers its handlers at once or not at all. */
const MAX_PENDING = 64;
const PENDING_LIFETIME_MS = 10_000;
/** Questions wait less long, so that who asks hears that nobody answers before its own time is over. */
const QUESTION_LIFETIME_MS = 5_000;
/** Questions that are being answered at once. */
const MAX_ANSWERING = 64;

/** Says later what became of a message that waits. */
export type Decide = (is: 'handled' | 'dropped') => void;

interface Pending {
  readonly name: string;
  readonly isQuestion: boolean;
  /** As it came: decoded, 64 KiB may be sixty times as much. */
  readonly payload: Uint8Array;
  readonly decide: Decide;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Takes the arguments as they came; false where they are not what the handler is for. */
type Entry = (args: Value[]) => boolean;

/**
 * The handlers of an incoming stream. Only what was registered can be called, by its exact name; a message for a
 * name that is not registered yet waits for it, 10 s at most.
 */
export class Handlers {
  readonly #handlers = new Map<string, Set<Entry>>();
  readonly #responders = new Map<string, Responder>();
  readonly #answer: (question: number, answer: Answer) => void;
  #pending: readonly Pending[] = [];
  #answering = 0;

  constructor(answer: (question: number, answer: Answer) => void) {
    this.#answer = answer;
  }

  /** Registers a handler; what waited for the name is handed over at once, in order. */
  handle<Args extends readonly unknown[] = Value[]>(
    name: string,
    handler: Handler<Args>,
    { schema }: HandlerOptions<Args> = {},
  ): Unsubscribe {
    const entry: Entry = (args) => {
      const fit = schema ? conform(schema, args) : { value: args as readonly unknown[] as Args };
      if (fit) guard(() => handler(...fit.value));
      return fit !== undefined;
    };
    const handlers = this.#handlers.get(name) ?? new Set();
    this.#handlers.set(name, handlers.add(entry));
    this.#wake((one) => one.name === name && !one.isQuestion);
    return () => {
      handlers.delete(entry);
    };
  }

  /** Registers what answers questions of this name; throws `usage/invalid-argument` where something does already. */
  respond(name: string, responder: Responder): Unsubscribe {
    if (this.#responders.has(name)) {
      throw new ConclaveError('usage/invalid-argument', { hint: `Something answers "${name}" already.` });
    }
    this.#responders.set(name, responder);
    this.#wake((one) => one.name === name);
    return () => {
      if (this.#responders.get(name) === responder) this.#responders.delete(name);
    };
  }

  /** Takes a message from the wire and says what became of it; `undefined` where it is not a call. */
  receive(payload: Uint8Array, decide: Decide): Verdict['is'] | undefined {
    const call = readCall(payload);
    if (!call) return undefined;
    return this.#take(call) ?? this.#wait(call, payload, decide);
  }

  /** Forgets handlers and what waits for them. */
  close(): void {
    const pending = this.#pending;
    this.#pending = [];
    this.#handlers.clear();
    this.#responders.clear();
    for (const { timer, decide } of pending) {
      clearTimeout(timer);
      decide('dropped');
    }
  }

  /** `undefined`: nobody is there for it. */
  #take(call: Call): 'handled' | 'dropped' | undefined {
    const responder = this.#responders.get(call.name);
    if (call.question !== undefined) return responder && this.#respond(responder, call, call.question);
    const handlers = this.#handlers.get(call.name);
    const entries: Entry[] = handlers ? [...handlers] : [];
    if (responder) entries.push(() => this.#respond(responder, call, undefined) === 'handled');
    if (entries.length === 0) return undefined;
    const taken = entries.map((entry) => guard(() => entry(call.args)) === true);
    return taken.includes(true) ? 'handled' : 'dropped';
  }

  #respond(responder: Responder, { args }: Call, question: number | undefined): 'handled' | 'dropped' {
    const answer = (said: Answer) => question !== undefined && this.#answer(question, said);
    if (this.#answering >= MAX_ANSWERING) {
      answer(failed('data/congested'));
      return 'dropped';
    }
    this.#answering += 1;
    const run = async () => responder(...args);
    // What it throws is told to who asked, as a code: a question must not be able to end a process.
    const failing = (error: unknown) => answer(failed(codeOf(error, 'data/responder-failed')));
    void run()
      .then(
        (value) => answer({ outcome: 'answered', value: value ?? null }),
        () => answer(failed('data/responder-failed')),
      )
      .catch(failing) // what it said cannot be sent
      .finally(() => (this.#answering -= 1));
    return 'handled';
  }

  #wait({ name, question }: Call, payload: Uint8Array, decide: Decide): 'waits' | 'dropped' {
    const refuse = () => question !== undefined && this.#answer(question, failed('data/no-responder'));
    if (this.#pending.length >= MAX_PENDING) {
      refuse();
      return 'dropped';
    }
    const isQuestion = question !== undefined;
    const lifetimeMs = isQuestion ? QUESTION_LIFETIME_MS : PENDING_LIFETIME_MS;
    const timer = setTimeout(() => {
      this.#pending = this.#pending.filter((one) => one !== pending);
      refuse();
      decide('dropped');
    }, lifetimeMs);
    const pending: Pending = { name, isQuestion, payload: payload.slice(), decide, timer };
    this.#pending = [...this.#pending, pending];
    return 'waits';
  }

  #wake(isDue: (one: Pending) => boolean): void {
    const due = this.#pending.filter(isDue);
    this.#pending = this.#pending.filter((one) => !due.includes(one));
    for (const { payload, timer, decide } of due) {
      clearTimeout(timer);
      const call = readCall(payload);
      decide((call && this.#take(call)) ?? 'dropped');
    }
  }
}

function failed(code: ErrorCode): Answer {
  return { outcome: 'failed', code };
}

/** Runs what is the application's: what it throws is its own and is reported. */
function guard<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    reportError(error);
    return undefined;
  }
}
