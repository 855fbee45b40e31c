import { until } from '../../support/wait.js';
import { bobPlaysMallory } from './support/actions.js';
import { useSiege } from './support/siege.js';

const siege = useSiege();

/** What she makes of the fingerprint lines of her answer. */
const SAME: Record<string, (sdp: string) => string> = {
  'in lower case': (sdp) =>
    sdp.replace(/(a=fingerprint:sha-256 )(\S+)/g, (_, name: string, hex: string) => name + hex.toLowerCase()),
  'in upper case': (sdp) =>
    sdp.replace(/(a=fingerprint:sha-256 )(\S+)/g, (_, name: string, hex: string) => name + hex.toUpperCase()),
  'in mixed case': (sdp) =>
    sdp.replace(
      /(a=fingerprint:sha-256 )(\S+)/g,
      (_, name: string, hex: string) =>
        name + hex.replace(/[A-F](?=.*:)/g, (digit) => (digit < 'C' ? digit.toLowerCase() : digit)),
    ),
  'by the name SHA-256': (sdp) => sdp.replaceAll('fingerprint:sha-256', 'fingerprint:SHA-256'),
  'twice in one m-line': (sdp) => sdp.replace(/(a=fingerprint:.*\r\n)/, '$1$1'),
  'for the session and for an m-line': (sdp) =>
    sdp.replace('m=', `${/a=fingerprint:.*\r\n/.exec(sdp)?.[0] ?? ''}m=`),
  'for the session only': (sdp) => {
    const line = /a=fingerprint:.*\r\n/.exec(sdp)?.[0] ?? '';
    return sdp.replaceAll(line, '').replace('m=', `${line}m=`);
  },
  'for the session in lower case, for m-lines in upper case': (sdp) => {
    const line = /a=fingerprint:.*\r\n/.exec(sdp)?.[0] ?? '';
    return sdp.replace('m=', `${line.toLowerCase()}m=`);
  },
};

const OTHER: Record<string, (sdp: string) => string> = {
  'sha-1 beside sha-256': (sdp) =>
    sdp.replace(
      /(a=fingerprint:.*\r\n)/,
      `$1a=fingerprint:sha-1 ${Array.from({ length: 20 }, () => 'AB').join(':')}\r\n`,
    ),
  'sha-1 alone': (sdp) =>
    sdp.replace(
      /a=fingerprint:.*\r\n/g,
      `a=fingerprint:sha-1 ${Array.from({ length: 20 }, () => 'AB').join(':')}\r\n`,
    ),
  'sha-512 beside it': (sdp) =>
    sdp.replace(
      /(a=fingerprint:.*\r\n)/,
      `$1a=fingerprint:sha-512 ${Array.from({ length: 64 }, () => 'AB').join(':')}\r\n`,
    ),
  'another one for the session': (sdp) =>
    sdp.replace('m=', `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}\r\nm=`),
  'another one for the session, spelled FINGERPRINT': (sdp) =>
    sdp.replace('m=', `a=FINGERPRINT:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}\r\nm=`),
  none: (sdp) => sdp.replace(/a=fingerprint:.*\r\n/g, ''),
  'a blank at its end': (sdp) => sdp.replace(/(a=fingerprint:.*)\r\n/, '$1 \r\n'),
  'two blanks in it': (sdp) => sdp.replace('fingerprint:sha-256 ', 'fingerprint:sha-256  '),
  'a tab in it': (sdp) => sdp.replace('fingerprint:sha-256 ', 'fingerprint:sha-256\t'),
  'a blank before it': (sdp) => sdp.replace('a=fingerprint', ' a=fingerprint'),
  'a blank behind a=': (sdp) => sdp.replace('a=fingerprint', 'a= fingerprint'),
  'a bare carriage return before another one': (sdp) =>
    sdp.replace('m=', `a=x\ra=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}\r\nm=`),
  'a nul behind it': (sdp) => sdp.replace(/(a=fingerprint:.*)\r\n/, '$1\0\r\n'),
  'no colons': (sdp) =>
    sdp.replace(
      /(a=fingerprint:sha-256 )(\S+)/,
      (_, name: string, hex: string) => name + hex.replaceAll(':', ''),
    ),
  'one byte less': (sdp) => sdp.replace(/(a=fingerprint:.*):..\r\n/, '$1\r\n'),
  'no a=setup of its own, but one behind U+2028': (sdp) =>
    sdp.replaceAll(/a=setup:\w+/g, 'a=x\u2028a=setup:active'),
};

test.each(Object.keys(SAME))(
  '[B2] the fingerprint of her certificate %s is her certificate: the link stands',
  async (name) => {
    expect(await bobPlaysMallory(siege, { own: SAME[name]! })).toBe('playing');
  },
);

test.each(Object.keys(OTHER))(
  '[B2] a description with %s is refused with link/bad-description, and there is no link',
  async (name) => {
    expect(await bobPlaysMallory(siege, { own: OTHER[name]! })).toBe('link/bad-description');
    expect(await siege.bob.evaluate(() => kit.keep.connection.links.get().size)).toBe(1);
    expect((await siege.strangeMedia()).bytes).toBe(0);
  },
);

test.each([
  [
    'in another case: the link goes on',
    (sdp: string) =>
      sdp.replace(
        /(a=fingerprint:sha-256 )(\S+)/g,
        (_, name: string, hex: string) => name + hex.toLowerCase(),
      ),
    true,
  ],
  [
    'another one: the link ends',
    (sdp: string) =>
      sdp.replace(/(a=fingerprint:sha-256 )\S+/g, `$1${Array.from({ length: 32 }, () => 'AB').join(':')}`),
    false,
  ],
])('[B2] a later description with the fingerprint %s', async (_, own, stands) => {
  // Without media bob has nothing to say first: two offers at once are another story.
  expect(await bobPlaysMallory(siege, { media: false })).toBe('playing');
  await siege.undisturbed(async () => {
    const answered = siege.mallory.evaluate(async (text: string) => {
      const link = hostile.keep['link'] as InstanceType<typeof hostile.HostileLink>;
      await link.offerAgain((0, eval)(`(${text})`) as (sdp: string) => string);
      await hostile.until(() => link.isOver || link.heard.some((frame) => frame.t === 'describe'));
      return link.heard.some((frame) => frame.t === 'describe');
    }, own.toString());
    if (stands) expect(await answered).toBe(true);
    else answered.catch(() => undefined); // she may crash when she is hung up on
    const state = () =>
      siege.bob.evaluate(() => {
        const now = kit.keep.incoming['show']!.state.get();
        return 'code' in now ? now.code : now.phase;
      });
    const expected = stands ? 'playing' : 'identity/mismatch';
    await until(async () => (await state()) === expected, { within: 3_000, what: expected });
  });
});
