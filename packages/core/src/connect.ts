import { DEFAULT_CONNECT_TIMEOUT_MS, type ConnectOptions } from './connect-options.js';
import { assemble, type ConnectionParts } from './connection-parts.js';
import { faceOf, type Connection } from './connection.js';
import { throwIfAborted } from './errors.js';
import { Identity, randomBytes, signerOf } from './identity/identity.js';
import { resolveRtc } from './link/rtc-door.js';
import { DEFAULT_MAX_PEER_CONNECTIONS } from './logic/admission.js';
import { statusOf } from './logic/status.js';
import { connectRendezvous } from './rendezvous/dial.js';
import { checkMaxPeerConnections } from './streams/publisher.js';

/**
 * Connects to a rendezvous: to the first of the URLs that answers, each tried once. Rejects at once with
 * `rendezvous/invalid-url`, `rendezvous/refused` (nothing listens), `auth/...`, `usage/...`, or with
 * `rendezvous/timeout` after `connectTimeoutMs`; nothing is left open then.
 *
 * @example
 * ```ts
 * const connection = await connect('ws://localhost:8787', { key: 'demo' });
 * const stream = connection.publish('camera');
 * ```
 */
export async function connect(url: string | readonly string[], options: ConnectOptions): Promise<Connection> {
  const {
    key,
    iceServers = 'from-rendezvous',
    connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS,
    signal,
  } = options;
  const {
    mayLink = () => true,
    recognise = () => undefined,
    maxPeerConnections = DEFAULT_MAX_PEER_CONNECTIONS,
    strict = false,
  } = options;
  checkMaxPeerConnections(maxPeerConnections);
  const rtc = resolveRtc(options.rtc);
  throwIfAborted(signal);
  const identity = options.identity ?? (await Identity.create());
  const near = { signer: signerOf(identity), epoch: randomBytes(16), persistent: identity.persistent };
  const urls = typeof url === 'string' ? [url] : url;
  const said = { key, token: options.token, ...near };
  const client = await connectRendezvous(urls, { ...said, timeoutMs: connectTimeoutMs, signal });
  const named = () => {
    const now = client.state.get();
    return now.phase === 'connected' ? (now.iceServers as readonly RTCIceServer[]) : [];
  };
  const parts = assemble({
    near,
    rtc,
    client,
    iceServers: iceServers === 'from-rendezvous' ? named : () => iceServers,
    mayLink,
    recognise,
  });
  parts.publisher.maxPeerConnections = maxPeerConnections;
  const close = closer(parts);
  follow(parts, strict, close);
  // After the turn in which the caller gets the connection, so that a listener added at once hears it.
  setTimeout(() => {
    parts.tell(statusOf('NetConnection.Connect.Success'));
  });
  return faceOf(parts, close);
}

/** Lets the state of the connection follow that of its rendezvous. */
function follow({ client, state, tell }: ConnectionParts, strict: boolean, close: () => Promise<void>): void {
  client.state.subscribe(() => {
    const now = client.state.get();
    if (now.phase === 'connecting' || state.get().phase === 'closed') return;
    // Replaced or refused for good: this end can no longer be found, but calls that stand go on.
    state.set(now);
    if (now.phase === 'closed') {
      const error = now.error?.code;
      const failure = error?.startsWith('auth/')
        ? 'NetConnection.Connect.Rejected'
        : 'NetConnection.Connect.Failed';
      tell(statusOf(error ? failure : 'NetConnection.Connect.Closed', { error }));
    }
    if (strict && now.phase !== 'connected') void close();
  });
}

/** Makes the one way to end a connection: streams, links, rendezvous, in this order, so that each can say good-bye. */
function closer({
  client,
  registry,
  publisher,
  subscriptions,
  state,
  events,
  tell,
}: ConnectionParts): () => Promise<void> {
  let closing: Promise<void> | undefined;
  const hangUp = () => registry.hangUp('peer/closed');
  const run = async () => {
    const target = globalThis as Partial<EventTarget>;
    target.removeEventListener?.('pagehide', hangUp);
    subscriptions.close();
    publisher.close();
    registry.close('peer/closed');
    const before = state.get();
    // Also where the rendezvous had ended for good before: whoever lived on the links alone is to notice.
    state.set({ phase: 'closed' });
    if (before.phase !== 'closed') tell(statusOf('NetConnection.Connect.Closed'));
    await client.close();
    events.clear();
  };
  // A page that goes away says good-bye to its peers, so that nobody waits for its silence to be long enough.
  (globalThis as Partial<EventTarget>).addEventListener?.('pagehide', hangUp);
  return () => (closing ??= run());
}
