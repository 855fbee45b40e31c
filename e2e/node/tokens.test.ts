import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createRendezvous, memoryExchange, type Rendezvous } from '@conclave/rendezvous';

import { startPeerProcess, type PeerProcess } from '../support/peer-process.js';
import { until } from '../support/wait.js';
import { readTransports } from '../support/witness.js';
import { linksOf, play, publish, untilFrames } from './support/actions.js';

jest.setTimeout(60_000); // each wait has its own, shorter limit; this only ends what hangs

const secret = randomBytes(32);
const toClose: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  const ended = await Promise.allSettled(toClose.splice(0).map((close) => close()));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
});

/** A token of the key `prod`, as the server of an application makes it. */
function tokenFor(lifeS: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const said = `${part({ alg: 'HS256', kid: 'prod' })}.${part({ aud: 'conclave', exp: Date.now() / 1000 + lifeS })}`;
  return `${said}.${createHmac('sha256', secret).update(said).digest('base64url')}`;
}

async function start(name: string): Promise<PeerProcess> {
  const peer = await startPeerProcess(name);
  toClose.push(() => peer.close());
  return peer;
}

/** From now on the peer's application gives this token. */
function giveToken(peer: PeerProcess, token: string): Promise<void> {
  return peer.evaluate((text: string) => {
    (globalThis as { token?: string }).token = text;
  }, token);
}

async function connect(peer: PeerProcess, url: string, token: string) {
  await giveToken(peer, token);
  return peer.evaluate(
    (to: string) =>
      kit.connect(to, { key: 'prod', token: async () => (globalThis as { token?: string }).token! }),
    url,
  );
}

/** How a connection stands, with the code of why not. */
function stateOf(peer: PeerProcess): Promise<string> {
  return peer.evaluate(() => {
    const state = kit.keep.connection.state.get();
    if (state.phase === 'reconnecting') return `reconnecting ${state.lastError.code}`;
    return state.phase === 'closed' ? `closed ${state.error?.code ?? ''}` : state.phase;
  });
}

test('[A3] a token that ends ends introductions and no call; another brings them back', async () => {
  const exchange = memoryExchange({ resumeWindowMs: 500 });
  const house: Rendezvous = await createRendezvous({
    keys: { entryOf: async () => ({ mode: 'token', tenant: 'prod', secrets: [secret] }) },
    exchange,
  });
  toClose.push(() => house.close());
  const [alice, bob, charlie] = await Promise.all([start('alice'), start('bob'), start('charlie')]);
  await connect(bob, house.url, tokenFor(3600));
  await connect(charlie, house.url, tokenFor(3600));
  const aliceId = await connect(alice, house.url, tokenFor(6));
  await publish(alice, 'camera', true);
  expect(await play(bob, aliceId, 'camera')).toBe('playing');
  await untilFrames(bob);
  const [before] = await readTransports(bob);

  await until(async () => (await stateOf(alice)) === 'reconnecting auth/token-expired', {
    within: 10_000,
    what: 'the token has ended',
  });
  await until(async () => (await exchange.cardOf('prod', aliceId)) === undefined, {
    within: 5_000,
    what: 'alice is gone from the directory',
  });
  expect(await play(charlie, aliceId, 'camera')).toBe('peer/unreachable');
  await untilFrames(bob, 5); // the call that stands goes on
  expect(await linksOf(bob)).toEqual([aliceId]);

  await giveToken(alice, tokenFor(3600));
  await until(async () => (await stateOf(alice)) === 'connected', { within: 15_000, what: 'alice is back' });
  expect(await play(charlie, aliceId, 'camera')).toBe('playing');
  await untilFrames(charlie);
  await untilFrames(bob, 5);
  const after = await readTransports(bob);
  expect(after.map(({ near, far }) => [near, far])).toEqual([[before!.near, before!.far]]); // the link of the beginning
});

test('[A3] SIGHUP makes the command read its keys again: a key that is gone closes its sockets within 1 s, for good', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'conclave-keys-'));
  toClose.push(async () => rmSync(folder, { recursive: true }));
  const file = join(folder, 'keys.json');
  const write = (keys: object) => {
    writeFileSync(`${file}.new`, JSON.stringify({ keys }));
    renameSync(`${file}.new`, file);
  };
  const prod = { mode: 'token', secrets: [secret.toString('base64')] };
  write({ prod });
  const { process: command, lines } = startCommand('--port', '0', '--keys', file);
  const address = () => /ws:\S+/.exec(lines.join('\n'))?.[0];
  const url = (await until(address, { within: 10_000, what: 'it listens' }))!;
  const alice = await start('alice');
  await connect(alice, url, tokenFor(3600));

  const hasRead = (times: number) => () => lines.filter((line) => line.startsWith('Read ')).length >= times;
  command.kill('SIGHUP'); // also where nothing has changed: it says so, and goes on
  await until(hasRead(2), { within: 5_000, what: 'it has read its keys again' });
  expect(await stateOf(alice)).toBe('connected');

  write({ demo: { mode: 'open' } });
  command.kill('SIGHUP');
  await until(async () => (await stateOf(alice)) === 'closed auth/revoked', {
    within: 1_000,
    what: 'closed',
  });
  expect(command.exitCode).toBeNull();
  command.kill('SIGTERM');
  await until(() => command.exitCode === 0, { within: 10_000, what: 'it ends by itself' });
});

/** The command as npm installs it, and what it says. */
function startCommand(...args: readonly string[]): { process: ChildProcess; lines: string[] } {
  const script = fileURLToPath(new URL('../../packages/rendezvous/dist/cli.js', import.meta.url));
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  toClose.push(() => {
    child.kill('SIGKILL');
    return ended;
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => lines.push(...data.toString().split('\n').filter(Boolean)));
  }
  return { process: child, lines };
}
