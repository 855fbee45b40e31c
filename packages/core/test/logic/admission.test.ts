import { admits, DEFAULT_MAX_PEER_CONNECTIONS } from '../../src/logic/admission.js';
import {
  chooseOffer,
  MAX_LINKS,
  MAX_UNPROVEN_INBOUND,
  MAX_UNWANTED_LINKS,
} from '../../src/logic/link-choice.js';

const NONE = { links: 0, unwanted: 0, unprovenInbound: 0 };
const CROWD = { links: 9, unwanted: 9, unprovenInbound: MAX_UNPROVEN_INBOUND };
const FULL = { links: MAX_LINKS, unwanted: 0, unprovenInbound: 0 };
const OVERRUN = { links: MAX_UNWANTED_LINKS, unwanted: MAX_UNWANTED_LINKS, unprovenInbound: 0 };
const STRANGER = { proven: false, unproven: undefined };

test.each([
  ['a first peer', [], 'bob', 1, true],
  ['nobody at a limit of 0', [], 'bob', 0, false],
  ['not one peer too many', ['alice', 'bob'], 'charlie', 2, false],
  ['another stream of a peer that plays one, even at the limit', ['alice', 'bob'], 'bob', 2, true],
  ['a peer beside one that plays three streams', ['bob', 'bob', 'bob'], 'charlie', 2, true],
  ['another stream of a peer after the limit was lowered', ['alice', 'bob'], 'alice', 1, true],
  ['nobody new after the limit was lowered', ['alice', 'bob'], 'charlie', 1, false],
] as const)('[E6] a publisher admits %s', (_, playing, farId, limit, expected) => {
  expect(admits(playing, farId, limit)).toBe(expected);
});

test('[E6] eight peers may play by default', () => {
  expect(DEFAULT_MAX_PEER_CONNECTIONS).toBe(8);
});

test.each([
  ['a stranger offers: it is answered', STRANGER, true, NONE, 'answer'],
  [
    'a live link stands: the offer is answered beside it',
    { ...STRANGER, proven: true },
    true,
    NONE,
    'answer',
  ],
  ['both offer: the polite end yields', { proven: false, unproven: 'offered-by-us' }, true, NONE, 'yield'],
  [
    'both offer: the impolite end stands',
    { proven: false, unproven: 'offered-by-us' },
    false,
    NONE,
    'ignore',
  ],
  ['the far end offers anew', { proven: false, unproven: 'offered-by-them' }, false, NONE, 'replace'],
  ['strangers fill the hall: the next one waits', STRANGER, true, CROWD, 'hold'],
  ['the house is full', STRANGER, true, FULL, 'limit'],
  ['the house is full, but the peer lives there', { ...STRANGER, proven: true }, true, FULL, 'answer'],
  [
    'the hall is full, but both offered at once',
    { proven: false, unproven: 'offered-by-us' },
    true,
    CROWD,
    'yield',
  ],
] as const)('[D7] %s', (_, standing, polite, counts, expected) => {
  expect(chooseOffer(standing, polite, false, counts)).toBe(expected);
});

test('[D7] of two ends that offer at once, one yields and one stands, so that one link is left', () => {
  const both = { proven: false, unproven: 'offered-by-us' } as const;
  expect(new Set([chooseOffer(both, true, true, NONE), chooseOffer(both, false, true, NONE)])).toEqual(
    new Set(['yield', 'ignore']),
  );
});

test.each([
  ['a stranger, where strangers have taken all that strangers may', STRANGER, false, OVERRUN, 'limit'],
  ['whom we play, where strangers have taken all that strangers may', STRANGER, true, OVERRUN, 'answer'],
  ['whom we play, where strangers fill the hall', STRANGER, true, CROWD, 'answer'],
  ['whom we play, where the house is full', STRANGER, true, FULL, 'limit'],
  ['a stranger who lives here already', { ...STRANGER, proven: true }, false, OVERRUN, 'answer'],
] as const)('[E6] an offer of %s', (_, standing, wanted, counts, expected) => {
  expect(chooseOffer(standing, true, wanted, counts)).toBe(expected);
});
