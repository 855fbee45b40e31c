import { decodeValue, MAX_ARGUMENTS, MAX_MESSAGE_BYTES, encodeValue, type Value } from '@conclave/protocol';

import { ConclaveError } from '../errors.js';
import { checkName } from '../names.js';
import type { Unsubscribe } from '../state/readable.js';
import { reportError } from '../state/report.js';

/** A function that a publisher may call by name. */
export type Handler = (...args: Value[]) => void;

/** Messages that wait for a handler of their name: an application registers its handlers at once or not at all. */
const MAX_PENDING = 64;
const PENDING_LIFETIME_MS = 10_000;

interface Pending {
  readonly name: string;
  /** As it came: decoded, 64 KiB may be sixty times as much. */
  readonly payload: Uint8Array;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Encodes a call of a handler; throws `data/unsupported-value` or `data/too-large`. */
export function encodeCall(handler: string, args: readonly Value[]): Uint8Array {
  checkName(handler, 'A handler');
  if (args.length > MAX_ARGUMENTS) {
    throw new ConclaveError('usage/invalid-argument', {
      hint: `A call has up to ${MAX_ARGUMENTS} arguments.`,
    });
  }
  const encoded = encodeValue([handler, args]);
  if (!encoded.ok) throw new ConclaveError(encoded.code);
  if (encoded.value.byteLength > MAX_MESSAGE_BYTES) throw new ConclaveError('data/too-large');
  return encoded.value;
}

/** Decodes a call of a handler; `undefined` where it is none. */
function readCall(
  payload: Uint8Array,
): { readonly name: string; readonly args: readonly Value[] } | undefined {
  const decoded = decodeValue(payload, MAX_MESSAGE_BYTES);
  if (!decoded.ok || !Array.isArray(decoded.value)) return undefined;
  const [name, args, ...rest] = decoded.value as unknown[];
  if (typeof name !== 'string' || !Array.isArray(args) || args.length > MAX_ARGUMENTS || rest.length > 0)
    return undefined;
  return { name, args: args as Value[] };
}

/**
 * The handlers of an incoming stream. Only what was registered can be called, by its exact name; a message for a
 * name that is not registered yet waits for it, 10 s at most.
 */
export class Handlers {
  readonly #handlers = new Map<string, Set<Handler>>();
  #pending: readonly Pending[] = [];

  /** Registers a handler; what waited for the name is handed over at once, in order. */
  handle(name: string, handler: Handler): Unsubscribe {
    const entry: Handler = (...args) => {
      handler(...args);
    };
    const handlers = this.#handlers.get(name) ?? new Set();
    this.#handlers.set(name, handlers.add(entry));
    const due = this.#pending.filter((one) => one.name === name);
    this.#pending = this.#pending.filter((one) => one.name !== name);
    for (const { payload, timer } of due) {
      clearTimeout(timer);
      this.#call(handlers, readCall(payload)?.args ?? []);
    }
    return () => handlers.delete(entry);
  }

  /** Takes a message from the wire; false where it is not a call. */
  receive(payload: Uint8Array): boolean {
    const call = readCall(payload);
    if (!call) return false;
    const handlers = this.#handlers.get(call.name);
    if (handlers && handlers.size > 0) this.#call(handlers, call.args);
    else this.#wait(call.name, payload);
    return true;
  }

  /** Forgets handlers and what waits for them. */
  close(): void {
    for (const { timer } of this.#pending) clearTimeout(timer);
    this.#pending = [];
    this.#handlers.clear();
  }

  #wait(name: string, payload: Uint8Array): void {
    if (this.#pending.length >= MAX_PENDING) return;
    const timer = setTimeout(() => {
      this.#pending = this.#pending.filter((one) => one !== pending);
    }, PENDING_LIFETIME_MS);
    const pending: Pending = { name, payload: payload.slice(), timer };
    this.#pending = [...this.#pending, pending];
  }

  #call(handlers: ReadonlySet<Handler>, args: readonly Value[]): void {
    for (const handler of [...handlers]) {
      try {
        handler(...args);
      } catch (error) {
        reportError(error);
      }
    }
  }
}
