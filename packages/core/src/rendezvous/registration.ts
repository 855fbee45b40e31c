import {
  decodeServerMessage,
  encodeClientMessage,
  errorOfClose,
  registrationBytes,
  rendezvousOrigin,
  sign,
  VERSIONS,
  type ErrorCode,
  type ServerMessage,
  type Signer,
} from '@conclave/protocol';

import { ConclaveError } from '../errors.js';
import { randomBytes } from '../identity/identity.js';
import { rendezvousError } from './hints.js';
import { openSocket, type Socket } from './socket-door.js';
import { askToken, type TokenSource } from './token.js';

/** Who registers. */
export interface Registrant {
  readonly key: string;
  /** Asked for a token at each attempt. */
  readonly token: TokenSource | undefined;
  readonly signer: Signer<CryptoKey>;
  readonly epoch: Uint8Array;
  /** The signed card of this life. */
  readonly card: Uint8Array;
}

/** One attempt. */
export interface RegistrationOptions {
  /** As `socketUrl` writes it. */
  readonly url: string;
  /** The last counter seen in this life, where there is something to resume. */
  readonly resumeAfter: number | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** What the server says once it has accepted. */
export type Welcome = Extract<ServerMessage, { t: 'registered' }>;

/** Told in the order of the socket, `registered` first, from within the socket's own events: no frame is missed. */
export interface RegisteredListener {
  registered(welcome: Welcome, socket: Socket): void;
  message(message: ServerMessage): void;
  /** The socket is gone, or sent what is no frame. Nothing is told after it. */
  lost(error: ConclaveError): void;
}

type Step =
  | { readonly at: 'asking' } // the application for a token: a challenge would not wait for it
  | { readonly at: 'opening' } // until the server's challenge
  | { readonly at: 'signing' } // the challenge is single use: another one now is a fault
  | { readonly at: 'answered' }
  | { readonly at: 'registered' }
  | { readonly at: 'ended' };

/**
 * Asks for a token, dials a rendezvous and registers (SPEC 5). Resolves once registered; rejects with the code of the
 * refusal, with `rendezvous/refused` where nothing listens, `rendezvous/timeout`, `auth/no-token`, or `usage/aborted`,
 * and then no socket or timer is left.
 */
export function register(
  who: Registrant,
  options: RegistrationOptions,
  live: RegisteredListener,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const { url, resumeAfter, timeoutMs, signal } = options;
    let step: Step = { at: 'asking' };
    let socket: Socket | undefined;
    let token: string | undefined;

    const stopWaiting = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    const end = (error: ConclaveError) => {
      if (step.at === 'ended') return;
      const wasRegistered = step.at === 'registered';
      step = { at: 'ended' };
      socket?.drop();
      stopWaiting();
      if (wasRegistered) live.lost(error);
      else reject(error);
    };
    // Where the key has come to need tokens, and the application has some, the next attempt names one.
    const read = (code: ErrorCode) => (who.token && code === 'auth/token-missing' ? 'auth/token' : code);
    const fail = (code: ErrorCode, retryAfterMs?: number) =>
      end(rendezvousError(read(code), url, retryAfterMs));
    const abort = () => end(new ConclaveError('usage/aborted', { cause: signal?.reason }));
    const timer = setTimeout(
      () => fail(step.at === 'asking' ? 'auth/no-token' : 'rendezvous/timeout'),
      timeoutMs,
    );
    signal?.addEventListener('abort', abort);

    const answer = async (challenge: Uint8Array) => {
      const frame = await signedFrame(who, url, challenge, resumeAfter, token);
      if (step.at !== 'signing') return;
      step = { at: 'answered' };
      socket?.send(frame);
    };

    const take = (message: ServerMessage) => {
      if (message.t === 'refused') {
        fail(message.code, message.retryAfterMs);
      } else if (step.at === 'registered') {
        live.message(message);
      } else if (step.at === 'opening' && message.t === 'challenge') {
        step = { at: 'signing' };
        answer(message.challenge).catch((cause: unknown) =>
          // An identity that is in use elsewhere, or was released, says so itself.
          end(cause instanceof ConclaveError ? cause : new ConclaveError('auth/signature', { cause })),
        );
      } else if (
        step.at === 'answered' &&
        message.t === 'registered' &&
        socket &&
        VERSIONS.includes(message.version)
      ) {
        step = { at: 'registered' };
        stopWaiting();
        live.registered(message, socket);
        resolve();
      } else {
        fail('rendezvous/bad-frame');
      }
    };

    const listener = {
      message(bytes: Uint8Array | undefined) {
        const message = bytes && decodeServerMessage(bytes);
        if (message?.ok) take(message.value);
        else fail('rendezvous/bad-frame');
      },
      closed(code: number) {
        fail(errorOfClose(code) ?? (step.at === 'opening' ? 'rendezvous/refused' : 'rendezvous/lost'));
      },
    };
    if (signal?.aborted) {
      abort();
      return;
    }
    askToken(who.token)
      .then((given) => {
        token = given;
        if (step.at === 'ended') return undefined;
        step = { at: 'opening' };
        return openSocket(url, listener);
      })
      .then(
        (opened) => {
          if (step.at === 'ended') opened?.drop();
          else socket = opened;
        },
        (error: unknown) =>
          end(
            error instanceof ConclaveError
              ? error
              : new ConclaveError('rendezvous/refused', { cause: error }),
          ),
      );
  });
}

/** The frame that answers a challenge. The nonce is ours: no server can have this signature made in advance. */
async function signedFrame(
  { key, signer, epoch, card }: Registrant,
  url: string,
  challenge: Uint8Array,
  resumeAfter: number | undefined,
  token: string | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const said = {
    key,
    origin: rendezvousOrigin(url) ?? '',
    nonce: randomBytes(32),
    epoch,
    versions: [...VERSIONS],
  };
  const signed = registrationBytes({ ...said, challenge, peerId: signer.peerId });
  const signature = await sign(signer, 'register', signed);
  const { spki } = signer;
  return encodeClientMessage({ t: 'register', ...said, spki, signature, card, resumeAfter, token });
}
