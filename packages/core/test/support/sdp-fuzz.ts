import { isDeepStrictEqual } from 'node:util';

import fc from 'fast-check';

import { checkDescription } from '../../src/logic/sdp-check.js';
import { AB, description, ENGINES, FINGERPRINT, fixture, OTHER_FINGERPRINT, section } from './sdp.js';
import { readNaively } from './sdp-oracle.js';

/** What hostile ends put into descriptions: whole lines, and what readers of lines stumble over. */
const GRAFTS = [
  OTHER_FINGERPRINT, FINGERPRINT, FINGERPRINT.toUpperCase(), ` ${FINGERPRINT}`, `a=fingerprint:sha-1 ${AB.slice(0, 40)}`,
  'a=fingerprint:SHA-256 ', 'a=crypto:1', 'a=identity:x', 'A=Crypto :1', 'a = identity', 'a=cryptos', 'm=', 'm=audio 9 x 1', 'm=video',
  'a=mid:0', 'a=mid:1', 'a=mid:', 'a=setup:active', 'a=setup:passive', 'a=setup:actpass', 'a=recvonly', 'a=sendonly', 'a=inactive',
  'a=sendrecv', 'v=0', 'a=', ':', '\r', '\n', '\r\n', '\r\n\r\n', '\0', ' ', '\t', '\v', '\u00a0', '\u0085', '\u2028', '\u2029',
  '\ud800', '\ufeff', '\u{1f600}',
]; // prettier-ignore

const graft = fc.tuple(fc.constantFrom(...GRAFTS), fc.nat(3)).map(([text, ends]) => {
  const [before, after] = [ends & 1 ? '\r\n' : '', ends & 2 ? '\r\n' : ''];
  return before + text + after;
});
const change = fc.tuple(fc.nat(4000), fc.oneof(fc.constant(0), fc.nat(40)), graft, fc.boolean());

/** Puts a graft somewhere, or at the beginning of a line. */
function spoil(sdp: string, [where, cut, put, atLine]: readonly [number, number, string, boolean]): string {
  const anywhere = where % (sdp.length + 1);
  const at = atLine ? sdp.lastIndexOf('\n', anywhere) + 1 : anywhere;
  return sdp.slice(0, at) + put + sdp.slice(at + cut);
}

/**
 * Feeds spoilt descriptions to `checkDescription`: it takes just those that a naive reader takes, and reads the same in
 * them. Says how many were taken and refused.
 */
export function fuzzSdp(runs: number, seed: number): { readonly taken: number; readonly refused: number } {
  const engines = ENGINES.flatMap((engine) => [fixture(engine, 'offer'), fixture(engine, 'answer')]);
  const small = [
    description(),
    description([...section('0', 'audio', 'a=sendonly'), ...section('1', 'video', 'a=recvonly')]),
    description(section('0', 'application', FINGERPRINT, 'a=setup:active'), []).replaceAll('\r\n', '\n'),
  ];
  const start = fc.oneof(fc.constantFrom(...engines), { arbitrary: fc.constantFrom(...small), weight: 9 });
  const seen = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(start, fc.array(change, { minLength: 1, maxLength: 4 }), (sdp, changes) => {
      const spoilt = changes.reduce(spoil, sdp);
      const facts = checkDescription(spoilt);
      seen[facts ? 'taken' : 'refused'] += 1;
      const expected = readNaively(spoilt);
      if (!isDeepStrictEqual(facts, expected))
        throw new Error(
          `read as ${JSON.stringify(facts)}, is ${JSON.stringify(expected)}:\n${JSON.stringify(spoilt)}`,
        );
    }),
    { seed, numRuns: runs },
  );
  return seen;
}
