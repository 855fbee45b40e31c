import fc from 'fast-check';

import { maskPasswords, unmaskPasswords } from '../../src/logic/ice-passwords.js';

const ALICE = 'abcdefghijklmnopqrstuv+/';
const sdp = (...passwords: string[]) =>
  [
    'v=0',
    's=-',
    ...passwords.flatMap((one) => ['m=audio 9 X 0', 'a=ice-ufrag:abcd', `a=ice-pwd:${one}`]),
    '',
  ].join('\r\n');

test('[B2] no ICE password is left in a description, and all come back in their places', () => {
  const other = ALICE.replace('a', 'z');
  const masked = maskPasswords(sdp(ALICE, other, ALICE));
  expect(masked.passwords).toEqual([ALICE, other, ALICE]);
  expect(masked.sdp).toBe(sdp('', '', ''));
  expect(unmaskPasswords(masked)).toBe(sdp(ALICE, other, ALICE));
});

test('[B2] a description with line ends of LF only, or without a password, comes back as it was', () => {
  for (const one of [sdp(ALICE).replaceAll('\r', ''), sdp(), 'v=0'])
    expect(unmaskPasswords(maskPasswords(one))).toBe(one);
});

test.each([
  ['too few', []],
  ['too many', [ALICE, ALICE]],
  ['too short a one', ['abc']],
  ['one that ends its line', [`${ALICE}\r\na=candidate:1`]],
  ['one with a dollar pattern', [`${ALICE}$&`]],
  ['an empty one', ['']],
])('[B2] %s is refused', (_, passwords) => {
  expect(unmaskPasswords({ sdp: sdp(''), passwords })).toBeUndefined();
});

test('[B2] whatever a description is, masking takes every password line and unmasking gives it back', () => {
  const line = fc.oneof(
    fc.constantFrom('v=0', 'a=ice-ufrag:abcd', 'm=audio 9 X 0', 'a=ice-pwdx:1', ' a=ice-pwd:no', 'a=mid:0'),
    fc.constant(`a=ice-pwd:${ALICE}`),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), fc.constantFrom('\r\n', '\n'), (lines, end) => {
      const whole = lines.join(end);
      const masked = maskPasswords(whole);
      expect(masked.sdp).not.toContain(ALICE);
      expect(unmaskPasswords(masked)).toBe(whole);
    }),
    { seed: 2026 },
  );
});
