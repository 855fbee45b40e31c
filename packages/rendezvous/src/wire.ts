import { closeCodeOf, encodeServerMessage, type ErrorCode, type ServerMessage } from '@conclave/protocol';
import { WebSocket } from 'ws';

import { CLOSE_TIMEOUT_MS } from './limits.js';

/** One socket, as a session sees it. Nothing here throws. */
export interface Wire {
  /** Sends a frame; a client that does not read what it is sent is cut off. */
  send(message: ServerMessage): void;
  /** Says why, then closes with the code that says the same. */
  refuse(code: ErrorCode, retryAfterMs?: number): void;
  /** Stops and starts reading. */
  readOn(reads: boolean): void;
}

/** The wire of a WebSocket. */
export function wireOf(socket: WebSocket, maxBufferedBytes: number): Wire {
  const send = (message: ServerMessage) => {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > maxBufferedBytes) {
      socket.terminate();
      return;
    }
    socket.send(encodeServerMessage(message));
  };
  return {
    send,
    refuse(code, retryAfterMs) {
      if (socket.readyState !== WebSocket.OPEN) return;
      socket.resume(); // the answer to our close frame has to be read
      send({ t: 'refused', code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
      socket.close(closeCodeOf(code), code);
      const cut = setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS);
      socket.once('close', () => clearTimeout(cut));
    },
    readOn(reads) {
      if (reads) socket.resume();
      else socket.pause();
    },
  };
}
