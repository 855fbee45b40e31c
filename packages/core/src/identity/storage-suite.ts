import type { StoragePort } from './storage-port.js';

/** Two openings of one storage, as two tabs or two processes have them. A storage of one process gives itself twice. */
export interface StorageOpenings {
  /** One opening. */
  readonly east: StoragePort;
  /** Another opening of the same storage. */
  readonly west: StoragePort;
}

/** One rule that every storage keeps. */
export interface StorageCase {
  /** The rule, as a sentence. */
  readonly name: string;
  /** Rejects where the rule is broken. The storage may have records of earlier cases in it. */
  run(openings: StorageOpenings): Promise<void>;
}

/** How long a watcher may take to hear, and a waiting holder to be served. */
const PATIENCE_MS = 5_000;

let last = 0;
/** A key, or a name, that no case has used before. */
const fresh = () => `suite/${++last}/${String(performance.now())}`;

const bytes = (...values: number[]) => Uint8Array.from(values);

function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`broken: ${what}`);
}

const holdsBytes = (record: unknown, ...expected: number[]) =>
  ArrayBuffer.isView(record) && [...(record as Uint8Array)].join() === expected.join();

async function failureOf(attempt: Promise<unknown>): Promise<unknown> {
  try {
    await attempt;
  } catch (error) {
    return error;
  }
  throw new Error('broken: it should have been refused');
}

function within<T>(wanted: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${PATIENCE_MS} ms: ${what}`)), PATIENCE_MS);
  });
  return Promise.race([wanted, late]).finally(() => clearTimeout(timer));
}

const happens = (signal: AbortSignal, what: string) =>
  within(
    new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve());
    }),
    what,
  );

const waiting = () => ({ steal: false, signal: new AbortController().signal });
const impatient = () => ({ steal: false, signal: AbortSignal.timeout(100) });
const stealing = () => ({ ...waiting(), steal: true });

/**
 * The acceptance suite of {@link StoragePort}, for any test runner, in a browser or in Node.
 *
 * @example
 * ```ts
 * const storage = memoryStorage();
 * for (const { run } of storageCases) await run({ east: storage, west: storage });
 * ```
 */
export const storageCases: readonly StorageCase[] = [
  {
    name: 'keeps a record until it is taken out, for every opening',
    async run({ east, west }) {
      const key = fresh();
      must((await east.get(key)) === undefined, 'a new key has no record');
      must(holdsBytes(await east.update(key, () => bytes(1, 2)), 1, 2), 'an update gives the new record');
      must(holdsBytes(await west.get(key), 1, 2), 'the other opening reads it');
      must((await west.update(key, () => undefined)) === undefined, 'undefined stands for no record');
      must((await east.get(key)) === undefined, 'it is gone');
    },
  },
  {
    name: 'takes any text as a key, and mixes none up',
    async run({ east, west }) {
      const start = fresh();
      const tails = [
        '',
        '/',
        '/..',
        '\\',
        '%2F',
        '__proto__',
        'é',
        'e\u0301',
        'E\u0301',
        '\u0000',
        '🙂',
        '?#*:',
        '.',
      ];
      const keys = tails.map((tail) => start + tail);
      keys.push(start.padEnd(300, '☃'));
      for (const [index, key] of keys.entries()) await east.update(key, () => bytes(index));
      for (const [index, key] of keys.entries())
        must(holdsBytes(await west.get(key), index), `the record of ${JSON.stringify(key)}`);
    },
  },
  {
    name: 'loses none of many changes made at once',
    async run({ east, west }) {
      const key = fresh();
      const more = (record: unknown) => bytes(((record as Uint8Array | undefined)?.[0] ?? 0) + 1);
      const changes = Array.from({ length: 40 }, (_, index) => (index % 2 ? east : west).update(key, more));
      const seen = (await Promise.all(changes)).map((record) => (record as Uint8Array)[0]);
      must(new Set(seen).size === 40, 'each change builds on another one');
      must(holdsBytes(await east.get(key), 40), 'all of them are in it');
    },
  },
  {
    name: 'stores nothing where the change throws, and rejects with what it threw',
    async run({ east, west }) {
      const key = fresh();
      await east.update(key, () => bytes(1));
      const thrown = new Error('on purpose');
      const failure = await failureOf(
        west.update(key, () => {
          throw thrown;
        }),
      );
      must(failure === thrown, 'the rejection is what was thrown');
      must(holdsBytes(await east.get(key), 1), 'the record is as before');
      must(holdsBytes(await west.update(key, () => bytes(2)), 2), 'the next change works');
    },
  },
  {
    name: 'keeps copies: nobody changes a record by what he has in his hands',
    async run({ east }) {
      const key = fresh();
      const given = bytes(1);
      const back = (await east.update(key, () => given)) as Uint8Array;
      given[0] = 9;
      back[0] = 9;
      ((await east.get(key)) as Uint8Array)[0] = 9;
      must(holdsBytes(await east.get(key), 1), 'the record is as it was stored');
    },
  },
  {
    name: 'holds keys that cannot be exported, where it says that it holds values',
    async run({ east, west }) {
      if (east.holds === 'bytes') return;
      const { subtle } = globalThis.crypto;
      const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
      const pair = await subtle.generateKey(ecdsa, false, ['sign', 'verify']);
      const key = fresh();
      await east.update(key, () => ({ privateKey: pair.privateKey }));
      const { privateKey } = (await west.get(key)) as { readonly privateKey: CryptoKey };
      const signature = await subtle.sign(ecdsa, privateKey, bytes(1));
      must(await subtle.verify(ecdsa, pair.publicKey, signature, bytes(1)), 'it signs as before');
      must(!privateKey.extractable, 'it cannot be exported');
    },
  },
  {
    name: 'tells who watches a key of changes made elsewhere, until he has heard enough',
    async run({ east, west }) {
      const key = fresh();
      let [heard, before, other] = [0, 0, 0];
      const told = new Promise<void>((resolve) => {
        west.watch(key, () => {
          heard += 1;
          resolve();
        });
      });
      west.watch(key, () => (before += 1))();
      west.watch(fresh(), () => (other += 1));
      await east.update(key, () => bytes(1));
      await within(told, 'the watcher hears of it');
      must(heard > 0 && before === 0 && other === 0, 'only who watches this key is told');
    },
  },
  {
    name: 'gives a name to one holder at a time, the next one in his turn',
    async run({ east, west }) {
      const name = fresh();
      const first = await east.lock(name, waiting());
      await (await west.lock(fresh(), waiting())).release(); // another name is free
      const patience = new AbortController();
      const gaveUp = west.lock(name, { steal: false, signal: patience.signal });
      const reason = new Error('enough');
      patience.abort(reason);
      must((await failureOf(gaveUp)) === reason, 'who gives up waiting is told his own reason');
      await failureOf(west.lock(name, impatient()));
      const next = west.lock(name, waiting());
      must(!first.lost.aborted, 'the first one has it still');
      await first.release();
      await first.release();
      await (await within(next, 'the next one is served')).release();
      must(!first.lost.aborted, 'what was given back is not lost');
    },
  },
  {
    name: 'lets a thief have a name at once, and tells the one who had it',
    async run({ east, west }) {
      const name = fresh();
      const first = await east.lock(name, waiting());
      const thief = await within(west.lock(name, stealing()), 'the thief has it');
      await happens(first.lost, 'the first one learns of it');
      await first.release(); // of no effect on the thief
      await failureOf(east.lock(name, impatient()));
      must(!thief.lost.aborted, 'the thief has it still');
      await thief.release();
      await (await within(east.lock(name, stealing()), 'a free name is taken')).release();
    },
  },
];
