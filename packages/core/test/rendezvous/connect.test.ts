import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

import { ConclaveError } from '../../src/errors.js';
import { closeLater, connect, join, newActor, rendezvous } from './support/actors.js';
import { liar } from './support/liar.js';

/** An address where nothing listens. */
async function deadUrl(): Promise<string> {
  const { url, close } = await rendezvous();
  await close();
  return url;
}

/** A server that takes connections and never says a word. */
async function blackHole() {
  let open = 0;
  const server = createServer((socket) => {
    open += 1;
    socket.on('error', () => {});
    socket.on('close', () => {
      open -= 1;
      server.emit('left');
    });
    socket.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeLater(() => new Promise((resolve) => server.close(() => resolve())));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    server,
    openSockets: () => open,
  };
}

async function failure(attempt: Promise<unknown>): Promise<ConclaveError> {
  const error: unknown = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConclaveError)) throw new Error('it was not refused with an error of ours');
  return error;
}

it('[A1] it connects, and says where, and which ICE servers there are', async () => {
  const iceServers = [{ urls: ['stun:stun.example:3478'] }];
  const { url } = await rendezvous({ iceServers });
  const client = await connect(url.replace('ws:', 'http:'), await newActor());
  expect(client.state.get()).toEqual({ phase: 'connected', url, iceServers });
});

it('[A2] a wrong key is refused at once, says so, and says what to do', async () => {
  const { url } = await rendezvous();
  const error = await failure(connect(url, await newActor(), { key: 'wrong' }));
  expect(error).toMatchObject({
    code: 'auth/unknown-key',
    retryable: false,
    hint: expect.stringContaining('--key'),
  });
});

it.each([
  'not a url',
  'ftp://calls.example',
  '//calls.example',
  'ws://me:secret@calls.example',
  'ws://a.example/#x',
])('[A2] the URL "%s" is refused before anything is dialled', async (url) => {
  expect((await failure(connect(url, await newActor()))).code).toBe('rendezvous/invalid-url');
});

it('[A2] no URL at all, or a key of no length, is refused', async () => {
  expect((await failure(connect([], await newActor()))).code).toBe('rendezvous/invalid-url');
  expect((await failure(connect('ws://a.example', await newActor(), { key: '' }))).code).toBe(
    'usage/invalid-argument',
  );
});

it('[A2] where nothing listens it is refused at once, and told how to start a rendezvous', async () => {
  const startedAtMs = performance.now();
  const error = await failure(connect(await deadUrl(), await newActor()));
  expect(error).toMatchObject({
    code: 'rendezvous/refused',
    hint: expect.stringContaining('npx @conclave/rendezvous'),
  });
  expect(performance.now() - startedAtMs).toBeLessThan(1_000);
});

it('[A2] a rendezvous that is dialled under a name that it does not know says so', async () => {
  const { url } = await rendezvous({ publicOrigins: ['https://calls.example'] });
  const error = await failure(connect(url, await newActor()));
  expect(error).toMatchObject({ code: 'auth/origin', hint: expect.stringContaining('--origin') });
});

it('[A2] the first URL that answers is taken', async () => {
  const { url } = await rendezvous();
  const client = await connect([await deadUrl(), url], await newActor());
  expect(client.state.get()).toMatchObject({ phase: 'connected', url });
});

it('[A2] a refusal that another URL would not change ends the attempt', async () => {
  const [first, second] = [await rendezvous(), await rendezvous({ keys: ['wrong'] })];
  const error = await failure(connect([first.url, second.url], await newActor(), { key: 'wrong' }));
  expect(error.code).toBe('auth/unknown-key');
});

it('[A2] a server that speaks something else is refused', async () => {
  const { url } = await liar(() => {}, { version: 99 });
  expect((await failure(connect(url, await newActor()))).code).toBe('rendezvous/bad-frame');
});

it('[A4] where nobody answers it is given up in the time given, for all URLs together', async () => {
  const [first, second] = [await blackHole(), await blackHole()];
  const startedAtMs = performance.now();
  const error = await failure(connect([first.url, second.url], await newActor(), { timeoutMs: 400 }));
  const tookMs = performance.now() - startedAtMs;
  expect(error.code).toBe('rendezvous/timeout');
  expect(tookMs).toBeGreaterThan(390);
  expect(tookMs).toBeLessThan(1_000);
});

it('[A4] one URL that does not answer leaves time for the next', async () => {
  const { url } = await rendezvous();
  const client = await connect([(await blackHole()).url, url], await newActor(), { timeoutMs: 600 });
  expect(client.state.get()).toMatchObject({ url });
});

it('[A4] an AbortSignal ends it at once and leaves no socket', async () => {
  const { url, server, openSockets } = await blackHole();
  const abort = new AbortController();
  const attempt = failure(connect(url, await newActor(), { signal: abort.signal, timeoutMs: 60_000 }));
  await once(server, 'connection');
  abort.abort(new Error('enough'));
  expect(await attempt).toMatchObject({ code: 'usage/aborted', cause: new Error('enough') });
  if (openSockets() > 0) await once(server, 'left');
  expect(openSockets()).toBe(0);
});

it('[A4] a signal that was aborted before dials nothing', async () => {
  const { url, openSockets } = await blackHole();
  const error = await failure(connect(url, await newActor(), { signal: AbortSignal.abort() }));
  expect(error.code).toBe('usage/aborted');
  expect(openSockets()).toBe(0);
});

it('[A1] closing says good-bye: the ID is free at once, and everything asked later is told', async () => {
  const { url } = await rendezvous();
  const [alice, bob] = [await newActor(), await newActor()];
  const a = await connect(url, alice);
  const b = await connect(url, bob);
  await join(b, 'lobby');
  await b.close();
  expect(b.state.get()).toEqual({ phase: 'closed', error: undefined });
  expect((await failure(b.relay(alice.peerId, new Uint8Array(1)))).code).toBe('usage/closed');
  expect((await failure(join(b, 'lobby'))).code).toBe('usage/closed');
  expect((await failure(a.lookup(bob.peerId))).code).toBe('peer/unreachable');
});

it('[A1] closing again, also on hearing that it is closed, is the same good-bye', async () => {
  const { url } = await rendezvous();
  const a = await connect(url, await newActor());
  let again: Promise<void> | undefined;
  a.state.subscribe(() => {
    again = a.close();
  });
  await a.close();
  await again;
  await a.close();
  expect(a.state.get().phase).toBe('closed');
});
