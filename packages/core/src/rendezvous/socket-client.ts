import {
  encodeClientMessage,
  MAX_KEY_LENGTH,
  MAX_NAME_LENGTH,
  MAX_RENDEZVOUS_FRAME_BYTES,
  openCard,
  signCard,
  VERSIONS,
  type Card,
  type ClientMessage,
  type PeerId,
  type ServerMessage,
  type Signer,
} from '@conclave/protocol';

import { ConclaveError, throwIfAborted } from '../errors.js';
import { subtle } from '../identity/identity.js';
import { cell } from '../state/cell.js';
import { emitter } from '../state/emitter.js';
import {
  ATTEMPT_TIMEOUT_MS,
  GOODBYE_TIMEOUT_MS,
  MAX_HEARTBEAT_MS,
  MAX_WAITING_EVENTS,
  SILENCE_SLACK_MS,
} from './limits.js';
import { rendezvousError } from './hints.js';
import { register, type RegisteredListener, type Registrant, type Welcome } from './registration.js';
import type { RendezvousClient, RendezvousState } from './rendezvous-client.js';
import { requests } from './requests.js';
import { resume, type ResumeEvent, type ResumeState } from './resume.js';
import { rooms } from './rooms.js';
import type { Socket } from './socket-door.js';
import { socketUrl } from './urls.js';

/** Who connects, and for how long it is tried. */
export interface ConnectRendezvousOptions {
  /** The key ID that the rendezvous knows. */
  readonly key: string;
  readonly signer: Signer<CryptoKey>;
  /** 16 random bytes of this life. */
  readonly epoch: Uint8Array;
  /** Whether the identity outlives the page: said in the card. */
  readonly persistent: boolean;
  /** For all URLs together: each gets an equal share of what is left. */
  readonly timeoutMs: number;
  /** Ends the attempt at once with `usage/aborted`; means nothing once connected. */
  readonly signal?: AbortSignal | undefined;
}

/** Room for the wrapping of a relayed envelope in its frame. */
const RELAY_OVERHEAD_BYTES = 256;

/**
 * Connects to the first of the URLs that answers, each tried once, in order. An answer that another URL would not
 * change (a wrong key, say) ends the attempt. Once connected, the client resumes by itself until it is closed, is
 * replaced, or is refused for good: its state says so.
 *
 * Rejects with `rendezvous/invalid-url`, `rendezvous/refused`, `rendezvous/timeout`, `usage/aborted`,
 * `usage/unsupported`, or the code of the refusal; then no socket and no timer is left.
 */
export async function connectRendezvous(
  urls: readonly string[],
  options: ConnectRendezvousOptions,
): Promise<RendezvousClient> {
  const { key, signer, epoch, persistent, timeoutMs, signal } = options;
  const socketUrls = urls.map(socketUrl);
  if (socketUrls.length === 0)
    throw new ConclaveError('rendezvous/invalid-url', { hint: 'Name at least one URL.' });
  if (key.length === 0 || key.length > MAX_KEY_LENGTH) {
    throw new ConclaveError('usage/invalid-argument', {
      hint: `A key has 1 to ${MAX_KEY_LENGTH} characters.`,
    });
  }
  throwIfAborted(signal);
  const card = await signCard(signer, { epoch, versions: VERSIONS, persistent });
  const endsAtMs = performance.now() + timeoutMs;
  const client = socketClient(socketUrls, { key, signer, epoch, card });
  let failure: unknown;
  for (const index of socketUrls.keys()) {
    const shareMs = (endsAtMs - performance.now()) / (socketUrls.length - index);
    try {
      await client.dial(index, Math.max(0, shareMs), signal);
      return client.port;
    } catch (error) {
      failure = error;
      if (!(error instanceof ConclaveError && error.retryable)) break;
    }
  }
  await client.port.close();
  throw failure;
}

interface DialingClient {
  readonly port: RendezvousClient;
  dial(urlIndex: number, timeoutMs: number, signal: AbortSignal | undefined): Promise<void>;
}

function socketClient(urls: readonly string[], who: Registrant): DialingClient {
  const nearId: PeerId = who.signer.peerId;
  const state = cell<RendezvousState>({ phase: 'connecting' });
  const events = emitter<{ envelope: (bytes: Uint8Array) => void }>();
  const closing = new AbortController();
  let life: ResumeState = { phase: 'trying', urlIndex: 0, attempt: 0 };
  let socket: Socket | undefined;
  /** The last counter of this life at the server; `undefined`: nothing to resume. */
  let seen: number | undefined;
  let everRegistered = false;
  let backoffTimer: ReturnType<typeof setTimeout> | undefined;
  let silenceTimer: ReturnType<typeof setTimeout> | undefined;
  let silenceMs = 0;
  /** What happened, in order: cards take a while to verify, and nothing may overtake them. */
  let applied = Promise.resolve();
  let waitingEvents = 0;
  let saidGoodbye: (() => void) | undefined;

  const send = (message: ClientMessage) => socket?.send(encodeClientMessage(message));
  const pending = requests(send, () => socket !== undefined);
  const house = rooms(nearId, pending);
  const urlAt = (index: number) => urls[index] as string;
  const urlNow = () => urlAt(life.phase === 'closed' ? 0 : life.urlIndex);

  const heard = () => {
    clearTimeout(silenceTimer);
    silenceTimer = setTimeout(() => cut(rendezvousError('rendezvous/heartbeat', urlNow())), silenceMs);
  };
  const letGo = () => {
    clearTimeout(silenceTimer);
    socket = undefined;
  };
  /** Ends a socket that is silent or sends what a rendezvous would not. */
  const cut = (error: ConclaveError) => {
    socket?.drop(4400);
    live.lost(error);
  };
  const distrust = () => {
    seen = undefined; // its counters cannot be relied on: begin anew
    cut(rendezvousError('rendezvous/bad-frame', urlNow()));
  };

  const step = (event: ResumeEvent, error?: ConclaveError) => {
    const before = life;
    life = resume(life, event, urls.length);
    if (life === before) return;
    clearTimeout(backoffTimer);
    switch (life.phase) {
      case 'connected':
        return;
      case 'waiting':
        backoffTimer = setTimeout(() => step({ type: 'due' }), life.delayMs);
        if (error) state.set({ phase: 'reconnecting', attempt: life.attempt, lastError: error });
        return;
      case 'trying':
        dial(life.urlIndex, ATTEMPT_TIMEOUT_MS, closing.signal).catch(lose);
        return;
      case 'closed':
        finish(error);
    }
  };
  const lose = (thrown: unknown) => {
    const error =
      thrown instanceof ConclaveError ? thrown : new ConclaveError('rendezvous/lost', { cause: thrown });
    const { code, retryAfterMs } = error;
    step({ type: 'lost', atMs: performance.now(), random: Math.random(), code, retryAfterMs }, error);
  };
  const finish = (error: ConclaveError | undefined) => {
    closing.abort();
    pending.end(error ?? new ConclaveError('usage/closed')); // first: whoever waits for a room is told
    house.end();
    listenForNetwork('removeEventListener', online);
    state.set({ phase: 'closed', error });
    events.clear();
  };
  const online = () => step({ type: 'online' });

  const happen = (task: () => void | Promise<void>) => {
    waitingEvents += 1;
    if (waitingEvents > MAX_WAITING_EVENTS) distrust();
    applied = applied.then(task).finally(() => {
      waitingEvents -= 1;
    });
  };
  /** Whether a counted frame is new. A gap would be something that nobody tells us again. */
  const isNext = (counter: number): boolean => {
    if (seen === undefined || counter <= seen) return false;
    if (counter > seen + 1) distrust();
    else seen = counter;
    return counter === seen;
  };

  const welcome = (message: Welcome, registered: Socket) => {
    const forgotten = everRegistered && !(message.resumed && seen !== undefined);
    if (forgotten || seen === undefined) seen = message.counter;
    everRegistered = true;
    socket = registered;
    silenceMs = 2 * Math.min(message.heartbeatMs, MAX_HEARTBEAT_MS) + SILENCE_SLACK_MS;
    heard();
    step({ type: 'registered', atMs: performance.now() });
    pending.resend();
    if (forgotten) house.rejoin();
    state.set({ phase: 'connected', url: urlNow(), iceServers: message.iceServers });
  };

  const take = (message: ServerMessage) => {
    heard();
    switch (message.t) {
      case 'ping':
        send({ t: 'pong', seen: seen ?? 0 });
        return;
      case 'deliver':
        if (isNext(message.counter)) happen(() => events.emit('envelope', message.envelope));
        return;
      case 'member-joined':
      case 'member-left':
        if (isNext(message.counter)) happen(() => house.apply(message));
        return;
      case 'joined':
        happen(() => house.apply(message));
        return;
      case 'done':
      case 'failed':
      case 'card':
        pending.answer(message);
        return;
      case 'challenge':
      case 'registered':
      case 'refused':
        distrust();
    }
  };

  const live: RegisteredListener = {
    registered: welcome,
    message: take,
    lost(error) {
      letGo();
      saidGoodbye?.();
      lose(error);
    },
  };

  const dial = (urlIndex: number, timeoutMs: number, signal: AbortSignal | undefined) =>
    register(who, { url: urlAt(urlIndex), resumeAfter: seen, timeoutMs, signal }, live);

  const goodbye = async () => {
    const open = socket;
    step({ type: 'close' });
    if (!open) return;
    clearTimeout(silenceTimer);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => saidGoodbye?.(), GOODBYE_TIMEOUT_MS);
      saidGoodbye = () => {
        clearTimeout(timer);
        open.drop();
        resolve();
      };
      open.close(1000);
    });
    letGo();
  };
  let closed: Promise<void> | undefined;

  listenForNetwork('addEventListener', online);
  return {
    async dial(urlIndex, timeoutMs, signal) {
      life = { phase: 'trying', urlIndex, attempt: 0 };
      await dial(urlIndex, timeoutMs, signal);
    },
    port: {
      state: state.readable,
      async lookup(peer) {
        const answer = await pending.ask({ t: 'lookup', peer }).answered;
        const card = answer.t === 'card' ? await openCard(subtle(), answer.card) : undefined;
        if (!card) throw new ConclaveError('rendezvous/bad-frame');
        if (!card.ok) throw new ConclaveError(card.code);
        return ofPeer(card.value, peer);
      },
      async relay(to, envelope) {
        if (envelope.byteLength > MAX_RENDEZVOUS_FRAME_BYTES - RELAY_OVERHEAD_BYTES) {
          throw new ConclaveError('rendezvous/too-large');
        }
        const answer = await pending.ask({ t: 'relay', to, envelope }).answered;
        if (answer.t !== 'done') throw new ConclaveError('rendezvous/bad-frame');
      },
      async join(room) {
        if (room.length === 0 || room.length > MAX_NAME_LENGTH) {
          throw new ConclaveError('usage/invalid-argument', {
            hint: `A room has 1 to ${MAX_NAME_LENGTH} characters.`,
          });
        }
        return house.join(room);
      },
      onEnvelope: (listener) => events.on('envelope', listener),
      close: () => (closed ??= goodbye()),
    },
  };
}

function ofPeer(card: Card, peer: PeerId): Card {
  if (card.peerId !== peer)
    throw new ConclaveError('identity/mismatch', { hint: 'The card is of another peer.' });
  return card;
}

/** Browsers say when the network is back; Node does not. */
function listenForNetwork(how: 'addEventListener' | 'removeEventListener', listener: () => void): void {
  const target = globalThis as Partial<Pick<EventTarget, typeof how>>;
  target[how]?.('online', listener);
}
