/** One attempt to resume: a handshake takes three round trips, and other URLs may be waiting. */
export const ATTEMPT_TIMEOUT_MS = 10_000;
/** How long a request waits for a connection that is being made again: an ordinary resume takes under 2 s. */
export const UNAVAILABLE_AFTER_MS = 5_000;
/** How long a request waits in all: an 80 KiB envelope behind others on a 256 kbit/s uplink takes a few seconds. */
export const REQUEST_TIMEOUT_MS = 10_000;
/** How long until a room is asked for again that would not take us back after the rendezvous had forgotten us. */
export const REJOIN_AFTER_MS = 5_000;
/** Silence beyond two heartbeats that is still put down to a slow network. */
export const SILENCE_SLACK_MS = 5_000;
/** The longest heartbeat believed: a hostile one must not make us wait for hours. */
export const MAX_HEARTBEAT_MS = 60_000;
/** Requests without an answer; a room of 256 people needs one each. */
export const MAX_PENDING_REQUESTS = 1024;
/** Events whose cards are still being verified; more is a flood, not a room. */
export const MAX_WAITING_EVENTS = 2048;
/** Room in a frame for what wraps a relayed envelope: kind, number and receiver take about 100 bytes. */
export const RELAY_OVERHEAD_BYTES = 256;
/** How long a good-bye may take before the socket is cut. */
export const GOODBYE_TIMEOUT_MS = 1_000;
/** The largest frame taken from the socket: a list of 256 members, doubled. Enforced in Node; a browser has no such limit. */
export const MAX_INCOMING_BYTES = 512 * 1024;
/** How long before its end a token is renewed: time for several tries. */
export const RENEW_BEFORE_MS = 60_000;
/** How long until a renewal without an answer is tried again: the application, or the network, may hang. */
export const RENEW_AGAIN_MS = 10_000;
