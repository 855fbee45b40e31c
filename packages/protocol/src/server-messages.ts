import * as v from 'valibot';

import {
  MAX_CARD_BYTES,
  MAX_ICE_SERVERS,
  MAX_RENDEZVOUS_FRAME_BYTES,
  MAX_ROOM_MEMBERS,
  MAX_TOKEN_LIFE_MS,
} from './limits.js';
import { card, decodeFrame, envelope, id } from './rendezvous-shapes.js';
import type { Result } from './result.js';
import { bytes32, count, errorCode, flag, list, peerId, text, type Tagged } from './shapes.js';

const member = v.object({ card, order: count() });

/** RFC 7064 and RFC 7065 without `stuns:`, which no browser speaks; the port is looked at apart. */
const ICE_URL =
  /^(?!stun:.*\?)(?:stun|turns?):(?:[\w.~-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?(?:\?transport=(?:udp|tcp))?$/i;

function isIceUrl(url: string): boolean {
  const found = ICE_URL.exec(url);
  return found !== null && (Number(found[1] ?? 1) - 1) >>> 0 < 0xffff;
}

const iceServerKeys = v.object({
  urls: list(
    v.custom<string>((url) => typeof url === 'string' && url.length <= 512 && isIceUrl(url)),
    4,
    1,
  ),
  username: v.optional(text(512)),
  credential: v.optional(text(512)),
});

/**
 * An ICE server as a rendezvous may name it: `stun:`, `turn:` and `turns:` only, TURN with a user name and a
 * credential. What else a rendezvous might say would make the constructor of RTCPeerConnection throw.
 */
const iceServerSchema = v.pipe(
  iceServerKeys,
  v.custom<v.InferOutput<typeof iceServerKeys>>((input) => {
    const { urls, username, credential } = input as v.InferOutput<typeof iceServerKeys>;
    return urls.every((url) => /^stun:/i.test(url)) || (username !== undefined && credential !== undefined);
  }),
);

/** How long the token in force lasts from now on: the client needs no clock that is right. */
const tokenLifeMs = v.optional(count(MAX_TOKEN_LIFE_MS));

const serverForms = {
  /** The server's first frame; single use. */
  challenge: v.object({ challenge: bytes32 }),
  /** The client is registered. */
  registered: v.object({
    version: count(0xffff),
    /** Whether the server still knew this life of the client, its rooms and what it had missed. */
    resumed: flag,
    /** The counter of the last counted frame before this one. */
    counter: count(),
    heartbeatMs: count(600_000),
    iceServers: list(iceServerSchema, MAX_ICE_SERVERS),
    tokenLifeMs,
  }),
  /** The connection ends; the close code says the same. */
  refused: v.object({ code: errorCode, retryAfterMs: v.optional(count(3_600_000)) }),
  /** `tokenLifeMs` answers `renew`. */
  done: v.object({ id, tokenLifeMs }),
  failed: v.object({ id, code: errorCode, retryAfterMs: v.optional(count(3_600_000)) }),
  card: v.object({ id, card }),
  /** The members of a room in the order in which they came, this client among them. */
  joined: v.object({ id, room: text(), members: list(member, MAX_ROOM_MEMBERS) }),
  ping: v.object({}),
  deliver: v.object({ counter: count(), envelope }),
  'member-joined': v.object({ counter: count(), room: text(), member }),
  'member-left': v.object({ counter: count(), room: text(), peer: peerId }),
} as const;

/** A frame from rendezvous to client. */
export type ServerMessage = Tagged<'t', typeof serverForms>;
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
  return decodeFrame(serverForms, bytes, MAX_SERVER_FRAME_BYTES);
}
