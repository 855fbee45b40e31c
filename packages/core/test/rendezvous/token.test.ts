import { createHmac, randomBytes } from 'node:crypto';

import type { KeyEntry, Keys } from '@conclave/rendezvous';

import { ConclaveError } from '../../src/errors.js';
import { renewal } from '../../src/rendezvous/token.js';
import { requests } from '../../src/rendezvous/requests.js';
import { connect, join, newActor, rendezvous, until, untilPhase, type Actor } from './support/actors.js';
import { liar } from './support/liar.js';
import { proxy } from './support/proxy.js';

const secret = new Uint8Array(randomBytes(32));

/** A token of the key `demo` that lasts for so many seconds, made as any application's server would. */
function tokenFor(lifeS: number, claims: object = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const said = `${part({ alg: 'HS256', kid: 'demo' })}.${part({ aud: 'conclave', exp: Date.now() / 1000 + lifeS, ...claims })}`;
  return `${said}.${createHmac('sha256', secret).update(said).digest('base64url')}`;
}

/** A rendezvous whose key asks for tokens, and changes when a test says so. */
async function house(options: Parameters<typeof rendezvous>[0] = {}) {
  let entry: KeyEntry | undefined = { mode: 'token', tenant: 'demo', secrets: [secret] };
  let changed = () => {};
  const keys: Keys = {
    entryOf: async () => entry,
    onChange(listener) {
      changed = listener;
      return () => {};
    },
  };
  const { url, port } = await rendezvous({ keys, ...options });
  const set = (next: KeyEntry | undefined) => {
    entry = next;
    changed();
  };
  return { url, port, set };
}

/** A source of tokens that counts how often it is asked. */
function source(...answers: (() => Promise<string> | string)[]) {
  const self = {
    asked: 0,
    token: async () => {
      const answer = answers[Math.min(self.asked, answers.length - 1)]!;
      self.asked += 1;
      return answer();
    },
  };
  return self;
}

async function failure(attempt: Promise<unknown>): Promise<ConclaveError> {
  const error: unknown = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConclaveError)) throw new Error('it was not refused with an error of ours');
  return error;
}

it('[A3] the application is asked for a token at each connect and each resume', async () => {
  const network = await proxy();
  const { port } = await house({ publicOrigins: [network.origin] });
  network.target = port;
  const tokens = source(() => tokenFor(3600));
  const client = await connect(network.url, await newActor(), { token: tokens.token });
  expect(tokens.asked).toBe(1);
  network.cut();
  await untilPhase(client, 'reconnecting');
  await untilPhase(client, 'connected');
  expect(tokens.asked).toBe(2);
});

it('[A3] key and token are never in the URL', async () => {
  const server = await liar();
  const token = tokenFor(60);
  await connect(server.url, await newActor(), { token: async () => token });
  const { received, target } = await server.registered(1);
  expect(received[0]).toMatchObject({ t: 'register', key: 'demo', token });
  expect(target).toBe('/');
});

it.each<readonly [string, Parameters<typeof connect>[2], string, RegExp]>([
  ['no token at all', {}, 'auth/token-missing', /token\(\) has to/],
  ['an expired token', { token: async () => tokenFor(-5) }, 'auth/token-expired', /new one/],
  ['a stolen token', { token: async () => tokenFor(60, { sub: 'a'.repeat(64) }) }, 'auth/token', /log/],
])('[A2] %s is refused at once, with a code of its own and a hint', async (_what, change, code, hint) => {
  const { url } = await house();
  const startedAtMs = performance.now();
  const error = await failure(connect(url, await newActor(), change));
  expect(error).toMatchObject({ code, hint: expect.stringMatching(hint) });
  expect(performance.now() - startedAtMs).toBeLessThan(1_000);
});

const boom = new Error('the session has ended');
it.each<readonly [string, unknown, unknown]>([
  ['rejects', async () => Promise.reject(boom), boom],
  ['throws', () => { throw boom; }, boom], // prettier-ignore
  ['gives nothing', async () => undefined, undefined],
  ['gives no text', async () => 7, undefined],
  ['gives an empty text', () => '', undefined],
  ['gives more than any token', async () => 'x'.repeat(4097), undefined],
  ['is no function', 'token', expect.anything()],
])(
  '[A2] a token() that %s is auth/no-token, with its cause, and nothing is dialled',
  async (_what, token, cause) => {
    const server = await liar();
    const error = await failure(
      connect(server.url, await newActor(), { token: token as () => Promise<string> }),
    );
    expect(error).toMatchObject({ code: 'auth/no-token', retryable: true, cause });
    expect(server.sockets).toHaveLength(0);
  },
);

it('[A2] a token() that hangs is given up with the attempt; a signal ends the wait at once', async () => {
  const server = await liar();
  const never = () => new Promise<string>(() => {});
  const startedAtMs = performance.now();
  const error = await failure(connect(server.url, await newActor(), { token: never, timeoutMs: 200 }));
  expect(error.code).toBe('auth/no-token');
  expect(performance.now() - startedAtMs).toBeLessThan(1_000);
  const abort = new AbortController();
  const aborted = failure(connect(server.url, await newActor(), { token: never, signal: abort.signal }));
  abort.abort();
  expect((await aborted).code).toBe('usage/aborted');
  expect(server.sockets).toHaveLength(0);
});

it('[A2] a token() that answers after the attempt was given up opens no socket', async () => {
  const server = await liar();
  let give = (_token: string) => {};
  const late = () => new Promise<string>((resolve) => (give = resolve));
  await failure(connect(server.url, await newActor(), { token: late, timeoutMs: 50 }));
  give('a.b.c');
  await connect(server.url, await newActor(), { token: async () => 'a.b.c' });
  expect(server.sockets).toHaveLength(1);
});

it('[A3] a token is renewed in band before it ends: the connection is never lost', async () => {
  const { url } = await house();
  const first = tokenFor(2.2); // renewed after half of it
  const tokens = source(
    () => first,
    () => tokenFor(3600),
  );
  const lasting = await connect(url, await newActor(), { token: tokens.token });
  const phases: string[] = [];
  lasting.state.subscribe(() => phases.push(lasting.state.get().phase));
  const bystander = await connect(url, await newActor(), { token: async () => first });
  const { lastError } = await untilPhase(bystander, 'reconnecting');
  expect(lastError.code).toBe('auth/token-expired');
  await join(lasting, 'lobby');
  expect(phases).toEqual([]);
  expect(tokens.asked).toBe(2);
});

describe('[A3] the time of a renewal', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick', 'setImmediate'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const turns = () => new Promise((resolve) => setImmediate(resolve));

  /** A renewal whose frames a test answers. */
  function renewing(token: () => Promise<string>) {
    const sent: number[] = [];
    const pending = requests(
      (message) => sent.push((message as { id: number }).id),
      () => true,
    );
    return { sent, pending, tokenLasts: renewal(token, pending) };
  }

  it('is 60 s before the end, again and again; of a brief token half its life, and never at once', async () => {
    const { sent, pending, tokenLasts } = renewing(async () => 'a.b.c');
    for (const [lifeMs, afterMs] of [
      [3_600_000, 3_540_000],
      [90_000, 45_000],
      [10_000, 5_000],
      [0, 1_000],
    ] as const) {
      // prettier-ignore
      sent.length = 0;
      tokenLasts(lifeMs);
      jest.advanceTimersByTime(afterMs - 1);
      await turns();
      expect(sent).toHaveLength(0);
      jest.advanceTimersByTime(1);
      await turns();
      expect(sent).toHaveLength(1);
      pending.answer({ t: 'done', id: sent[0]!, tokenLifeMs: 3_600_000 });
      await turns();
    }
    jest.advanceTimersByTime(3_540_000);
    await turns();
    expect(sent).toHaveLength(2);
  });

  it('comes again after 10 s where the application or the rendezvous says no, or nothing', async () => {
    const answers = [
      () => Promise.reject(new Error('not now')),
      () => new Promise<string>(() => {}),
      async () => 'a.b.c',
    ];
    let asked = 0;
    const { sent, pending, tokenLasts } = renewing(() => answers[Math.min(asked++, 2)]!());
    tokenLasts(120_000);
    jest.advanceTimersByTime(60_000);
    await turns();
    for (const [times, frames] of [
      [2, 0],
      [3, 1],
      [4, 2],
    ] as const) {
      // prettier-ignore
      jest.advanceTimersByTime(9_999);
      await turns();
      expect(asked).toBe(times - 1);
      jest.advanceTimersByTime(1);
      await turns();
      expect([asked, sent.length]).toEqual([times, frames]);
      if (times === 3) pending.answer({ t: 'failed', id: sent[0]!, code: 'auth/token' });
      await turns();
    }
  });

  it('ends with the registration, and where there is nothing to renew', async () => {
    const { sent, tokenLasts } = renewing(() => new Promise(() => {}));
    tokenLasts(120_000);
    jest.advanceTimersByTime(60_000);
    tokenLasts(undefined);
    expect([sent.length, jest.getTimerCount()]).toEqual([0, 0]);
  });
});

it('[A3] where it is not renewed, it is lost, asks on, and comes back by itself with its rooms', async () => {
  const { url } = await house();
  let current = tokenFor(1);
  let asked = 0;
  const token = async () => {
    asked += 1;
    if (asked === 3) throw boom; // counts as an attempt that failed
    return current;
  };
  const [alice, bob]: Actor[] = [await newActor(), await newActor()];
  const a = await connect(url, alice!, { token });
  const b = await connect(url, bob!, { token: async () => tokenFor(60) });
  await join(a, 'lobby');
  const roomOfB = await join(b, 'lobby');
  const { lastError } = await untilPhase(a, 'reconnecting');
  expect(lastError.code).toBe('auth/token-expired');
  await until(a.state, (state) => state.phase === 'reconnecting' && state.lastError.code === 'auth/no-token');
  current = tokenFor(60);
  await untilPhase(a, 'connected');
  expect(roomOfB.members.get().map(({ peerId }) => peerId)).toEqual([alice!.peerId]);
  await b.relay(alice!.peerId, new Uint8Array(8));
});

it('[A3] a key that is withdrawn ends the connection for good, and nothing is tried again', async () => {
  const { url, set } = await house();
  const tokens = source(() => tokenFor(60));
  const client = await connect(url, await newActor(), { token: tokens.token });
  set(undefined);
  const { error } = await untilPhase(client, 'closed');
  expect(error).toMatchObject({ code: 'auth/revoked', retryable: false });
  expect(tokens.asked).toBe(1);
});
