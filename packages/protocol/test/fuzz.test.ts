import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

import { decode as decodeOracle } from '@msgpack/msgpack';
import {
  decodeClientMessage,
  decodeControlFrame,
  decodeDataFrame,
  decodeServerMessage,
  decodeValue,
  encodeClientMessage,
  encodeControlFrame,
  encodeDataFrame,
  encodeServerMessage,
  encodeValue,
  isErrorCode,
  MAX_MESSAGE_BYTES,
  openCard,
  openEnvelope,
  sealEnvelope,
  signCard,
  type ErrorCode,
  type Result,
} from '@conclave/protocol';
import fc from 'fast-check';

import { pack } from '../src/packing.js';
import { actor, fill, subtle, type Actor } from './support/actors.js';
import { FUZZ } from './support/fuzz-plan.js';
import {
  clientMessages,
  controlFrames,
  dataFrames,
  peerMessages,
  serverMessages,
} from './support/messages.js';
import { mutations } from './support/mutations.js';

const { runs, seed, limitMs } = FUZZ;
/** What a real signature check costs allows for a part of the inputs only. */
const VERIFIED = 0.03;
/** Of the inputs both what is accepted and what is refused has at least this share, or little would be shown. */
const ENOUGH = 0.01;
const RENDEZVOUS_CODES: readonly ErrorCode[] = ['rendezvous/bad-frame'];
const LINK_CODES: readonly ErrorCode[] = ['link/bad-frame'];
let alice: Actor;
let bob: Actor;
beforeAll(async () => {
  alice = await actor('alice');
  bob = await actor('bob');
});

/**
 * Feeds many inputs to a decoder; what it accepts must survive being encoded and decoded again, what it refuses has one
 * of its codes.
 */
function fuzz<T>(
  valid: readonly Uint8Array[],
  decode: (bytes: Uint8Array) => Result<T>,
  encode: (value: T) => Uint8Array,
  codes: readonly ErrorCode[],
): { accepted: number; refused: number } {
  const seen = { accepted: 0, refused: 0 };
  for (const bytes of valid) if (!decode(bytes).ok) throw new Error('the start of a mutation is refused');
  fc.assert(
    fc.property(mutations(valid), (bytes) => {
      const result = decode(bytes);
      if (result.ok) {
        seen.accepted++;
        if (!isDeepStrictEqual(decode(encode(result.value)), result))
          throw new Error('changed by encoding it again');
      } else {
        seen.refused++;
        if (!codes.includes(result.code)) throw new Error(`not its code: ${result.code}`);
      }
    }),
    { seed, numRuns: runs },
  );
  return seen;
}

/** WebCrypto as a forger would like it: it takes every signature. What stands behind the signature is then reached. */
const gullible = {
  digest: async (_: string, data: Uint8Array) =>
    new Uint8Array(createHash('sha256').update(data).digest()).buffer,
  importKey: async () => alice.privateKey,
  verify: async () => true,
} as unknown as typeof subtle;

/**
 * Feeds many inputs to an opener that is given a gullible WebCrypto, mutated within the signed part and around it, and
 * some to the same with the real one, which must not take any that is not one of the originals.
 */
async function fuzzSigned(
  valid: readonly Uint8Array[],
  open: (crypto: typeof subtle, bytes: Uint8Array) => Promise<Result<unknown>>,
): Promise<void> {
  const codes = new Set<string>();
  const parts = valid.map((bytes) => decode(bytes) as Uint8Array[]);
  const inner = mutations(parts.map(([signed]) => signed as Uint8Array)).map((signed) =>
    pack([signed, ...(parts[0] as Uint8Array[]).slice(1)]),
  );
  const inputs = fc.oneof(mutations(valid), inner);
  const property = (crypto: typeof subtle): fc.IAsyncProperty<[Uint8Array]> =>
    fc.asyncProperty(inputs, async (bytes) => {
      const result = await open(crypto, bytes);
      codes.add(result.ok ? 'ok' : result.code);
      if (!result.ok && !isErrorCode(result.code)) throw new Error(`no code: ${String(result.code)}`);
      if (result.ok && crypto === subtle && !valid.some((original) => same(original, bytes))) {
        // The wrapping is not signed: what is signed must be an original.
        const [signed] = decode(bytes) as Uint8Array[];
        expect(parts.some((part) => same(part[0] as Uint8Array, signed as Uint8Array))).toBe(true);
      }
    });
  await fc.assert(property(gullible), { seed, numRuns: runs });
  expect([...codes]).toEqual(
    expect.arrayContaining(['ok', 'link/bad-frame', 'identity/mismatch', 'identity/bad-key']),
  );
  await fc.assert(property(subtle), { seed, numRuns: Math.ceil(runs * VERIFIED) });
  expect([...codes]).toContain('auth/signature');
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
const decode = (bytes: Uint8Array): unknown => {
  const result = decodeValue(bytes, Infinity);
  return result.ok ? result.value : undefined;
};
const reencode = (value: unknown): Uint8Array => {
  const result = encodeValue(value, Infinity);
  if (!result.ok) throw new Error(`what was decoded cannot be encoded: ${result.code}`);
  return result.value;
};
const samples = (): Uint8Array[] =>
  [
    {
      a: [1, -1, 300, 70_000, 2 ** 40, -0, 0.5, Number.NaN],
      b: fill(40, 1),
      c: new Date(1e12),
      d: { e: { f: [null, true] } },
    },
    ['x'.repeat(40), '\u{1f600}å', { constructor: 1, toString: [] }, [[[[[[]]]]]]],
    Array.from({ length: 20 }, (_, index) => ({ [`k${index}`]: index })),
  ].map((value) => reencode(value));

describe('hostile inputs', () => {
  test(
    '[B9] SPEC 5.1: decodeClientMessage answers each',
    () => {
      const seen = fuzz(
        clientMessages(alice, bob).map(encodeClientMessage),
        decodeClientMessage,
        encodeClientMessage,
        RENDEZVOUS_CODES,
      );
      expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(runs * ENOUGH);
    },
    limitMs,
  );

  test(
    '[B9] SPEC 5.1: decodeServerMessage answers each',
    () => {
      const seen = fuzz(
        serverMessages(bob).map(encodeServerMessage),
        decodeServerMessage,
        encodeServerMessage,
        RENDEZVOUS_CODES,
      );
      expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(runs * ENOUGH);
    },
    limitMs,
  );

  test(
    '[B9] SPEC 7.1: decodeControlFrame answers each',
    () => {
      const seen = fuzz(
        controlFrames.map(encodeControlFrame),
        decodeControlFrame,
        encodeControlFrame,
        LINK_CODES,
      );
      expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(runs * ENOUGH);
    },
    limitMs,
  );

  test(
    '[B9] SPEC 8.3: decodeDataFrame answers each',
    () => {
      const seen = fuzz(dataFrames.map(encodeDataFrame), decodeDataFrame, encodeDataFrame, LINK_CODES);
      expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(runs * ENOUGH);
    },
    limitMs,
  );

  test(
    '[B9] SPEC 1.7: decodeValue answers each, and what it accepts is a value',
    () => {
      const seen = fuzz(samples(), (bytes) => decodeValue(bytes, MAX_MESSAGE_BYTES), reencode, LINK_CODES);
      expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(runs * ENOUGH);
    },
    limitMs,
  );

  test(
    '[B9] SPEC 1.7: decodeValue accepts nothing that another implementation reads otherwise',
    () => {
      let compared = 0;
      fc.assert(
        fc.property(mutations(samples()), (bytes) => {
          const result = decodeValue(bytes, MAX_MESSAGE_BYTES);
          if (!result.ok) return;
          compared++;
          if (!isDeepStrictEqual(inSeconds(result.value), inSeconds(decodeOracle(bytes)))) {
            throw new Error('another implementation reads something else');
          }
        }),
        { seed, numRuns: runs },
      );
      expect(compared).toBeGreaterThan(runs * ENOUGH);
    },
    limitMs,
  );

  test(
    '[B9] SPEC 3.1: openCard answers each',
    async () => {
      const card = await signCard(alice, { epoch: alice.epoch, versions: [1], persistent: true });
      await fuzzSigned([card], (crypto, bytes) => openCard(crypto, bytes));
    },
    limitMs,
  );

  test(
    '[B9] SPEC 4.1: openEnvelope answers each',
    async () => {
      const sealed = await Promise.all(
        peerMessages.map((message, counter) =>
          sealEnvelope(alice, {
            to: bob.peerId,
            fromEpoch: alice.epoch,
            toEpoch: bob.epoch,
            counter,
            message,
          }),
        ),
      );
      await fuzzSigned(sealed, (crypto, bytes) => openEnvelope(crypto, bytes, bob));
    },
    limitMs,
  );
});

/** Dates in whole seconds: the two readers round what is finer than a millisecond differently. */
function inSeconds(value: unknown): unknown {
  if (Object.prototype.toString.call(value) === '[object Date]')
    return Math.floor((value as Date).getTime() / 1000);
  if (Array.isArray(value)) return value.map(inSeconds);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inSeconds(item)]));
}
