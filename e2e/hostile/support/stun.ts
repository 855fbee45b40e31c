import { createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';

// STUN (RFC 8489), as far as a hostile server or a thief of paths needs it; IPv4 only.

const COOKIE = 0x2112a442;
const HEAD_BYTES = 20;

/** Attributes by name. */
export const ATTRIBUTE = {
  username: 0x06,
  integrity: 0x08,
  errorCode: 0x09,
  channel: 0x0c,
  lifetime: 0x0d,
  peerAddress: 0x12,
  data: 0x13,
  realm: 0x14,
  nonce: 0x15,
  relayedAddress: 0x16,
  mappedAddress: 0x20,
  priority: 0x24,
  useCandidate: 0x25,
  fingerprint: 0x8028,
  controlling: 0x802a,
  nomination: 0xc001,
} as const;

/** An attribute: its number and its value. */
export type Attribute = readonly [number, Buffer];
/** A host and a port. */
export interface Address {
  readonly address: string;
  readonly port: number;
}

/** What a STUN message says. */
export interface StunMessage {
  readonly type: number;
  readonly id: Buffer;
  readonly attributes: ReadonlyMap<number, Buffer>;
}

/** Reads a message; nothing is checked. */
export function readStun(packet: Buffer): StunMessage {
  const attributes = new Map<number, Buffer>();
  for (let at = HEAD_BYTES; at + 4 <= packet.length;) {
    const length = packet.readUInt16BE(at + 2);
    attributes.set(packet.readUInt16BE(at), packet.subarray(at + 4, at + 4 + length));
    at += 4 + length + padding(length);
  }
  return { type: packet.readUInt16BE(0), id: packet.subarray(8, HEAD_BYTES), attributes };
}

/** Writes a message, with MESSAGE-INTEGRITY and FINGERPRINT where there is a key. */
export function writeStun(
  type: number,
  id: Buffer,
  attributes: readonly Attribute[],
  key?: string | Buffer,
): Buffer {
  const plain = attributes.map(([kind, value]) => attribute(kind, value));
  if (key === undefined) return frame(type, id, plain);
  // Each covers what is before it, and a head that counts it already.
  const digest = createHmac('sha1', key)
    .update(frame(type, id, plain, 24))
    .digest();
  const signed = [...plain, attribute(ATTRIBUTE.integrity, digest)];
  const sum = uint32((crc32(frame(type, id, signed, 8)) ^ 0x5354554e) >>> 0);
  return frame(type, id, [...signed, attribute(ATTRIBUTE.fingerprint, sum)]);
}

/** The value of an XOR-…-ADDRESS. */
export function writeAddress({ address, port }: Address): Buffer {
  const value = Buffer.from([0, 1, 0, 0, ...address.split('.').map(Number)]);
  value.writeUInt16BE(port ^ (COOKIE >>> 16), 2);
  value.writeUInt32BE((value.readUInt32BE(4) ^ COOKIE) >>> 0, 4);
  return value;
}

/** The address in an XOR-…-ADDRESS. */
export function readAddress(value: Buffer): Address {
  const host = uint32((value.readUInt32BE(4) ^ COOKIE) >>> 0);
  return { address: host.join('.'), port: value.readUInt16BE(2) ^ (COOKIE >>> 16) };
}

/** Four bytes. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function frame(type: number, id: Buffer, attributes: readonly Buffer[], more = 0): Buffer {
  const body = Buffer.concat(attributes);
  const head = Buffer.alloc(8);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(body.length + more, 2);
  head.writeUInt32BE(COOKIE, 4);
  return Buffer.concat([head, id, body]);
}

function attribute(kind: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(kind, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc(padding(value.length))]);
}

function padding(length: number): number {
  return (4 - (length % 4)) % 4;
}
