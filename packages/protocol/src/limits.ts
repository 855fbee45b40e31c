/** A frame between client and rendezvous: an SDP of 64 KiB in its envelope, with room for the signature and the wrapping. */
export const MAX_RENDEZVOUS_FRAME_BYTES = 80 * 1024;
/** The signed part of an envelope. */
export const MAX_ENVELOPE_BYTES = 72 * 1024;
/** Twelve streams of 5 KiB, as Chromium describes them; browsers themselves accept far more. */
export const MAX_SDP_BYTES = 64 * 1024;
/** Two m-lines a stream and one for data; what a browser describes in 64 KiB is about a third of it. */
export const MAX_SDP_MEDIA = 64;
/** Candidates are about 150 bytes; the longest seen (TCP, IPv6, zone) stay under 400. */
export const MAX_CANDIDATE_BYTES = 1024;
/** Candidates told at once; a host with many interfaces gathers about 20. */
export const MAX_CANDIDATES = 32;
/** Plays named by one description: as many as its m-lines can carry. */
export const MAX_PLAYS = 32;
/** A message between peers through the rendezvous. */
export const MAX_RELAYED_MESSAGE_BYTES = 16 * 1024;
/** A message over a link: one SCTP message that every browser accepts. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
/** A control frame over a link: a description and what it carries. */
export const MAX_CONTROL_FRAME_BYTES = 72 * 1024;
/** Names of streams, handlers, message types, rooms. */
export const MAX_NAME_LENGTH = 256;
/** Arguments of one `send`. */
export const MAX_ARGUMENTS = 64;
/** Values inside values; deeper data is not data that somebody meant to send. */
export const MAX_VALUE_DEPTH = 16;
/** A key ID at the rendezvous. */
export const MAX_KEY_LENGTH = 128;
/** ICE servers named by a rendezvous; browsers warn above five and slow down gathering. */
export const MAX_ICE_SERVERS = 8;
/** Counters behind the newest that are remembered per sender; bounds the memory of the replay window. */
export const REPLAY_WINDOW = 256;
/** A challenge is answered at once or not at all. */
export const CHALLENGE_LIFETIME_MS = 10_000;
/** How often the rendezvous asks for a sign of life; a client that misses two is evicted. */
export const HEARTBEAT_INTERVAL_MS = 15_000;
/** How long a rendezvous keeps what belongs to a client whose socket was lost. */
export const RESUME_WINDOW_MS = 20_000;
/** A card: a key, an epoch, a signature, with room for what later versions add. */
export const MAX_CARD_BYTES = 512;
/** Members that a room may list; a mesh of more is not a call. */
export const MAX_ROOM_MEMBERS = 256;
/** Proofs of secret rooms on one link: as many as the rooms that a rendezvous lets one client be in by default. */
export const MAX_ROOM_PROOFS = 32;
/** A token of a rendezvous: a JWT with a list of rooms in it is under 2,000 characters. */
export const MAX_TOKEN_LENGTH = 4096;
/** The longest life of a token: what was stolen or revoked elsewhere ends within a day. */
export const MAX_TOKEN_LIFE_MS = 24 * 60 * 60 * 1000;
/** Sealed ICE passwords: a key, a tag, and a password of 24 characters for each m-line where a browser repeats it. */
export const MAX_SEALED_BYTES = 4096;
/** Verdicts on single messages in one frame: two on each of the 1,000 that a sender may be waiting for. */
export const MAX_VERDICTS = 2048;
/** What is said of a file besides its name, type and size, as MessagePack. */
export const MAX_FILE_METADATA_BYTES = 1024;
/** Frames of the lane messages that travel together: one of the largest kind, and what was collected before it. */
export const MAX_BATCH_BYTES = 80 * 1024;
/** Lines of a video that may be asked for: 8K. */
export const MAX_VIDEO_HEIGHT = 4_320;
/** Frames per second that may be asked for: more than cameras give. */
export const MAX_FRAMERATE = 240;
/** What one video may count more than another. */
export const MAX_WEIGHT = 100;
