import {
  encodeClientMessage,
  type ClientMessage,
  type ErrorCode,
  type ServerMessage,
} from '@conclave/protocol';

import { ConclaveError } from '../errors.js';
import { emitter } from '../state/emitter.js';
import { countedEvents } from './counted-events.js';
import { sayGoodbye, type Goodbye } from './goodbye.js';
import { rendezvousError } from './hints.js';
import { lookupCard, relayEnvelope } from './introductions.js';
import { life as lifeOf } from './life.js';
import { register, type RegisteredListener, type Registrant } from './registration.js';
import type { RendezvousClient, Rooms } from './rendezvous-client.js';
import { requests } from './requests.js';
import { silenceWatch } from './silence.js';
import type { Socket } from './socket-door.js';
import { renewal } from './token.js';

/** A client, and the means to connect it. */
export interface SocketClient {
  readonly port: RendezvousClient;
  /** Makes one first attempt; rejects as `register` does. From the first that resolves the client keeps itself connected. */
  dial(urlIndex: number, timeoutMs: number, signal: AbortSignal | undefined): Promise<void>;
}

/** The registered socket, of which there is one at a time. */
type Line =
  | { readonly at: 'down' }
  | { readonly at: 'up'; readonly socket: Socket }
  | { readonly at: 'leaving'; readonly socket: Socket; readonly goodbye: Goodbye };

/** Makes a client of the rendezvous at these URLs (as `socketUrl` writes them), over one WebSocket at a time. */
export function socketClient(urls: readonly string[], who: Registrant): SocketClient {
  let line: Line = { at: 'down' };
  const envelopes = emitter<{ arrived: (bytes: Uint8Array) => void }>();

  const send = (message: ClientMessage) => {
    if (line.at !== 'down') line.socket.send(encodeClientMessage(message));
  };
  const pending = requests(send, () => line.at !== 'down');
  let house: Rooms | undefined;

  /** Ends a socket that is silent or sends what a rendezvous would not. */
  const cut = (code: ErrorCode) => {
    if (line.at !== 'down') line.socket.drop(4400);
    listener.lost(rendezvousError(code, life.url()));
  };
  const tokenLasts = renewal(who.token, pending);
  const silence = silenceWatch(() => cut('rendezvous/heartbeat'));
  const events = countedEvents(() => cut('rendezvous/bad-frame'));
  const life = lifeOf(urls, {
    dial: (url, timeoutMs, signal) =>
      register(who, { url, resumeAfter: events.resumeAfter(), timeoutMs, signal }, listener),
    ended(error) {
      tokenLasts();
      pending.end(error ?? new ConclaveError('usage/closed')); // first: whoever waits for a room is told
      house?.end();
      envelopes.clear();
    },
  });

  const take = (message: ServerMessage) => {
    switch (message.t) {
      case 'ping':
        send({ t: 'pong', seen: events.resumeAfter() ?? 0 });
        return;
      case 'deliver':
        events.counted(message.counter, () => envelopes.emit('arrived', message.envelope));
        return;
      case 'member-joined':
      case 'member-left':
        events.counted(message.counter, () => house?.apply(message));
        return;
      case 'joined':
        events.inOrder(() => house?.apply(message));
        return;
      case 'done':
      case 'failed':
      case 'card':
        pending.answer(message);
        return;
      case 'challenge':
      case 'registered':
      case 'refused':
        events.distrust();
    }
  };

  const listener: RegisteredListener = {
    registered(welcome, socket) {
      const forgotten = events.registered(welcome);
      line = { at: 'up', socket };
      silence.start(welcome.heartbeatMs);
      tokenLasts(welcome.tokenLifeMs);
      pending.resend();
      if (forgotten) house?.rejoin();
      life.registered(welcome.iceServers); // last: a request made on hearing of it is not sent twice
    },
    message(message) {
      silence.heard();
      take(message);
    },
    lost(error) {
      silence.stop();
      tokenLasts();
      if (line.at === 'leaving') line.goodbye.end();
      line = { at: 'down' };
      life.lost(error);
    },
  };

  return {
    dial: (urlIndex, timeoutMs, signal) => life.begin(urlIndex, timeoutMs, signal),
    port: {
      state: life.state,
      lookup: (peer) => lookupCard(pending, peer),
      relay: (to, envelope) => relayEnvelope(pending, to, envelope),
      rooms: (make) => (house ??= make(who.signer.peerId, pending)),
      onEnvelope: (hear) => envelopes.on('arrived', hear),
      async close() {
        life.close();
        silence.stop();
        if (line.at === 'up') line = { at: 'leaving', socket: line.socket, goodbye: sayGoodbye(line.socket) };
        if (line.at !== 'leaving') return;
        await line.goodbye.said;
        line = { at: 'down' };
      },
    },
  };
}
