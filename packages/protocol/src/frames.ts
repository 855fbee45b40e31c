import { MAX_MESSAGE_BYTES, MAX_VERDICTS } from './limits.js';
import { ok, refused, type Result } from './result.js';
import { readVerdicts, writeVerdicts, VERDICT_BYTES, type Verdict } from './verdicts.js';

/**
 * The lanes of a link, each a data channel negotiated by id (RFC 8832 is not used), in the order of their precedence:
 * control before messages before bulk; lossy is for what is worthless when late.
 */
export const LANES = { control: 0, messages: 1, lossy: 2, bulk: 3 } as const;
/** The name of a lane. */
export type Lane = keyof typeof LANES;

/** A reliable message. `counter` rises by one with each, per direction, through every link that a pair of peers has. */
export interface MessageFrame {
  /** `message`: for who subscribed with this request; `answer`: of who subscribed with it, to a question. */
  readonly type: 'message' | 'answer';
  readonly request: number;
  readonly counter: number;
  readonly payload: Uint8Array;
}

/** What its sender has taken off the line, and how it stands with what was not simply handled. */
export interface AckFrame {
  readonly type: 'ack';
  readonly counter: number;
  readonly verdicts: readonly Verdict[];
}

/**
 * The first frame of each end on the lane messages: where its sender stands. `near` names its own life, 8 random bytes;
 * `far` the one of the far end that it remembers, zeros where it remembers none; the rest is about that one.
 */
export interface ResumeFrame {
  readonly type: 'resume';
  readonly near: Uint8Array;
  readonly far: Uint8Array;
  readonly counter: number;
  readonly verdicts: readonly Verdict[];
}

/** A part of a file, and when it left: microseconds of its sender's clock, modulo 2^32 (as in RFC 6817 section 2). */
export interface BulkFrame {
  readonly type: 'bulk';
  readonly transfer: number;
  readonly offset: number;
  readonly sentAtUs: number;
  readonly payload: Uint8Array;
}

/** The SHA-256 of the block of a file that ends at `offset`; it follows the block. */
export interface SealFrame {
  readonly type: 'seal';
  readonly transfer: number;
  readonly offset: number;
  readonly payload: Uint8Array;
}

/** A message that is worthless when late: not counted, not repeated. */
export interface LossyFrame {
  readonly type: 'lossy';
  readonly request: number;
  readonly payload: Uint8Array;
}

/** A frame of the lanes messages, lossy and bulk: a fixed header and a payload (SPEC 8). */
export type DataFrame = MessageFrame | AckFrame | ResumeFrame | LossyFrame | BulkFrame | SealFrame;

/** The name of a conversation. */
export const CONVERSATION_BYTES = 8;
const DIGEST_BYTES = 32;

const TYPES = ['message', 'ack', 'lossy', 'bulk', 'seal', 'answer', 'resume'] as const;
const COUNTED_BYTES = 13; // type (1), request or transfer (4), counter or offset (8)
const HEADER_BYTES: Record<DataFrame['type'], number> = {
  message: COUNTED_BYTES,
  answer: COUNTED_BYTES,
  bulk: COUNTED_BYTES + 4,
  seal: COUNTED_BYTES,
  lossy: 5,
  ack: 9,
  resume: 1 + 2 * CONVERSATION_BYTES + 8,
};

/**
 * Encodes a frame of data. Throws a `RangeError` for what the decoder would refuse: a number that is out of range, a
 * payload of more than 64 KiB, more than 2,048 verdicts.
 */
export function encodeDataFrame(frame: DataFrame): Uint8Array<ArrayBuffer> {
  switch (frame.type) {
    case 'ack':
      return withVerdicts(frame, 1);
    case 'resume': {
      if (frame.near.length !== CONVERSATION_BYTES || frame.far.length !== CONVERSATION_BYTES)
        throw unencodable();
      const bytes = withVerdicts(frame, 1 + 2 * CONVERSATION_BYTES);
      bytes.set(frame.near, 1);
      bytes.set(frame.far, 1 + CONVERSATION_BYTES);
      return bytes;
    }
    case 'lossy':
      return build(frame.type, frame.request, undefined, frame.payload);
    case 'message':
    case 'answer':
      return build(frame.type, frame.request, frame.counter, frame.payload);
    case 'seal':
      return build(frame.type, frame.transfer, frame.offset, frame.payload);
    case 'bulk': {
      if (!isU32(frame.sentAtUs)) throw unencodable();
      const bytes = build(frame.type, frame.transfer, frame.offset, frame.payload);
      new DataView(bytes.buffer).setUint32(COUNTED_BYTES, frame.sentAtUs);
      return bytes;
    }
  }
}

/** Decodes a frame of data; its payload is a view into the bytes given. Never throws. */
export function decodeDataFrame(bytes: Uint8Array): Result<DataFrame> {
  const type = TYPES[(bytes[0] ?? 0) - 1];
  if (!type || bytes.byteLength < HEADER_BYTES[type]) return refused('link/bad-frame');
  const header = HEADER_BYTES[type];
  if (bytes.byteLength > header + MAX_MESSAGE_BYTES) return refused('data/too-large');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const payload = new Uint8Array(bytes.buffer, bytes.byteOffset + header, bytes.byteLength - header);
  if (type === 'lossy') return ok({ type, request: view.getUint32(1), payload });
  const counter = Number(view.getBigUint64(type === 'bulk' ? COUNTED_BYTES - 8 : header - 8));
  if (!Number.isSafeInteger(counter)) return refused('link/bad-frame');
  if (type === 'ack' || type === 'resume') {
    const verdicts = readVerdicts(payload);
    if (!verdicts) return refused('link/bad-frame');
    if (type === 'ack') return ok({ type, counter, verdicts });
    const near = bytes.subarray(1, 1 + CONVERSATION_BYTES);
    const far = bytes.subarray(1 + CONVERSATION_BYTES, 1 + 2 * CONVERSATION_BYTES);
    return ok({ type, near, far, counter, verdicts });
  }
  const id = view.getUint32(1);
  if (type === 'seal' && payload.byteLength !== DIGEST_BYTES) return refused('link/bad-frame');
  if (type === 'message' || type === 'answer') return ok({ type, request: id, counter, payload });
  if (type === 'seal') return ok({ type, transfer: id, offset: counter, payload });
  return ok({ type, transfer: id, offset: counter, sentAtUs: view.getUint32(COUNTED_BYTES), payload });
}

/** When a frame of the lane bulk left, as its sender says: a seal does not. */
export function sentAtOf(bytes: Uint8Array): number | undefined {
  if (bytes[0] !== TYPES.indexOf('bulk') + 1 || bytes.byteLength < HEADER_BYTES.bulk) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(COUNTED_BYTES);
}

function withVerdicts(
  { type, counter, verdicts }: AckFrame | ResumeFrame,
  at: number,
): Uint8Array<ArrayBuffer> {
  if (verdicts.length > MAX_VERDICTS || ![counter, ...verdicts.map((one) => one.counter)].every(isCounter))
    throw unencodable();
  const bytes = new Uint8Array(at + 8 + verdicts.length * VERDICT_BYTES);
  bytes[0] = TYPES.indexOf(type) + 1;
  new DataView(bytes.buffer).setBigUint64(at, BigInt(counter));
  writeVerdicts(bytes, at + 8, verdicts);
  return bytes;
}

function build(
  type: DataFrame['type'],
  id: number,
  counter: number | undefined,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const isSealed = type !== 'seal' || payload.byteLength === DIGEST_BYTES;
  const isFit = payload.byteLength <= MAX_MESSAGE_BYTES && isSealed;
  if (!isFit || !isU32(id) || !isCounter(counter ?? 0)) throw unencodable();
  const bytes = new Uint8Array(HEADER_BYTES[type] + payload.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, TYPES.indexOf(type) + 1);
  view.setUint32(1, id);
  if (counter !== undefined) view.setBigUint64(5, BigInt(counter));
  bytes.set(payload, HEADER_BYTES[type]);
  return bytes;
}

function isCounter(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isU32(value: number): boolean {
  return isCounter(value) && value <= 0xffff_ffff;
}

function unencodable(): RangeError {
  return new RangeError('a frame that could not be decoded');
}
