import { MAX_MESSAGE_BYTES } from './limits.js';
import { ok, refused, type Result } from './result.js';

/**
 * The lanes of a link, each a data channel negotiated by id (RFC 8832 is not used), in the order of their precedence:
 * control before messages before bulk; lossy is for what is worthless when late.
 */
export const LANES = { control: 0, messages: 1, lossy: 2, bulk: 3 } as const;
/** The name of a lane. */
export type Lane = keyof typeof LANES;

/**
 * A frame of the lanes messages, lossy and bulk: a fixed header and a payload (SPEC 8).
 * `counter` is strictly rising per pair of peers and direction, through every link that they have.
 */
export type DataFrame =
  | {
      readonly type: 'message';
      readonly request: number;
      readonly counter: number;
      readonly payload: Uint8Array;
    }
  | { readonly type: 'ack'; readonly counter: number }
  | { readonly type: 'lossy'; readonly request: number; readonly payload: Uint8Array }
  | {
      readonly type: 'bulk';
      readonly transfer: number;
      readonly offset: number;
      readonly payload: Uint8Array;
    };

const MESSAGE = 1;
const ACK = 2;
const LOSSY = 3;
const BULK = 4;
// type (1), request or transfer (4), counter or offset (8)
const HEADER_BYTES = { [MESSAGE]: 13, [ACK]: 9, [LOSSY]: 5, [BULK]: 13 } as const;

/**
 * Encodes a frame of data. Throws a `RangeError` for what the decoder would refuse: a number that is out of range, a
 * payload of more than 64 KiB.
 */
export function encodeDataFrame(frame: DataFrame): Uint8Array<ArrayBuffer> {
  switch (frame.type) {
    case 'message':
      return build(MESSAGE, frame.request, frame.counter, frame.payload);
    case 'ack':
      return build(ACK, undefined, frame.counter, undefined);
    case 'lossy':
      return build(LOSSY, frame.request, undefined, frame.payload);
    case 'bulk':
      return build(BULK, frame.transfer, frame.offset, frame.payload);
  }
}

/** Decodes a frame of data; its payload is a view into the bytes given. Never throws. */
export function decodeDataFrame(bytes: Uint8Array): Result<DataFrame> {
  const type = bytes[0];
  if (type !== MESSAGE && type !== ACK && type !== LOSSY && type !== BULK) return refused('link/bad-frame');
  const header = HEADER_BYTES[type];
  if (bytes.byteLength < header) return refused('link/bad-frame');
  if (bytes.byteLength > header + MAX_MESSAGE_BYTES) return refused('data/too-large');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const payload = new Uint8Array(bytes.buffer, bytes.byteOffset + header, bytes.byteLength - header);
  if (type === LOSSY) return ok({ type: 'lossy', request: view.getUint32(1), payload });
  const counter = view.getBigUint64(type === ACK ? 1 : 5);
  if (counter > BigInt(Number.MAX_SAFE_INTEGER)) return refused('link/bad-frame');
  if (type === ACK)
    return payload.byteLength === 0
      ? ok({ type: 'ack', counter: Number(counter) })
      : refused('link/bad-frame');
  if (type === MESSAGE)
    return ok({ type: 'message', request: view.getUint32(1), counter: Number(counter), payload });
  return ok({ type: 'bulk', transfer: view.getUint32(1), offset: Number(counter), payload });
}

function build(
  type: keyof typeof HEADER_BYTES,
  id: number | undefined,
  counter: number | undefined,
  payload: Uint8Array | undefined,
): Uint8Array<ArrayBuffer> {
  const header = HEADER_BYTES[type];
  const length = payload?.byteLength ?? 0;
  if (
    length > MAX_MESSAGE_BYTES ||
    !isCount(id ?? 0, 0xffff_ffff) ||
    !isCount(counter ?? 0, Number.MAX_SAFE_INTEGER)
  ) {
    throw new RangeError('a frame that could not be decoded');
  }
  const bytes = new Uint8Array(header + length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, type);
  if (id !== undefined) view.setUint32(1, id);
  if (counter !== undefined) view.setBigUint64(id === undefined ? 1 : 5, BigInt(counter));
  if (payload) bytes.set(payload, header);
  return bytes;
}

function isCount(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}
