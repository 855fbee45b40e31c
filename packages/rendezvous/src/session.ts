import {
  CHALLENGE_LIFETIME_MS,
  decodeClientMessage,
  decodeValue,
  MAX_TOKEN_LIFE_MS,
  type ClientMessage,
  type CountedMessage,
  type ErrorCode,
  type IceServer,
  type PeerId,
} from '@conclave/protocol';

import { accessOf, admitPage, iceServersFor, tokenLifeMs, whyNotAnyMore, type Access } from './access.js';
import type { Exchange, Seat } from './exchange.js';
import {
  checkRegistration,
  newChallenge,
  type Challenge,
  type HandshakeContext,
  type Registrant,
  type RegisterMessage,
} from './handshake.js';
import type { KeyDoor } from './key-door.js';
import { ABUSE_FACTOR, MAX_SOCKET_MESSAGE_BYTES, type Limits } from './limits.js';
import { bucket } from './rate.js';
import { answerRequest, type RequestMessage } from './requests.js';
import type { Wire } from './wire.js';

/** What all sessions of a server share. */
export interface SessionContext extends HandshakeContext {
  readonly exchange: Exchange;
  readonly limits: Limits;
  readonly keyDoor: KeyDoor;
  readonly heartbeatMs: number;
  readonly iceServers: readonly IceServer[];
  /** Told of what an operator may want to know: refusals, and failures of the exchange. */
  log(event: string, details: Readonly<Record<string, unknown>>): void;
}

/** One socket's time with the server. */
export interface Session {
  /** A frame came. Never throws. */
  receive(frame: Uint8Array | undefined): void;
  /** The socket is gone, with the close code that the client sent or 1006. */
  socketClosed(code: number): void;
  /** Keys have changed: a client whose key or token counts no more is told so, and cut off. */
  keysChanged(): void;
  /** The server goes away. */
  shutDown(): void;
}

/** A client that was lost is not a session's business any longer: its life goes on in the exchange. */
type SessionState =
  | { readonly phase: 'unregistered'; readonly challenge: Challenge }
  | {
      readonly phase: 'registered';
      readonly access: Access;
      readonly peerId: PeerId;
      readonly seat: Seat;
      /** Counts it out of its key. */
      readonly leave: () => void;
    }
  | { readonly phase: 'closed' };

type RenewMessage = Extract<ClientMessage, { t: 'renew' }>;

/** Close codes by which a client says good-bye: done, page left, and a close without a code. */
const GOODBYE: ReadonlySet<number> = new Set([1000, 1001, 1005]);

/** Opens a session: the server speaks first, with a challenge. `pageOrigin` is of the page that has dialled, if any. */
export function openSession(context: SessionContext, wire: Wire, pageOrigin?: string): Session {
  const { limits, exchange, heartbeatMs } = context;
  const frames = bucket(limits.framesPerSecond, limits.frameBurst);
  const bytes = bucket(limits.bytesPerSecond, limits.byteBurst);
  const abuse = bucket(limits.framesPerSecond * ABUSE_FACTOR, limits.frameBurst * ABUSE_FACTOR);
  const abuseBytes = bucket(limits.bytesPerSecond * ABUSE_FACTOR, limits.byteBurst * ABUSE_FACTOR);
  let state: SessionState = { phase: 'unregistered', challenge: newChallenge() };
  let work = Promise.resolve();
  let waiting = 0;
  /** Events that came while a member list is on its way: they are sent before or after it, as their counters say. */
  let held: CountedMessage[] | undefined;

  const registrationTimer = setTimeout(() => refuse('auth/challenge'), CHALLENGE_LIFETIME_MS);
  const silenceTimer = setTimeout(() => evict(), 2 * heartbeatMs);
  const pingTimer = setInterval(() => {
    if (state.phase === 'registered') wire.send({ t: 'ping' });
  }, heartbeatMs);

  /** How often keys have changed: tells whether they did while a registration or a renewal was being checked. */
  let keyChanges = 0;
  let expiryTimer: NodeJS.Timeout | undefined;

  const present = () => (state.phase === 'registered' ? state : undefined);

  const close = (): Seat | undefined => {
    const seat = state.phase === 'registered' ? state.seat : undefined;
    if (state.phase === 'registered') state.leave();
    state = { phase: 'closed' };
    clearTimeout(expiryTimer);
    clearTimeout(registrationTimer);
    clearTimeout(silenceTimer);
    clearInterval(pingTimer);
    return seat;
  };
  const settle = (asked: Promise<void> | undefined) => {
    asked?.catch((error: unknown) => context.log('exchange-failed', { error }));
  };

  /** Ends the session for a reason of ours. The client may come back and resume. */
  const refuse = (code: ErrorCode, retryAfterMs?: number) => {
    if (state.phase === 'closed') return;
    context.log('refused', { code, peerId: present()?.peerId });
    settle(close()?.lose());
    wire.refuse(code, retryAfterMs);
  };
  /** Two heartbeats of silence are longer than anybody may resume: the ID is free at once. */
  const evict = () => {
    if (state.phase !== 'registered') return;
    settle(state.seat.end());
    refuse('rendezvous/heartbeat');
  };

  /** Introductions end with the token. The client may come back with another, and finds its rooms as they were. */
  const watchExpiry = (access: Access) => {
    clearTimeout(expiryTimer);
    const lifeMs = tokenLifeMs(access);
    if (lifeMs !== undefined) expiryTimer = setTimeout(() => refuse('auth/token-expired'), lifeMs);
    return lifeMs === undefined ? {} : { tokenLifeMs: Math.min(lifeMs, MAX_TOKEN_LIFE_MS) };
  };

  const reconsider = async () => {
    const before = present();
    if (!before) return;
    const { access, seat } = before;
    const entry = await context.keys.entryOf(access.keyId);
    const code = whyNotAnyMore(access, entry);
    // A newer token may have come meanwhile; its renewal holds it against the keys as they are now.
    if (code === undefined || present()?.access !== access) return;
    if (code === 'auth/revoked') settle(seat.end()); // nothing to come back to
    refuse(code);
  };

  const register = async (message: RegisterMessage, challenge: Challenge) => {
    const changesBefore = keyChanges;
    const checked = await checkRegistration(context, message, challenge, pageOrigin);
    if (!checked.ok) {
      if (checked.code === 'auth/origin') context.log('origin', { origin: message.origin });
      if (checked.fault) context.log('token', { key: message.key, fault: checked.fault });
      refuse(checked.code);
      return;
    }
    const { access, peerId, version } = checked.value;
    const admitted = context.keyDoor.admit(access, peerId);
    if (!('leave' in admitted)) {
      refuse(admitted.code, admitted.retryAfterMs);
      return;
    }
    const { leave } = admitted;
    const seat = await takeSeat(message, checked.value).catch((error: unknown) => {
      leave();
      throw error;
    });
    if (!seat) {
      leave();
      return;
    }
    clearTimeout(registrationTimer);
    silenceTimer.refresh();
    state = { phase: 'registered', access, peerId, seat, leave };
    const { resumed, counter } = seat;
    const iceServers = iceServersFor(access, context.iceServers);
    wire.send({
      t: 'registered',
      version,
      resumed,
      counter,
      heartbeatMs,
      iceServers,
      ...watchExpiry(access),
    });
    seat.begin();
    if (keyChanges !== changesBefore) await reconsider();
  };

  /** The seat of a client that may have one; otherwise it was told why not, or is gone. */
  const takeSeat = async (
    message: RegisterMessage,
    { access, peerId }: Registrant,
  ): Promise<Seat | undefined> => {
    const { epoch, card, resumeAfter } = message;
    const claim = { tenant: access.tenant, peerId, epoch, card, resumeAfter };
    const claimed = await exchange.claim(claim, {
      event: (event) => (held ? void held.push(event) : wire.send(event)),
      replaced: () => refuse('rendezvous/replaced'),
    });
    if (!claimed.ok) {
      refuse(claimed.code);
      return undefined;
    }
    const seat = claimed.value;
    if (access.grant?.rooms) await seat.keepRooms(access.grant.rooms); // it may have resumed with another token
    if (state.phase === 'unregistered') return seat;
    await seat.lose(); // the socket went away meanwhile
    return undefined;
  };

  const renew = async ({ id, token }: RenewMessage) => {
    const here = present();
    if (!here) return;
    const { access: before, peerId, seat } = here;
    const changesBefore = keyChanges;
    const entry = admitPage(await context.keys.entryOf(before.keyId), pageOrigin);
    const checked = entry.ok
      ? await accessOf(entry.value, { keyId: before.keyId, peerId, token, pageOrigin })
      : entry;
    if (!checked.ok) {
      context.log('token', { key: before.keyId, fault: 'fault' in checked ? checked.fault : checked.code });
      wire.send({ t: 'failed', id, code: checked.code });
      return;
    }
    const access = { ...checked.value, tenant: before.tenant };
    if (access.grant?.rooms) await seat.keepRooms(access.grant.rooms);
    if (!present()) return;
    state = { ...here, access };
    wire.send({ t: 'done', id, ...watchExpiry(access) });
    if (keyChanges !== changesBefore) await reconsider();
  };

  const answer = async (request: RequestMessage) => {
    if (state.phase !== 'registered') return;
    if (request.t === 'join') held = [];
    try {
      const { message, after = Infinity } = await answerRequest(exchange, state, request);
      const early = held ?? [];
      held = undefined;
      for (const event of early) if (event.counter <= after) wire.send(event);
      wire.send(message);
      for (const event of early) if (event.counter > after) wire.send(event);
    } catch (error) {
      context.log('exchange-failed', { error });
      refuse('rendezvous/unavailable');
    }
  };

  const handle = async (message: ClientMessage) => {
    if (state.phase === 'unregistered') {
      if (message.t === 'register') await register(message, state.challenge);
      else refuse('rendezvous/bad-frame');
    } else if (state.phase === 'registered') {
      if (message.t === 'register') refuse('rendezvous/bad-frame');
      else if (message.t === 'pong') state.seat.seen(message.seen);
      else if (message.t === 'renew') await renew(message);
      else await answer(message);
    }
  };

  /** One frame after the other, so that a client's envelopes keep their order. */
  const enqueue = (message: ClientMessage) => {
    waiting += 1;
    if (waiting === limits.waitingFrames) wire.readOn(false);
    work = work
      .then(() => handle(message))
      .catch((error: unknown) => {
        context.log('exchange-failed', { error });
        refuse('rendezvous/unavailable');
      })
      .then(() => {
        waiting -= 1;
        if (waiting === limits.waitingFrames - 1) wire.readOn(true);
      });
  };

  wire.send({ t: 'challenge', challenge: state.challenge.bytes });
  return {
    receive(frame) {
      if (state.phase === 'closed') return;
      silenceTimer.refresh();
      const size = frame?.byteLength ?? 0;
      const abuseMs = Math.max(abuse.take(1), abuseBytes.take(size));
      if (abuseMs > 0) {
        refuse('rendezvous/rate-limited', abuseMs);
        return;
      }
      if (!frame) {
        refuse('rendezvous/bad-frame');
        return;
      }
      const message = decodeClientMessage(frame);
      if (!message.ok) {
        const tooLarge = message.code === 'rendezvous/too-large';
        const id = tooLarge && state.phase === 'registered' ? idOf(frame) : undefined;
        if (id === undefined) refuse(tooLarge ? 'rendezvous/too-large' : 'rendezvous/bad-frame');
        else wire.send({ t: 'failed', id, code: 'rendezvous/too-large' });
        return;
      }
      if ('id' in message.value && state.phase === 'registered') {
        const retryAfterMs = Math.max(frames.take(1), bytes.take(size));
        if (retryAfterMs > 0) {
          wire.send({ t: 'failed', id: message.value.id, code: 'rendezvous/rate-limited', retryAfterMs });
          return;
        }
      }
      enqueue(message.value);
    },
    socketClosed(code) {
      const seat = close();
      settle(GOODBYE.has(code) ? seat?.end() : seat?.lose());
    },
    keysChanged() {
      keyChanges += 1;
      reconsider().catch((error: unknown) => context.log('keys-failed', { error }));
    },
    shutDown: () => refuse('rendezvous/shutting-down'),
  };
}

/** The number of a request that is too large to be looked at further. */
function idOf(frame: Uint8Array): number | undefined {
  const decoded = decodeValue(frame, MAX_SOCKET_MESSAGE_BYTES);
  if (!decoded.ok || typeof decoded.value !== 'object' || decoded.value === null) return undefined;
  const { id } = decoded.value as { readonly id?: unknown };
  return typeof id === 'number' && Number.isInteger(id) && id >= 0 && id <= 0xffff_ffff ? id : undefined;
}
