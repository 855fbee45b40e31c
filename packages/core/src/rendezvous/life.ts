import type { IceServer } from '@conclave/protocol';

import { ConclaveError } from '../errors.js';
import { resume, type ResumeEvent, type ResumeState } from '../logic/resume.js';
import { cell } from '../state/cell.js';
import type { Readable } from '../state/readable.js';
import { ATTEMPT_TIMEOUT_MS } from './limits.js';
import type { RendezvousState } from './rendezvous-client.js';

/** What a life has others do. */
export interface LifePorts {
  /** Makes one attempt to register. Where it resolves, `registered` has been called. */
  dial(url: string, timeoutMs: number, signal: AbortSignal | undefined): Promise<void>;
  /** It is over, for good. Called once, before `state` says so. */
  ended(error: ConclaveError | undefined): void;
}

/** Keeps a client connected: dials again what is lost, for as long as there is hope, and says how it stands. */
export interface Life {
  readonly state: Readable<RendezvousState>;
  /** The URL that this is about now. */
  url(): string;
  /** Makes a first attempt. A failure is the caller's: it rejects, and is not tried again. */
  begin(urlIndex: number, timeoutMs: number, signal: AbortSignal | undefined): Promise<void>;
  /** An attempt has led to a registration. */
  registered(iceServers: readonly IceServer[]): void;
  /** The connection is lost. */
  lost(error: ConclaveError): void;
  /** Ends it, and every attempt and timer with it. Does nothing where it has ended. */
  close(): void;
}

/** Makes a life that `begin` has to bring to something. */
export function life(urls: readonly string[], ports: LifePorts): Life {
  const state = cell<RendezvousState>({ phase: 'connecting' });
  const closing = new AbortController();
  let now: ResumeState = { phase: 'trying', urlIndex: 0, attempt: 0 };
  let backoff: ReturnType<typeof setTimeout> | undefined;

  const urlAt = (index: number) => urls[index] as string;
  const url = () => urlAt(now.phase === 'closed' ? 0 : now.urlIndex);

  const step = (event: ResumeEvent, error?: ConclaveError) => {
    const before = now;
    now = resume(now, event, urls.length);
    if (now === before) return;
    clearTimeout(backoff);
    switch (now.phase) {
      case 'connected':
        return;
      case 'waiting':
        backoff = setTimeout(() => step({ type: 'due' }), now.delayMs);
        if (error) state.set({ phase: 'reconnecting', attempt: now.attempt, lastError: error });
        return;
      case 'trying':
        ports.dial(url(), ATTEMPT_TIMEOUT_MS, closing.signal).catch(failed);
        return;
      case 'closed':
        closing.abort();
        listenForNetwork('removeEventListener', online);
        ports.ended(error);
        state.set({ phase: 'closed', error });
    }
  };
  const online = () => step({ type: 'online' });
  const lost = (error: ConclaveError) => {
    const { code, retryAfterMs } = error;
    step({ type: 'lost', atMs: performance.now(), random: Math.random(), code, retryAfterMs }, error);
  };
  const failed = (thrown: unknown) =>
    lost(thrown instanceof ConclaveError ? thrown : new ConclaveError('rendezvous/lost', { cause: thrown }));

  listenForNetwork('addEventListener', online);
  return {
    state: state.readable,
    url,
    begin(urlIndex, timeoutMs, signal) {
      now = { phase: 'trying', urlIndex, attempt: 0 };
      return ports.dial(url(), timeoutMs, signal);
    },
    registered(iceServers) {
      step({ type: 'registered', atMs: performance.now() });
      state.set({ phase: 'connected', url: url(), iceServers });
    },
    lost,
    close: () => step({ type: 'close' }),
  };
}

/** Browsers say when the network is back; Node does not. */
function listenForNetwork(how: 'addEventListener' | 'removeEventListener', listener: () => void): void {
  const target = globalThis as Partial<Pick<EventTarget, typeof how>>;
  target[how]?.('online', listener);
}
