import { hkdfSync } from 'node:crypto';

import {
  canonical,
  linkCodeBytes,
  VERIFICATION_EMOJI,
  verificationCodeOf,
  type KeyDerivation,
} from '@conclave/protocol';
import fc from 'fast-check';

import { hex, subtle, type Key } from './support/actors.js';
import { spec, vector } from './support/spec.js';

const kdf = subtle as unknown as KeyDerivation<Key>;

describe('verification code', () => {
  test('[B5] SPEC 6.7: the code of the link of the document is the one that both ends show', async () => {
    const bytes = await linkCodeBytes(kdf, vector('secret'));
    const expected = hkdfSync(
      'sha256',
      vector('secret'),
      new Uint8Array(0),
      canonical(['conclave/1/code']),
      32,
    );
    expect(bytes).toEqual(new Uint8Array(expected));
    expect(bytes).toEqual(vector('code'));
    const { digits, emoji } = verificationCodeOf(bytes);
    expect([digits, emoji.join('')]).toEqual(['775044', '🥁🦉🐌🏰🍉']);
  });

  test('[B5] SPEC 6.7: six digits, with their zeros, and five pictures of the list', () => {
    expect(verificationCodeOf(hex('000000000007 00 01 3f 40 ff')).digits).toBe('000007');
    expect(verificationCodeOf(hex('0000000f4240 00 01 3f 40 ff')).digits).toBe('000000');
    expect(verificationCodeOf(hex('ffffffffffff 00 01 3f 40 ff')).digits).toBe(
      String((2 ** 48 - 1) % 1_000_000),
    );
    const [first, second] = VERIFICATION_EMOJI;
    const last = VERIFICATION_EMOJI[63];
    expect(verificationCodeOf(hex('000000000007 00 01 3f 40 ff')).emoji).toEqual([
      first,
      second,
      last,
      first,
      last,
    ]);
  });

  test('[B5] SPEC 6.7: the pictures are those of the document: 64, all different, one code point each', () => {
    expect(new Set(VERIFICATION_EMOJI).size).toBe(64);
    expect(VERIFICATION_EMOJI.every((one) => Array.from(one).length === 1)).toBe(true);
    expect(spec).toContain(`The pictures: ${VERIFICATION_EMOJI.join('')}\n`);
  });

  test('[B5] one guess in 1,000,000: every code is as likely as any other', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 11, maxLength: 32 }), (bytes) => {
        const { digits, emoji } = verificationCodeOf(bytes);
        expect(digits).toMatch(/^\d{6}$/);
        expect(emoji).toHaveLength(5);
        expect(emoji.every((one) => VERIFICATION_EMOJI.includes(one))).toBe(true);
        seen.add(digits.slice(0, 1));
      }),
      { seed: 2026, numRuns: 2_000 },
    );
    expect(seen.size).toBe(10);
  });
});
