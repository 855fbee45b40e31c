import * as v from 'valibot';

import { canonical } from './bytes.js';
import { SIGNATURE_BYTES, SPKI_BYTES, type PeerId } from './identity.js';
import {
  MAX_CARD_BYTES,
  MAX_ICE_SERVERS,
  MAX_KEY_LENGTH,
  MAX_RENDEZVOUS_FRAME_BYTES,
  MAX_ROOM_MEMBERS,
} from './limits.js';
import { refused, type Result } from './result.js';
import {
  boundedBytes,
  bytes16,
  bytes32,
  check,
  count,
  errorCode,
  exactBytes,
  list,
  peerId,
  text,
} from './shapes.js';
import { decodeValue, pack } from './packing.js';

const id = count(0xffff_ffff);
const envelope = boundedBytes(MAX_RENDEZVOUS_FRAME_BYTES);
const card = boundedBytes(MAX_CARD_BYTES);
const versions = list(count(0xffff), 8);
const member = v.object({ card, order: count() });

const clientSchema = v.variant('t', [
  /** The first frame of a client: who it is, and the answer to the challenge. */
  v.object({
    t: v.literal('register'),
    key: text(MAX_KEY_LENGTH),
    origin: text(2048),
    nonce: bytes32,
    epoch: bytes16,
    versions,
    spki: exactBytes(SPKI_BYTES),
    signature: exactBytes(SIGNATURE_BYTES),
    card,
    /** The last server counter seen: this is a resume. */
    resumeAfter: v.optional(count()),
  }),
  /** An envelope for somebody else; answered with `done` or `failed`. */
  v.object({ t: v.literal('relay'), id, to: peerId, envelope }),
  /** Asks for the card of a peer; answered with `card` or `failed`. */
  v.object({ t: v.literal('lookup'), id, peer: peerId }),
  /** Enters a room; answered with `joined` or `failed`. */
  v.object({ t: v.literal('join'), id, room: text() }),
  /** Leaves a room; answered with `done`. */
  v.object({ t: v.literal('leave'), id, room: text() }),
  /** The answer to a ping, with the last server counter seen: nothing up to it is kept any longer. */
  v.object({ t: v.literal('pong'), seen: count() }),
]);

/** RFC 7064 and RFC 7065 without `stuns:`, which no browser speaks. */
const ICE_URL =
  /^(?!stun:.*\?)(?:stun|turns?):(?:[\w.~-]+|\[[\da-f:.]+\])(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?$/i;

/**
 * An ICE server as a rendezvous may name it: `stun:`, `turn:` and `turns:` only, TURN with a user name and a
 * credential. What else a rendezvous might say would make the constructor of RTCPeerConnection throw.
 */
const iceServerSchema = v.pipe(
  v.object({
    urls: list(
      v.custom<string>((url) => typeof url === 'string' && url.length <= 512 && ICE_URL.test(url)),
      4,
      1,
    ),
    username: v.optional(text(512)),
    credential: v.optional(text(512)),
  }),
  v.check(
    ({ urls, username, credential }) =>
      urls.every((url) => /^stun:/i.test(url)) || (username !== undefined && credential !== undefined),
  ),
);

const serverSchema = v.variant('t', [
  /** The server's first frame; single use. */
  v.object({ t: v.literal('challenge'), challenge: bytes32 }),
  /** The client is registered. */
  v.object({
    t: v.literal('registered'),
    version: count(0xffff),
    /** Whether the server still knew this life of the client, its rooms and what it had missed. */
    resumed: v.boolean(),
    /** The counter of the last counted frame before this one. */
    counter: count(),
    heartbeatMs: count(600_000),
    iceServers: list(iceServerSchema, MAX_ICE_SERVERS),
  }),
  /** The connection ends; the close code says the same. */
  v.object({ t: v.literal('refused'), code: errorCode, retryAfterMs: v.optional(count(3_600_000)) }),
  v.object({ t: v.literal('done'), id }),
  v.object({ t: v.literal('failed'), id, code: errorCode, retryAfterMs: v.optional(count(3_600_000)) }),
  v.object({ t: v.literal('card'), id, card }),
  /** The members of a room in the order in which they came, this client among them. */
  v.object({ t: v.literal('joined'), id, room: text(), members: list(member, MAX_ROOM_MEMBERS) }),
  v.object({ t: v.literal('ping') }),
  v.object({ t: v.literal('deliver'), counter: count(), envelope }),
  v.object({ t: v.literal('member-joined'), counter: count(), room: text(), member }),
  v.object({ t: v.literal('member-left'), counter: count(), room: text(), peer: peerId }),
]);

/** A frame from client to rendezvous. */
export type ClientMessage = Readonly<v.InferOutput<typeof clientSchema>>;
/** A frame from rendezvous to client. */
export type ServerMessage = Readonly<v.InferOutput<typeof serverSchema>>;
/** A frame that tells something that happened: counted, kept until seen, sent again at a resume. */
export type CountedMessage = Extract<
  ServerMessage,
  { counter: number; t: 'deliver' | 'member-joined' | 'member-left' }
>;
/** A member of a room as a rendezvous lists it. */
export type ListedMember = Readonly<v.InferOutput<typeof member>>;
/** An ICE server. */
export type IceServer = Readonly<v.InferOutput<typeof iceServerSchema>>;

/** Encodes a frame to the rendezvous. */
export function encodeClientMessage(message: ClientMessage): Uint8Array<ArrayBuffer> {
  return pack(message);
}

/** Encodes a frame of the rendezvous. */
export function encodeServerMessage(message: ServerMessage): Uint8Array<ArrayBuffer> {
  return pack(message);
}

/** Decodes what a client sent. Never throws. */
export function decodeClientMessage(bytes: Uint8Array): Result<ClientMessage> {
  return decodeFrame(clientSchema, bytes, MAX_RENDEZVOUS_FRAME_BYTES);
}

/** A list of 256 members is the largest thing that a rendezvous sends. */
const MAX_SERVER_FRAME_BYTES = MAX_ROOM_MEMBERS * (MAX_CARD_BYTES + 32) + MAX_RENDEZVOUS_FRAME_BYTES;

/** Decodes what a rendezvous sent. Never throws. */
export function decodeServerMessage(bytes: Uint8Array): Result<ServerMessage> {
  return decodeFrame(serverSchema, bytes, MAX_SERVER_FRAME_BYTES);
}

function decodeFrame<const Schema extends v.GenericSchema>(
  schema: Schema,
  bytes: Uint8Array,
  maxBytes: number,
) {
  if (bytes.byteLength > maxBytes) return refused('rendezvous/too-large');
  const decoded = decodeValue(bytes, maxBytes);
  return decoded.ok ? check(schema, decoded.value, 'rendezvous/bad-frame') : refused('rendezvous/bad-frame');
}

/** What a client signs to register (purpose `register`, SPEC 5.2). */
export interface Registration {
  /** Scheme, host and port of the URL that was dialled, as `URL.origin` writes it with http for ws. */
  readonly origin: string;
  readonly key: string;
  readonly challenge: Uint8Array;
  readonly nonce: Uint8Array;
  readonly peerId: PeerId;
  readonly epoch: Uint8Array;
  readonly versions: readonly number[];
}

/** The canonical bytes of a registration. */
export function registrationBytes(registration: Registration): Uint8Array<ArrayBuffer> {
  const { origin, key, challenge, nonce, peerId, epoch, versions } = registration;
  return canonical([origin, key, challenge, nonce, peerId, epoch, canonical(versions)]);
}

/**
 * The origin of a rendezvous URL as both sides write it: `wss://a.example/x` is `https://a.example`.
 * `undefined` where the URL is not a ws:, wss:, http: or https: URL.
 */
export function rendezvousOrigin(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, origin } = new URL(url);
  return /^(?:ws|http)s?:$/.test(protocol) ? origin.replace(/^ws/, 'http') : undefined;
}
