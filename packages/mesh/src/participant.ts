import type {
  Delivery,
  FileOptions,
  FileTransfer,
  IncomingStream,
  Link,
  PeerId,
  Readable,
  RequestOptions,
  Value,
} from '@conclave/core';

import type { ParticipantState } from './logic/participant-state.js';
import type { ConnectionQuality } from './logic/quality.js';

/** Somebody else in the room. The same object for as long as it is in the room. */
export interface Participant {
  /** Who it is. */
  readonly id: PeerId;
  /** How this end stands with it. */
  readonly state: Readable<ParticipantState>;
  /** What it says of itself, sent over the proven link: `undefined` until it came. Nobody has checked it. */
  readonly metadata: Readable<Value | undefined>;
  /** The names of the streams that it says it publishes in the room: empty until it came. */
  readonly announced: Readable<readonly string[]>;
  /** The streams of it that this end plays, by name. */
  readonly streams: Readable<ReadonlyMap<string, IncomingStream>>;
  /**
   * The proven link to it, while it is `present` or `interrupted`: changes just after `state`. `undefined` for everybody
   * else, also for who has a link but is not admitted to the room, so that nobody compares codes with it.
   */
  readonly link: Readable<Link | undefined>;
  /**
   * How well one can talk with it, judged every 2 s by delay and loss as a telephone network is (ITU-T G.107): `lost`
   * while it is `interrupted`, `unknown` until it was measured and where it is not linked. It changes once two samples
   * in a row say so. This end's view: the far end may have another one.
   */
  readonly quality: Readable<ConnectionQuality>;
  /** Plays a stream of it that `autoPlay` left out, or that was closed; one that is played already is returned as it is. Throws `usage/closed` where it is not present, `usage/invalid-argument`. */
  play(stream: string): IncomingStream;
  /**
   * Calls a handler of the room at this participant only. `not-sent` where it is not present. Throws `data/too-large`,
   * `data/unsupported-value`, `data/congested`, `usage/closed` once the room is left.
   */
  send(handler: string, ...args: Value[]): Delivery;
  /**
   * Asks this participant: resolves with what its responder of this name returns. Rejects with `peer/unreachable` where
   * it is not present, `data/timeout` (default 10 s), `data/no-responder`, `data/responder-failed`, `usage/aborted`, with
   * what became of it where it goes meanwhile (`peer/lost`, `stream/closed`), `usage/closed` once the room is left.
   */
  request(handler: string, args: readonly Value[], options?: RequestOptions): Promise<Value>;
  /**
   * Offers a file to this participant only; where it is not present the transfer fails with `peer/unreachable`. Throws
   * `data/too-large` for metadata of more than 1 KiB, `data/unsupported-value`, `usage/closed` once the room is left.
   */
  sendFile(file: Blob, options?: FileOptions): FileTransfer;
}
