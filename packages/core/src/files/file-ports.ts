import type { PeerId } from '@conclave/protocol';

import type { Pacer } from '../data/pacer-port.js';
import type { LinkPort } from '../link/link-port.js';
import type { FileOffer } from './file-types.js';

/** A subscription by which files go: of a far peer to one of our streams, or of ours to one of the far peer. */
export interface FileTarget {
  readonly farId: PeerId;
  /** The request of who subscribed. */
  readonly request: number;
}

/** What file transfers need of the connection. */
export interface FileDoors {
  pacer(): Pacer;
  /** Whether this end plays a stream of that peer by this request of ours over this link: who else sends a file is declined. */
  isPlaying(link: LinkPort, request: number): boolean;
  /** Whether a link may carry what is for a subscription of a far peer: not where its room was not proven. */
  mayCross(link: LinkPort, target: FileTarget): boolean;
  /** Whether messages to a peer wait for room: files wait for them. When that ends, `wake` is called. */
  isBusy(farId: PeerId): boolean;
}

/** Who is handed the files that are offered. */
export type OfferListener = (offer: FileOffer) => void;

/** What the working part needs besides. */
export interface EngineDoors {
  readonly connection: FileDoors;
  /** The newest link to a peer. */
  linkTo(farId: PeerId): LinkPort | undefined;
  /** Who listens for files of a subscription. */
  listeners(key: FileTarget): readonly OfferListener[];
}
