import { createHmac } from 'node:crypto';

import fc from 'fast-check';

import type { PeerId } from '@conclave/protocol';

import { checkToken } from '../../src/token.js';
import { base64url, signed, tokenKey } from './tokens.js';

const NOW_MS = 1_800_000_000_000;
const NOW_S = NOW_MS / 1000;
const DAY_S = 24 * 60 * 60;
const secret = new Uint8Array(32).fill(7);
const key = tokenKey('prod', secret, { secrets: [new Uint8Array(40).fill(9), secret] });
const peerId = 'a'.repeat(64) as PeerId;
const bearer = { keyId: 'prod', peerId };

const HEADERS = ['{"alg":"HS256","kid":"prod"}', '{"alg":"HS256","kid":"prod","typ":"JWT"}'];
const PAYLOADS = [
  { aud: 'conclave', exp: NOW_S + 60 },
  { aud: ['x', 'conclave'], exp: NOW_S + 3600.5, nbf: NOW_S - 5, iat: NOW_S - 5, sub: peerId },
  { aud: 'conclave', exp: NOW_S + DAY_S, rooms: ['lobby', 'åäö \u{1f600}'], turn: true, jti: 'x' },
].map((claims) => JSON.stringify(claims));

/** What JSON parsers, and those who compare what comes out of them, stumble over. */
const FRAGMENTS = [
  '1e999', '-1e999', '1e-999', '9007199254740993', '-0', '0', '1e21', '18e8', 'null', 'true', '[]', '{}', '""', '"none"', '"HS512"', '"RS256"',
  '"alg":"none"', '"alg":"HS256",', '"exp":1e308', '"exp":9e99,', '"aud":"conclave"', '"sub":null,', '"crit":["exp"],', '"b64":false,', '"kid":["prod"]',
  '"__proto__":{"exp":1e12},', '"constructor":', '"toString":1,', '\u0000', '\ufeff', '\ud83d', '\u{1f600}', '\\u0061', '\\ud800', 'e\u0301', '\u202e',
  '['.repeat(500), '{"a":'.repeat(300), '"', '\\', ',', '}', ']', ':', '.', '=', '-', '+', '/', ' ', '\n',
]; // prettier-ignore
const KINDS = 7;

const edit = fc.tuple(fc.nat(4), fc.nat(0xffff), fc.nat(0xffff), fc.nat(0xffff));
const edits = fc.array(edit, { maxLength: 4, size: 'max' });
const input = fc.tuple(fc.nat(KINDS - 1), fc.nat(0xffff), edits, edits);

/** One hostile token: a real one with its text, its parts or its JSON edited, and signed with what is at hand. */
function hostile([kind, pick, first, second]: readonly [number, number, Edits, Edits]): string {
  const header = HEADERS[pick % HEADERS.length] as string;
  const payload = PAYLOADS[pick % PAYLOADS.length] as string;
  const real = signed(secret, header, payload);
  const [, , signature = ''] = real.split('.');
  switch (kind) {
    case 0: // the text of a real token
      return edited(real, first);
    case 1: // its header under the old signature
      return `${base64url(edited(header, first))}.${base64url(payload)}.${signature}`;
    case 2: // its payload under the old signature
      return `${base64url(header)}.${base64url(edited(payload, first))}.${signature}`;
    case 3: // both, signed by whoever has another secret, or with another hash
      return pick % 2
        ? signed(new Uint8Array(32).fill(pick), edited(header, first), edited(payload, second))
        : signed(secret, edited(header, first), payload, ['sha384', 'sha512', 'sha1'][pick % 3]);
    case 4: // any header, with the signature of the secret: what stands behind it is reached
      return signed(secret, edited(header, first), payload);
    case 5: // any claims, with the signature of the secret
      return signed(secret, header, edited(payload, first));
    default: // only the signature
      return `${base64url(header)}.${base64url(payload)}.${edited(signature, first)}`;
  }
}

type Edits = readonly (readonly [number, number, number, number])[];

/** Text with characters changed, cut, removed, or fragments and parts of it put in. */
function edited(text: string, list: Edits): string {
  return list.reduce((now, [kind, at, to, value]) => {
    const from = now.length ? at % now.length : 0;
    const end = from + (to % 16);
    switch (kind) {
      case 0:
        return (
          now.slice(0, from) +
          String.fromCharCode(now.charCodeAt(from) ^ (1 << (value % 7))) +
          now.slice(from + 1)
        );
      case 1:
        return now.slice(0, from);
      case 2:
        return now.slice(0, from) + now.slice(end);
      case 3:
        return (
          now.slice(0, from) +
          (FRAGMENTS[value % FRAGMENTS.length] as string) +
          now.slice(end % 2 ? from : end)
        );
      default:
        return now.slice(0, end) + now.slice(from);
    }
  }, text);
}

/**
 * Feeds hostile tokens to the verifier. Rejects with the counterexample where it throws, or where it accepts what was
 * not signed with the secret (by another implementation of HMAC), or whose claims do not say what they have to.
 */
export async function fuzzJwt(runs: number, seed: number): Promise<{ accepted: number; refused: number }> {
  const seen = { accepted: 0, refused: 0 };
  const property = fc.asyncProperty(input.map(hostile), async (token) => {
    const checked = await checkToken(token, key, bearer, NOW_MS);
    if (!checked.ok) {
      seen.refused += 1;
      return;
    }
    seen.accepted += 1;
    const fault = whyNot(token);
    if (fault) throw new Error(`accepted, though ${fault}`);
  });
  await fc.assert(property, { seed, numRuns: runs });
  return seen;
}

/** What is wrong with a token that was accepted. */
function whyNot(token: string): string | undefined {
  const parts = token.split('.');
  const [header = '', payload = '', signature = ''] = parts;
  const hmac = createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url');
  if (parts.length !== 3 || hmac !== signature) return 'the secret has not signed it';
  const { alg, kid, crit } = jsonOf(header);
  if (alg !== 'HS256' || kid !== 'prod' || crit !== undefined) return 'its header is not one of ours';
  const { aud, exp, nbf = 0, iat = 0, sub = peerId } = jsonOf(payload);
  if (![aud].flat().includes('conclave')) return 'it is for others';
  if (!(typeof exp === 'number' && exp > NOW_S && exp <= NOW_S + DAY_S + 60))
    return 'its end is not within 24 h';
  if (!(typeof nbf === 'number' && nbf <= NOW_S + 60 && typeof iat === 'number' && iat <= NOW_S + 60))
    return 'it is not yet valid';
  return sub === peerId ? undefined : 'it is of somebody else';
}

function jsonOf(part: string): Record<string, unknown> {
  return JSON.parse(
    Buffer.from(part, 'base64url')
      .toString()
      .replace(/^\ufeff/, ''),
  ) as Record<string, unknown>;
}
