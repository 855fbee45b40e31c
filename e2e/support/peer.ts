import type * as core from '@conclave/core';
import type * as knownPeers from '@conclave/core/known-peers';
import type * as rooms from '@conclave/core/rooms';
import type * as mesh from '@conclave/mesh';

/** Where the functions of one test leave things for each other. */
export interface Kept {
  connection: core.Connection;
  room: mesh.Room;
  media: { readonly audio: MediaStreamTrack; readonly video: MediaStreamTrack };
  /** Streams published and streams played, by a name that the test gives. */
  readonly outgoing: Record<string, core.OutgoingStream>;
  readonly incoming: Record<string, core.IncomingStream>;
  /** What came, in its order: messages, calls, events; plain values only. */
  readonly heard: unknown[];
  /** The status codes of `connection`, in their order. */
  readonly statuses: core.Status[];
}

/** In Node only. */
interface CuttableOptions {
  /** Whether the paths of the connection can be cut by `cutPaths`. */
  readonly cuttable?: boolean;
}

/** What a test finds as `kit` where its functions run: in a page, or in a Node process. */
export interface Kit {
  readonly keep: Kept;
  /** Connects, keeps the connection and its status events, and returns its ID. */
  connect(url: string, options?: Partial<core.ConnectOptions> & CuttableOptions): Promise<core.PeerId>;
  /** Opens a small camera and microphone and keeps them: 160 x 120, 5 frames a second; colours and a tone that change. */
  media(): Promise<Kept['media']>;
  /** Cuts every path of connections that are `cuttable`: packets are lost, and nobody is told. In Node only. */
  cutPaths(): void;
  /** Plays a stream in an element (the browser is muted), so that a browser decodes its sound too. */
  listen(stream: MediaStream): void;
  /** The code of an error, or its message where it has none. */
  codeOf(error: unknown): string;
}

/** The public API as a test finds it as `conclave`; in Node, `connect` is given its WebRTC. */
export type Conclave = typeof core & typeof knownPeers & typeof rooms & typeof mesh;

declare global {
  var conclave: Conclave;
  var kit: Kit;
}

/** Something that runs functions of a test elsewhere: a page of a browser, or a Node process. */
export interface Peer {
  readonly name: string;
  /** Runs a function there; it may use its arguments, `conclave`, `kit` and what the place has, nothing around it. */
  evaluate<A extends unknown[], R>(run: (...args: A) => R, ...args: A): Promise<Awaited<R>>;
}
