import { mkdtempSync, promises, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { keysFromFile, type FileKeys } from '@conclave/rendezvous';

import { runCommand } from '../src/command.js';
import { rendezvous } from './support/house.js';
import { newActor, RawClient, refusalOf } from './support/raw-client.js';
import { newSecret, tokenOf } from './support/tokens.js';

const secret = newSecret(48);
const base64 = Buffer.from(secret).toString('base64');
const folder = mkdtempSync(join(tmpdir(), 'conclave-keys-'));
let files = 0;
let opened: FileKeys[] = [];
let logged: { event: string; error: unknown }[] = [];

afterEach(() => {
  for (const keys of opened) keys.close();
  opened = [];
  logged = [];
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a key file beside the old one and renames it over it, as one should. */
function write(path: string, content: unknown): void {
  writeFileSync(`${path}.new`, typeof content === 'string' ? content : JSON.stringify(content));
  renameSync(`${path}.new`, path);
}

function fileOf(content: unknown): string {
  files += 1;
  const path = join(folder, `keys-${files}.json`);
  write(path, content);
  return path;
}

async function read(path: string): Promise<FileKeys> {
  const keys = await keysFromFile(path, { log: (event, { error }) => logged.push({ event, error }) });
  opened.push(keys);
  return keys;
}

/** Resolves at the next line of the log that is told by this event. */
function nextLog(keys: FileKeys, event: string): Promise<unknown> {
  const before = logged.filter((line) => line.event === event).length;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const line = logged.filter((one) => one.event === event)[before];
      if (!line) return;
      clearInterval(timer);
      resolve(line.error);
    }, 10);
    opened.push({ ...keys, close: () => clearInterval(timer) });
  });
}

const error = (attempt: Promise<unknown>) => attempt.then(() => 'read', (thrown: unknown) => (thrown as Error).message); // prettier-ignore
const withKey = (entry: unknown) => ({ keys: { prod: entry } });
const token = (change: object) => withKey({ mode: 'token', secrets: [base64], ...change });

it('[A3] a key file says what each key stands for', async () => {
  const keys = await read(
    fileOf({
      keys: {
        demo: { mode: 'open' },
        __proto__: null,
        prod: {
          mode: 'token',
          tenant: 'acme',
          secrets: [base64, Buffer.from(secret).toString('base64url')],
          audience: 'calls',
          origins: ['https://calls.example', 'http://localhost:8080'],
          limits: { clients: 10, connectsPerSecond: 0.5 },
        },
        relayed: { mode: 'open', turn: true },
        gone: { mode: 'revoked', tenant: 'acme', secrets: [] },
      },
    }),
  );
  expect(await keys.entryOf('demo')).toEqual({ mode: 'open', tenant: 'demo' });
  expect(await keys.entryOf('relayed')).toEqual({ mode: 'open', tenant: 'relayed', turn: true });
  expect(await keys.entryOf('gone')).toEqual({ mode: 'revoked' });
  expect(await keys.entryOf('prod')).toEqual({
    mode: 'token',
    tenant: 'acme',
    secrets: [secret, secret],
    audience: 'calls',
    origins: ['https://calls.example', 'http://localhost:8080'],
    limits: { clients: 10, connectsPerSecond: 0.5 },
  });
  for (const unknown of ['constructor', '__proto__', 'toString', '']) {
    expect(await keys.entryOf(unknown)).toBeUndefined();
  }
});

const BROKEN: readonly (readonly [content: unknown, message: string])[] = [
  ['', 'it is not JSON'],
  ['{"keys": {"prod": }}', 'it is not JSON'],
  ['['.repeat(500_000), 'it is not JSON'],
  [null, 'the file has to be an object'],
  [[], 'the file has to be an object'],
  [{}, 'keys has to be an object'],
  [{ keys: [] }, 'keys has to be an object'],
  [{ keys: {}, key: 'demo' }, 'the file.key has to be nothing: it has keys'],
  [{ keys: { '': { mode: 'open' } } }, 'keys[""] has to be a key ID of 1 to 128 characters'],
  [{ keys: { ['x'.repeat(129)]: { mode: 'open' } } }, 'a key ID of 1 to 128 characters'],
  [
    '{"keys": {"__proto__": {"mode": "shut"}}}',
    'keys["__proto__"].mode has to be "open", "token" or "revoked"',
  ],
  [withKey(null), 'keys["prod"] has to be an object'],
  [withKey({}), 'keys["prod"].mode has to be "open", "token" or "revoked"'],
  [withKey({ mode: 'Open' }), 'keys["prod"].mode has to be "open", "token" or "revoked"'],
  [withKey({ mode: 'open', orgins: [] }), 'keys["prod"].orgins has to be nothing'],
  [withKey({ mode: 'open', secrets: [base64] }), 'keys["prod"].secrets has to be nothing'],
  [withKey({ mode: 'open', turn: 'yes' }), 'keys["prod"].turn has to be true or false'],
  [withKey({ mode: 'open', tenant: '' }), 'keys["prod"].tenant has to be text of 1 to 256 characters'],
  [withKey({ mode: 'open', tenant: '\ud800' }), 'keys["prod"].tenant has to be text of 1 to 256 characters'],
  [
    withKey({ mode: 'open', origins: 'https://a.example' }),
    'keys["prod"].origins has to be a list of 1 to 64',
  ],
  [withKey({ mode: 'open', origins: [] }), 'keys["prod"].origins has to be a list of 1 to 64'],
  [
    withKey({ mode: 'open', origins: ['https://a.example', 'a.example'] }),
    'keys["prod"].origins[1] has to be an origin',
  ],
  [withKey({ mode: 'open', origins: ['https://a.example/'] }), 'keys["prod"].origins[0] has to be an origin'],
  [withKey({ mode: 'open', limits: 5 }), 'keys["prod"].limits has to be an object'],
  [withKey({ mode: 'open', limits: { client: 5 } }), 'keys["prod"].limits.client has to be nothing'],
  [
    withKey({ mode: 'open', limits: { clients: -1 } }),
    'keys["prod"].limits.clients has to be a whole number from 0',
  ],
  [
    withKey({ mode: 'open', limits: { clients: 1.5 } }),
    'keys["prod"].limits.clients has to be a whole number from 0',
  ],
  [
    withKey({ mode: 'open', limits: { connectsPerSecond: 0 } }),
    'keys["prod"].limits.connectsPerSecond has to be a number',
  ],
  [token({ secrets: undefined }), 'keys["prod"].secrets has to be a list of 1 to 4'],
  [token({ secrets: [] }), 'keys["prod"].secrets has to be a list of 1 to 4'],
  [token({ secrets: Array(5).fill(base64) }), 'keys["prod"].secrets has to be a list of 1 to 4'],
  [
    token({ secrets: ['hunter2'] }),
    'keys["prod"].secrets[0] has to be base64 of 32 to 512 random bytes, not of 5',
  ],
  [
    token({ secrets: [base64, 'x'.repeat(800)] }),
    'keys["prod"].secrets[1] has to be base64 of 32 to 512 random bytes',
  ],
  [
    token({ secrets: ['pass phrase with spaces, and long enough'] }),
    'keys["prod"].secrets[0] has to be base64',
  ],
  [token({ audience: 7 }), 'keys["prod"].audience has to be text'],
  [token({ turn: true }), 'keys["prod"].turn has to be nothing'],
  [' '.repeat(1024 * 1024 + 1), 'it is larger than 1048576 bytes'],
];

it.each(BROKEN.map(([content, message]) => ({ content, message })))(
  '[A3] a broken key file is refused at the start: $message',
  async ({ content, message }) => {
    const said = await error(read(fileOf(content)));
    expect(said).toContain(message);
    for (const private_ of ['hunter2', 'pass phrase', base64]) expect(said).not.toContain(private_);
  },
);

it('[A3] a file that is not there, or is no file, is refused at the start', async () => {
  expect(await error(read(join(folder, 'nowhere.json')))).toContain('ENOENT');
  expect(await error(read(folder))).toContain('it is not a file');
});

it('[A3] a key that leaves the file closes its sockets within 1 s; one that comes may connect', async () => {
  const path = fileOf({ keys: { demo: { mode: 'open' }, prod: { mode: 'token', secrets: [base64] } } });
  const { url } = await rendezvous({ keys: await read(path) });
  const prod = { key: 'prod', token: tokenOf(secret) };
  const alice = await RawClient.register(url, await newActor(), prod);
  const bob = await RawClient.register(url, await newActor());
  const startedAtMs = performance.now();
  write(path, { keys: { demo: { mode: 'open' }, fresh: { mode: 'open' } } });
  expect((await alice.closed).code).toBe(4410);
  expect(performance.now() - startedAtMs).toBeLessThan(1_000);
  expect((await bob.ask({ t: 'join', room: 'lobby' })).t).toBe('joined');
  await RawClient.register(url, await newActor(), { key: 'fresh' });
  expect(await refusalOf(url, await newActor(), prod)).toEqual(['auth/unknown-key', 4401]);
});

it.each(['{"keys": {', { keys: { demo: { mode: 'shut' } } }, undefined])(
  '[A3] a file that is broken, or gone, when it is read again changes nothing but the log: %j',
  async (content) => {
    const path = fileOf({ keys: { demo: { mode: 'open' } } });
    const keys = await read(path);
    const { url } = await rendezvous({ keys });
    const alice = await RawClient.register(url, await newActor());
    const refused = nextLog(keys, 'keys-refused');
    if (content === undefined) rmSync(path);
    else write(path, content);
    expect(String(await refused)).toMatch(/^(KeyFile)?Error: /);
    expect(await keys.reload()).toBe(false);
    expect((await alice.ask({ t: 'join', room: 'lobby' })).t).toBe('joined');
    await RawClient.register(url, await newActor());
    const taken = nextLog(keys, 'keys-read');
    write(path, { keys: {} });
    await taken;
    expect((await alice.closed).code).toBe(4410);
  },
);

it('[A3] a change that cannot be read at first is read at a later look, and told of once till then', async () => {
  const path = fileOf({ keys: { demo: { mode: 'open' } } });
  const keys = await read(path);
  const { url } = await rendezvous({ keys });
  const alice = await RawClient.register(url, await newActor());
  const reading = jest.spyOn(promises, 'readFile');
  try {
    for (let times = 0; times < 3; times += 1)
      reading.mockRejectedValueOnce(new Error('EMFILE: too many open files'));
    write(path, { keys: { demo: { mode: 'revoked' } } }); // and never again
    expect((await alice.closed).code).toBe(4410);
    expect(reading).toHaveBeenCalledTimes(4);
    expect(logged.map(({ event }) => event)).toEqual(['keys-read', 'keys-refused', 'keys-read']);
  } finally {
    reading.mockRestore();
  }
});

it('[A3] a file that is gone is told of once', async () => {
  const path = fileOf({ keys: { demo: { mode: 'open' } } });
  const keys = await read(path);
  const [otherPath, refused] = [fileOf({ keys: {} }), nextLog(keys, 'keys-refused')];
  rmSync(path);
  await refused;
  const other = await read(otherPath);
  for (let looks = 0; looks < 3; looks += 1) await nextLogOfChange(other, otherPath);
  expect(logged.filter(({ event }) => event === 'keys-refused')).toHaveLength(1);
});

it('[A3] a closed source of keys looks at its file no longer', async () => {
  const path = fileOf({ keys: { demo: { mode: 'open' } } });
  const keys = await read(path);
  keys.close();
  write(path, { keys: {} });
  const other = await read(path);
  await nextLogOfChange(other, path);
  expect(await keys.entryOf('demo')).toEqual({ mode: 'open', tenant: 'demo' });
});

/** Waits until another source has seen a change of the same file: as long as the closed one would have needed. */
async function nextLogOfChange(keys: FileKeys, path: string): Promise<void> {
  const seen = nextLog(keys, 'keys-read');
  write(path, { keys: { later: { mode: 'open' } } });
  await seen;
}

describe('[A2] the command line', () => {
  async function run(...args: string[]) {
    const lines = { out: [] as string[], err: [] as string[] };
    const outcome = await runCommand(args, {
      out: (line) => lines.out.push(line),
      err: (line) => lines.err.push(line),
    });
    if (typeof outcome !== 'number') await outcome.close();
    return { outcome, ...lines };
  }

  it('takes keys from a file', async () => {
    const path = fileOf(token({}));
    const { out } = await run('--port', '0', '--keys', path);
    expect(out).toEqual([`Read 1 keys from ${path}.`, expect.stringContaining(`(keys of ${path})`)]);
  });

  it('refuses to start with a file that is broken, and names the field', async () => {
    const path = fileOf(token({ secrets: ['c2hvcnQ='] }));
    const { outcome, err } = await run('--port', '0', '--keys', path);
    expect(outcome).toBe(1);
    expect(err).toEqual([
      `--keys ${path}: keys["prod"].secrets[0] has to be base64 of 32 to 512 random bytes, not of 5 ` +
        '(openssl rand -base64 48 makes one). See --help.',
    ]);
  });

  it('does not guess which keys are meant', async () => {
    const { outcome, err } = await run('--key', 'demo', '--keys', fileOf(token({})));
    expect(outcome).toBe(1);
    expect(err.join()).toContain('--key and --keys');
  });
});
