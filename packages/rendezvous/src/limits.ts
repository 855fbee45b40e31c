/** What one rendezvous allows. Every number bounds memory, time or work that a stranger could ask of it. */
export interface Limits {
  /** Registered and unregistered sockets together: at about 50 KiB each (TLS aside), 10,000 are 500 MiB. */
  readonly clients: number;
  /** Sockets from one address (IPv6: one /64): a big office or a classroom behind one NAT, not a botnet's node. */
  readonly clientsPerAddress: number;
  /** New sockets a second from one address; each may cost two signature checks, about 0.3 ms. */
  readonly connectsPerSecond: number;
  /** New sockets at once from one address: everybody behind a NAT comes back when the rendezvous restarts. */
  readonly connectBurst: number;
  /** Registered clients of one key: as many as all together, unless a tenant is to leave room for others. */
  readonly clientsPerKey: number;
  /** New clients a second of one key, in the long run. */
  readonly keyConnectsPerSecond: number;
  /** New clients of one key at once: all of a tenant come back when the rendezvous restarts. */
  readonly keyConnectBurst: number;
  /** Frames a second of one client, in the long run. */
  readonly framesPerSecond: number;
  /** Frames at once: an offer and a few rounds of candidates to each of 50 people when a room is entered. */
  readonly frameBurst: number;
  /** Bytes a second of one client, in the long run. */
  readonly bytesPerSecond: number;
  /** Bytes at once: 50 offers of 40 KiB, and as much again for what follows. */
  readonly byteBurst: number;
  /** Rooms that one client may be in. */
  readonly roomsPerClient: number;
  /** Members of one room; never more than the protocol's `MAX_ROOM_MEMBERS`. */
  readonly roomMembers: number;
  /** Bytes that may wait in the socket of a client that does not read: a few full member lists. */
  readonly socketBufferBytes: number;
  /** Frames of one client that wait for the exchange before its socket is no longer read. */
  readonly waitingFrames: number;
}

/** The limits of a rendezvous that was not told otherwise. */
export const DEFAULT_LIMITS: Limits = {
  clients: 10_000,
  clientsPerAddress: 256,
  connectsPerSecond: 20,
  connectBurst: 256,
  clientsPerKey: 10_000,
  keyConnectsPerSecond: 500,
  keyConnectBurst: 10_000,
  framesPerSecond: 64,
  frameBurst: 512,
  bytesPerSecond: 512 * 1024,
  byteBurst: 4 * 1024 * 1024,
  roomsPerClient: 32,
  roomMembers: 256,
  socketBufferBytes: 4 * 1024 * 1024,
  waitingFrames: 64,
};

/**
 * Frames beyond the rate are answered with a code; a client that goes on at this many times the rate does not read
 * its answers, and its socket is closed.
 */
export const ABUSE_FACTOR = 4;

/** Largest WebSocket message: enough above the protocol's frame to answer an oversized one with a code. */
export const MAX_SOCKET_MESSAGE_BYTES = 256 * 1024;

/** Time that a client has to answer our close frame before the socket is cut. */
export const CLOSE_TIMEOUT_MS = 2_000;

/** Counted frames kept for a client that may resume: a member list's worth of arrivals. */
export const MAILBOX_FRAMES = 256;

/** Bytes of counted frames kept for a client that may resume: a dozen of the largest envelopes. */
export const MAILBOX_BYTES = 1024 * 1024;

/** Addresses whose connect rate is remembered; the oldest are forgotten first. */
export const REMEMBERED_ADDRESSES = 10_000;

/** For how long a client that was refused because of a full house should stay away. */
export const FULL_RETRY_MS = 5_000;

/** Keys without clients whose connect rate is remembered. */
export const REMEMBERED_KEYS = 1_000;

/** How far the clock of whoever makes tokens may be from ours, where it matters little: machines on NTP agree within 1 s. */
export const CLOCK_SKEW_MS = 60_000;

/** The shortest secret of a key: as long as the hash (RFC 7518 section 3.2). */
export const MIN_SECRET_BYTES = 32;

/** The longest secret of a key: beyond the 64-byte block of SHA-256 it is hashed first, and gains nothing. */
export const MAX_SECRET_BYTES = 512;

/** Secrets of one key: each costs a hash for a token that none has signed. */
export const MAX_SECRETS = 4;

/** Origins that one key may list. */
export const MAX_ORIGINS = 64;

/** The largest key file: about 5,000 keys. */
export const MAX_KEY_FILE_BYTES = 1024 * 1024;

/** How often a key file is looked at: a key that leaves it is to close its sockets within a second. */
export const KEY_FILE_POLL_MS = 250;
