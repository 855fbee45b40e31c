import { decodeValue, encodeValue, signatureInput, type Purpose, type Value } from '@conclave/protocol';
import { createHash, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

import { unpacked } from '../../support/unpacked.mjs';

/** What the signed bytes of an envelope say. */
export interface Content {
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly body: Readonly<Record<string, Value>>;
}

/** An envelope taken apart, as whoever carries it can. */
export interface Parts {
  readonly signed: Uint8Array;
  readonly spki: Uint8Array;
  readonly signature: Uint8Array;
  readonly content: Content;
}

/** Takes an envelope apart. Nothing of it is secret. */
export function takeApart(envelope: Uint8Array): Parts {
  const [signed, spki, signature] = unpack(envelope) as [Uint8Array, Uint8Array, Uint8Array];
  const content = unpack(signed) as Content;
  return { signed, spki, signature, content: { ...content, body: unpacked(content.body) } };
}

/** The kind of message that an envelope says it carries. */
export function kindOf(envelope: Uint8Array): string {
  return takeApart(envelope).content.kind;
}

/** The description that an offer or answer carries. */
export function sdpOf({ content }: Parts): string {
  const { sdp } = content.body;
  if (typeof sdp !== 'string') throw new Error(`no description in ${content.kind}`);
  return sdp;
}

/** Puts an envelope together. */
export function putTogether({ signed, spki, signature }: Omit<Parts, 'content'>): Uint8Array {
  return pack([signed, spki, signature]);
}

/** The signed bytes with another body, or another head: the signature no longer fits. */
export function reword(
  parts: Parts,
  body: Readonly<Record<string, Value>>,
  head: Readonly<Record<string, Value>> = {},
): Parts {
  const content = { ...parts.content, ...head, body: { ...parts.content.body, ...body } };
  return { ...parts, content, signed: pack(content) };
}

/** A key of the liar's own. */
export interface OwnKey {
  readonly peerId: string;
  readonly spki: Uint8Array;
  sign(purpose: Purpose, bytes: Uint8Array): Uint8Array;
}

/** Makes a key. */
export function ownKey(): OwnKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  return {
    spki,
    peerId: createHash('sha256').update(spki).digest('hex'),
    sign: (purpose, bytes) => signWith(privateKey, signatureInput(purpose, bytes)),
  };
}

/** The same signed bytes under another key: what can be done to an envelope by who has no other. */
export function signAnew(parts: Parts, key: OwnKey): Parts {
  return { ...parts, spki: key.spki, signature: key.sign('envelope', parts.signed) };
}

function signWith(key: KeyObject, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createSign('SHA256').update(bytes).sign({ key, dsaEncoding: 'ieee-p1363' }));
}

/** Encodes a value without any limit. */
export function pack(value: unknown): Uint8Array {
  const encoded = encodeValue(value, Infinity);
  if (!encoded.ok) throw new Error(encoded.code);
  return encoded.value;
}

function unpack(bytes: Uint8Array): unknown {
  const decoded = decodeValue(bytes, Infinity);
  if (!decoded.ok) throw new Error('not an envelope');
  return decoded.value;
}

const LINE = /(a=fingerprint:sha-256 )\S+/g;
const OTHER = Array.from({ length: 32 }, () => 'AB').join(':');

/** A description with the certificate of somebody else. */
export function withOtherFingerprint(sdp: string): string {
  return sdp.replaceAll(LINE, `$1${OTHER}`);
}

/** A description with one certificate more. */
export function withSecondFingerprint(sdp: string): string {
  return sdp.replaceAll(LINE, (line, head: string) => `${line}\r\n${head}${OTHER}`);
}
