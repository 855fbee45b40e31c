import type {
  ControlFrame,
  ErrorCode,
  Lane,
  PeerId,
  PeerMessage,
  PlayRequest,
  Signer,
} from '@conclave/protocol';

import type { LinkState } from '../logic/link-state.js';
import type { Cell } from '../state/cell.js';
import type { Channels } from './channels.js';
import type { Link } from './link.js';
import type { MediaLines, Want } from './media-lines.js';
import type { Proven } from './proof.js';
import type { RoomKey } from './room-key.js';

/** What streams, data and statistics see of a link. */
export interface LinkPort {
  readonly farId: PeerId;
  readonly state: LinkState;
  /** The link as the application sees it, once it is proven. */
  readonly link: Link | undefined;
  /** Of our secret rooms those that the far end has proven to be in. */
  readonly rooms: ReadonlySet<string>;
  /** Of our secret rooms those for which the far end was asked: of one that we entered later it could say nothing. */
  readonly asked: ReadonlySet<string>;
  readonly channels: Channels;
  /** Sends a control frame; an unproven far end is told nothing. */
  send(frame: ControlFrame): void;
  /** Tells the far end of a want: at once where its m-lines are ready, else by an offer. */
  refresh(want: Want): void;
  /** The m-lines: what is sent and received on which. */
  readonly lines: Pick<MediaLines, 'sendersFor' | 'receiversFor'>;
  /** The browser's statistics of the whole transport. */
  report(): Promise<RTCStatsReport>;
  /** Ends the link and tells the far end why. Closed is final. */
  close(code: ErrorCode): void;
}

/** A far end that has proven its ID and is nobody yet. */
export interface ProvenFar extends Pick<Proven, 'rooms' | 'persistent'> {
  readonly farId: PeerId;
}

/** What every link of a connection needs of it. */
export interface LinkDoors {
  readonly signer: Signer<CryptoKey>;
  /** Whether this end's identity outlives the page. */
  readonly persistent: boolean;
  /** The secret rooms that this end is in, just now. */
  readonly roomKeys: () => readonly RoomKey[];
  /** The peers whose codes somebody has compared. */
  readonly verified: Cell<ReadonlySet<PeerId>>;
  /** Why a far end that has proven its ID gets no link, or nothing where it does. */
  readonly refusal: (far: ProvenFar) => ErrorCode | undefined;
  readonly openPeerConnection: () => RTCPeerConnection;
  /** What this end wants to play of the far end, just now. */
  readonly wants: (farId: PeerId) => readonly Want[];
  /** Whether anything is played over the link, either way. */
  readonly isUsed: (link: LinkPort) => boolean;
  /** Whether a budget says how newcomers begin. */
  readonly isGoverned: () => boolean;
  /** Sends a message outside the link, signed; messages to one peer keep their order. */
  readonly signal: (message: PeerMessage, link: Uint8Array | undefined) => Promise<void>;
}

/** What a link tells. Nothing of it happens before the link is proven, except `changed`. */
export interface LinkListener {
  changed(link: LinkPort, state: LinkState): void;
  /** A description of the far end was applied: these are all its plays. */
  farPlays(link: LinkPort, plays: readonly PlayRequest[]): void;
  /** A control frame that is about streams. */
  control(link: LinkPort, frame: ControlFrame): void;
  data(link: LinkPort, lane: Lane, bytes: Uint8Array): void;
  /** A lane has room again. */
  drained(link: LinkPort, lane: Lane): void;
}
