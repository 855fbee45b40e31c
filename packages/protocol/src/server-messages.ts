import * as v from 'valibot';

import { MAX_CARD_BYTES, MAX_ICE_SERVERS, MAX_RENDEZVOUS_FRAME_BYTES, MAX_ROOM_MEMBERS } from './limits.js';
import { card, decodeFrame, envelope, id } from './rendezvous-shapes.js';
import type { Result } from './result.js';
import { bytes32, count, errorCode, list, peerId, text } from './shapes.js';

const member = v.object({ card, order: count() });

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

/** A list of 256 members is the largest thing that a rendezvous sends. */
const MAX_SERVER_FRAME_BYTES = MAX_ROOM_MEMBERS * (MAX_CARD_BYTES + 32) + MAX_RENDEZVOUS_FRAME_BYTES;

/** Decodes what a rendezvous sent. Never throws. */
export function decodeServerMessage(bytes: Uint8Array): Result<ServerMessage> {
  return decodeFrame(serverSchema, bytes, MAX_SERVER_FRAME_BYTES);
}
