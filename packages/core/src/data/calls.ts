import {
  decodeValue,
  encodeValue,
  isErrorCode,
  MAX_ARGUMENTS,
  MAX_MESSAGE_BYTES,
  type ErrorCode,
  type Value,
} from '@conclave/protocol';

import { ConclaveError } from '../errors.js';
import { checkName } from '../names.js';

/** A call of a handler as it came. */
export interface Call {
  readonly name: string;
  readonly args: Value[];
  /** The caller waits for an answer to the question of this number. */
  readonly question: number | undefined;
}

/** What one subscriber said to a question, or why it said nothing. */
export type Answer =
  | { readonly outcome: 'answered'; readonly value: Value }
  | { readonly outcome: 'failed'; readonly code: ErrorCode };

/** Encodes a call of a handler; throws `data/unsupported-value`, `data/too-large` or `usage/invalid-argument`. */
export function encodeCall(handler: string, args: readonly Value[], question?: number): Uint8Array {
  checkName(handler, 'A handler');
  if (args.length > MAX_ARGUMENTS) {
    throw new ConclaveError('usage/invalid-argument', {
      hint: `A call has up to ${MAX_ARGUMENTS} arguments.`,
    });
  }
  return encodeMessage(question === undefined ? [handler, args] : [handler, args, question]);
}

/** Decodes a call of a handler; `undefined` where it is none. */
export function readCall(payload: Uint8Array): Call | undefined {
  const [name, args, question, ...rest] = readList(payload);
  if (typeof name !== 'string' || !Array.isArray(args) || args.length > MAX_ARGUMENTS || rest.length > 0)
    return undefined;
  if (question !== undefined && !Number.isSafeInteger(question)) return undefined;
  return { name, args: args as Value[], question: question as number | undefined };
}

/** Encodes the answer to a question; throws `data/unsupported-value` or `data/too-large`. */
export function encodeAnswer(question: number, answer: Answer): Uint8Array {
  return encodeMessage(
    answer.outcome === 'answered' ? [question, answer.value] : [question, null, answer.code],
  );
}

/** Decodes an answer; `undefined` where it is none. */
export function readAnswer(
  payload: Uint8Array,
): { readonly question: number; readonly answer: Answer } | undefined {
  const said = readList(payload);
  const [question, value, code, ...rest] = said;
  if (!Number.isSafeInteger(question) || said.length < 2 || rest.length > 0) return undefined;
  if (code !== undefined && !isErrorCode(code)) return undefined;
  const answer: Answer = code ? { outcome: 'failed', code } : { outcome: 'answered', value: value as Value };
  return { question: question as number, answer };
}

function encodeMessage(message: readonly Value[]): Uint8Array {
  const encoded = encodeValue(message);
  if (!encoded.ok) throw new ConclaveError(encoded.code);
  if (encoded.value.byteLength > MAX_MESSAGE_BYTES) throw new ConclaveError('data/too-large');
  return encoded.value;
}

function readList(payload: Uint8Array): readonly unknown[] {
  const decoded = decodeValue(payload, MAX_MESSAGE_BYTES);
  return decoded.ok && Array.isArray(decoded.value) ? decoded.value : [];
}
