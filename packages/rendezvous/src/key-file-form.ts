import { MAX_KEY_LENGTH, MAX_NAME_LENGTH } from '@conclave/protocol';

import type { KeyEntry, KeyLimits } from './keys.js';
import { MAX_ORIGINS, MAX_SECRET_BYTES, MAX_SECRETS, MIN_SECRET_BYTES } from './limits.js';

/** A key file that is not as it has to be: the message names the field and says what is allowed there. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
}

type Fields = Readonly<Record<string, unknown>>;
type Reader<T> = (value: unknown, at: string) => T;

/** What the text of a key file says. Throws {@link KeyFileError} and nothing else. */
export function parseKeyFile(text: string): ReadonlyMap<string, KeyEntry> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // Not the message of the parser: it quotes the text, in which there are secrets.
    throw new KeyFileError(`it is not JSON${whereIn(error)}`);
  }
  const { keys } = fieldsOf(value, 'the file', ['keys']);
  const entries = Object.entries(recordOf(keys, 'keys'));
  return new Map(entries.map(([id, entry]) => [keyIdOf(id), entryOf(id, entry)]));
}

function entryOf(id: string, value: unknown): KeyEntry {
  const at = `keys[${JSON.stringify(id)}]`;
  const { mode } = recordOf(value, at);
  const common = ['mode', 'tenant', 'origins', 'limits'];
  switch (mode) {
    case 'revoked':
      fieldsOf(value, at, common.concat('turn', 'secrets', 'audience')); // a key is revoked by changing one word
      return { mode };
    case 'open': {
      const fields = fieldsOf(value, at, [...common, 'turn']);
      return { mode, ...commonOf(id, fields, at), ...optional(fields, at, 'turn', flag) };
    }
    case 'token': {
      const fields = fieldsOf(value, at, [...common, 'secrets', 'audience']);
      const secrets = listOf(fields['secrets'], `${at}.secrets`, secret, 1, MAX_SECRETS);
      return { mode, ...commonOf(id, fields, at), secrets, ...optional(fields, at, 'audience', name) };
    }
    default:
      return fail(`${at}.mode`, '"open", "token" or "revoked"');
  }
}

function commonOf(id: string, fields: Fields, at: string) {
  return {
    tenant: fields['tenant'] === undefined ? id : name(fields['tenant'], `${at}.tenant`),
    ...optional(fields, at, 'origins', (value, place) => listOf(value, place, origin, 1, MAX_ORIGINS)),
    ...optional(fields, at, 'limits', limits),
  };
}

function limits(value: unknown, at: string): KeyLimits {
  const fields = fieldsOf(value, at, ['clients', 'connectsPerSecond']);
  return {
    ...optional(fields, at, 'clients', (clients, place) =>
      Number.isSafeInteger(clients) && (clients as number) >= 0
        ? (clients as number)
        : fail(place, 'a whole number from 0'),
    ),
    ...optional(fields, at, 'connectsPerSecond', (rate, place) =>
      typeof rate === 'number' && rate > 0 && rate <= 1_000_000 ? rate : fail(place, 'a number above 0'),
    ),
  };
}

const flag: Reader<boolean> = (value, at) => (typeof value === 'boolean' ? value : fail(at, 'true or false'));

const name: Reader<string> = (value, at) =>
  isText(value, MAX_NAME_LENGTH) ? value : fail(at, `text of 1 to ${MAX_NAME_LENGTH} characters`);

const origin: Reader<string> = (value, at) =>
  typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value
    ? value
    : fail(at, 'an origin as a browser says it, such as "https://calls.example", without a path');

const secret: Reader<Uint8Array> = (value, at) => {
  const wanted = `base64 of ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} random bytes`;
  if (typeof value !== 'string' || !/^[\w+/-]+={0,2}$/.test(value)) return fail(at, wanted);
  const bytes = new Uint8Array(Buffer.from(value, 'base64')); // either alphabet
  if (bytes.length >= MIN_SECRET_BYTES && bytes.length <= MAX_SECRET_BYTES) return bytes;
  return fail(at, `${wanted}, not of ${bytes.length} (openssl rand -base64 48 makes one)`);
};

function keyIdOf(id: string): string {
  const shown = JSON.stringify(id.slice(0, MAX_KEY_LENGTH));
  return isText(id, MAX_KEY_LENGTH)
    ? id
    : fail(`keys[${shown}]`, `a key ID of 1 to ${MAX_KEY_LENGTH} characters`);
}

function isText(value: unknown, max: number): value is string {
  return (
    typeof value === 'string' && value.length > 0 && value.length <= max && !/\p{Surrogate}/u.test(value)
  );
}

function optional<K extends string, T>(
  fields: Fields,
  at: string,
  key: K,
  read: Reader<T>,
): { readonly [Key in K]?: T } {
  const value = fields[key];
  return value === undefined ? {} : ({ [key]: read(value, `${at}.${key}`) } as { readonly [Key in K]: T });
}

function listOf<T>(value: unknown, at: string, read: Reader<T>, min: number, max: number): readonly T[] {
  if (!Array.isArray(value) || value.length < min || value.length > max)
    return fail(at, `a list of ${min} to ${max}`);
  return value.map((item, index) => read(item, `${at}[${index}]`));
}

function recordOf(value: unknown, at: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  return fail(at, 'an object');
}

/** A field that nobody reads is a mistake: a misspelt "origins" would let everybody in. */
function fieldsOf(value: unknown, at: string, allowed: readonly string[]): Fields {
  const fields = recordOf(value, at);
  const unknown = Object.keys(fields).find((key) => !allowed.includes(key));
  return unknown === undefined
    ? fields
    : fail(`${at}.${unknown.slice(0, MAX_NAME_LENGTH)}`, `nothing: it has ${allowed.join(', ')}`);
}

/** Says what is wanted, never what is there: it may be a secret in the wrong place. */
function fail(at: string, wanted: string): never {
  throw new KeyFileError(`${at} has to be ${wanted}`);
}

function whereIn(error: unknown): string {
  const found = /\(line \d+ column \d+\)|at position \d+/.exec(error instanceof Error ? error.message : '');
  return found ? ` ${found[0]}` : '';
}
