import { deferred } from '../state/deferred.js';
import { GOODBYE_TIMEOUT_MS } from './limits.js';
import type { Socket } from './socket-door.js';

/** The closing handshake of one socket. */
export interface Goodbye {
  /** Resolves once it has ended, or took too long; then the socket is gone. */
  readonly said: Promise<void>;
  /** The far end has closed, or there is no reason to wait for it. */
  end(): void;
}

/** Closes a socket as one should, and cuts it if that takes too long. */
export function sayGoodbye(socket: Socket): Goodbye {
  const { promise, resolve } = deferred();
  const end = () => {
    clearTimeout(timer);
    socket.drop();
    resolve();
  };
  const timer = setTimeout(end, GOODBYE_TIMEOUT_MS);
  socket.close(1000);
  return { said: promise, end };
}
