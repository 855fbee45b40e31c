import { ConclaveError } from '../errors.js';
import { MAX_INCOMING_BYTES } from './limits.js';

/** What a socket tells. Nothing is told any more after `drop`. */
export interface SocketListener {
  /** A frame, or `undefined` where it was text, which nobody of ours sends. */
  message(bytes: Uint8Array | undefined): void;
  /** The socket is gone. Called once. */
  closed(code: number): void;
}

/** An open or opening WebSocket. */
export interface Socket {
  /** Does nothing where the socket is not open. */
  send(bytes: Uint8Array<ArrayBuffer>): void;
  /** Starts the closing handshake; `closed` is called when it has ended. */
  close(code: number): void;
  /** Cuts the socket; nothing is told any more. */
  drop(code?: number): void;
}

/** The part of the WebSocket of browsers, Node 22 and `ws` that we use. */
interface AnySocket {
  binaryType: string;
  readonly readyState: number;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number }) => void) | null;
  onerror: (() => void) | null;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number): void;
  terminate?(): void;
}
type AnySocketConstructor = new (url: string, protocols?: string[], options?: object) => AnySocket;

const OPEN = 1;
const WS_OPTIONS = { maxPayload: MAX_INCOMING_BYTES, perMessageDeflate: false };

/** Opens a WebSocket. Rejects with `usage/unsupported` where this environment has none. Every other failure is told by `closed`. */
export async function openSocket(url: string, listener: SocketListener): Promise<Socket> {
  const make = await findMaker();
  let socket: AnySocket;
  try {
    socket = make(url);
  } catch (cause) {
    // A page served over https may not open ws: sockets; a port may be one that browsers block.
    throw new ConclaveError('rendezvous/invalid-url', {
      hint: 'A page on https can only use wss:.',
      cause,
    });
  }
  socket.binaryType = 'arraybuffer';
  let listening = true;
  socket.onmessage = ({ data }) => {
    if (listening) listener.message(isArrayBuffer(data) ? new Uint8Array(data) : undefined);
  };
  socket.onclose = ({ code }) => {
    if (!listening) return;
    listening = false;
    listener.closed(code);
  };
  socket.onerror = () => {}; // a close follows, and says as little; unheard, `ws` would throw
  return {
    send(bytes) {
      if (socket.readyState === OPEN) socket.send(bytes);
    },
    close: (code) => socket.close(code),
    drop(code = 4000) {
      listening = false;
      if (socket.terminate) socket.terminate();
      else socket.close(code);
    },
  };
}

async function findMaker(): Promise<(url: string) => AnySocket> {
  const Global = (globalThis as { WebSocket?: AnySocketConstructor }).WebSocket;
  if (Global) return (url) => new Global(url);
  const name: string = 'ws'; // not a literal in the import: no bundler takes it into a browser's bundle
  try {
    const module = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as {
      WebSocket: AnySocketConstructor;
    };
    return (url) => new module.WebSocket(url, [], WS_OPTIONS);
  } catch (cause) {
    throw new ConclaveError('usage/unsupported', {
      hint: 'In Node 20, add the package ws.',
      cause,
    });
  }
}

/** Also of another realm, where `instanceof` says no. */
function isArrayBuffer(data: unknown): data is ArrayBuffer {
  return Object.prototype.toString.call(data) === '[object ArrayBuffer]';
}
