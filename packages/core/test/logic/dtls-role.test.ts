import { agrees, freeze, roleFromOwnAnswer } from '../../src/logic/dtls-role.js';
import type { DescriptionFacts } from '../../src/logic/sdp-check.js';

const OURS = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);
const facts = (setup: string, fingerprint = OURS): DescriptionFacts => ({ setup, fingerprint, media: [] });

test('[B2] the first answer fixes certificate and role, the first offer the certificate', () => {
  expect(freeze('answer', facts('active'))).toEqual({ fingerprint: OURS, role: 'active' });
  expect(freeze('answer', facts('passive'))).toEqual({ fingerprint: OURS, role: 'passive' });
  expect(freeze('offer', facts('actpass'))).toEqual({ fingerprint: OURS, role: undefined });
});

test.each(['actpass', 'holdconn', ''])('[B2] an answer that says the role "%s" fixes nothing', (setup) => {
  expect(freeze('answer', facts(setup))).toBeUndefined();
});

test('[B2] who answers fixes the role of the offerer as the other one', () => {
  const offered = freeze('offer', facts('actpass'))!;
  expect(roleFromOwnAnswer(offered, facts('active')).role).toBe('passive');
  expect(roleFromOwnAnswer(offered, facts('passive')).role).toBe('active');
  const fixed = freeze('answer', facts('active'))!;
  expect(roleFromOwnAnswer(fixed, facts('active')).role).toBe('active'); // a later answer of ours changes nothing
});

test.each([
  ['an offer with another certificate', 'offer', facts('actpass', OTHER), false],
  ['an answer with another certificate', 'answer', facts('active', OTHER), false],
  ['an answer with the other role', 'answer', facts('passive'), false],
  ['an offer that takes the other role', 'offer', facts('passive'), false],
  ['an answer of the same role', 'answer', facts('active'), true],
  ['an offer that leaves the role open', 'offer', facts('actpass'), true],
  ['an offer of the same role', 'offer', facts('active'), true],
] as const)('[B2] a later description: %s', (_, type, later, expected) => {
  expect(agrees({ fingerprint: OURS, role: 'active' }, type, later)).toBe(expected);
});
