import { MAX_SDP_BYTES, MAX_SDP_MEDIA } from '@conclave/protocol';

import { checkDescription } from '../../src/logic/sdp-check.js';
import {
  AB,
  description,
  ENGINES,
  FINGERPRINT,
  fixture,
  OTHER_FINGERPRINT,
  section,
} from '../support/sdp.js';

describe('what engines say', () => {
  test.each(ENGINES)('[B2] the offer of %s is read', (engine) => {
    const facts = checkDescription(fixture(engine, 'offer'));
    expect(facts?.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(facts?.setup).toBe('actpass');
    expect(facts?.media.map(({ kind, direction }) => `${kind} ${direction}`).sort()).toEqual([
      'application sendrecv',
      'audio inactive',
      'audio recvonly',
      'audio sendonly',
      'video recvonly',
      'video sendonly',
    ]);
  });

  test.each(ENGINES)('[B2] the answer of %s names the same lines and one certificate', (engine) => {
    const offer = checkDescription(fixture(engine, 'offer'));
    const answer = checkDescription(fixture(engine, 'answer'));
    expect(answer?.setup).toBe('active');
    expect(answer?.media.map(({ mid }) => mid)).toEqual(offer?.media.map(({ mid }) => mid));
    expect(answer?.fingerprint).not.toBe(offer?.fingerprint);
  });

  test('[B2] Firefox offers port 0 with bundle-only, and one fingerprint for the session: no fault', () => {
    const sdp = fixture('firefox', 'offer');
    expect(sdp).toContain('a=bundle-only');
    expect(sdp).toMatch(/^m=video 0 /m);
    expect(sdp.match(/^a=fingerprint/gm)).toHaveLength(1);
    expect(checkDescription(sdp)?.media).toHaveLength(6);
  });
});

describe('what is acceptable', () => {
  test.each([
    ['a fingerprint for the session', description(), 'recvonly'],
    ['the same fingerprint twice', description(section('0', 'audio', FINGERPRINT, 'a=sendonly')), 'sendonly'],
    ['a fingerprint in lower case', description([...section('0'), FINGERPRINT.toLowerCase()]), 'sendrecv'],
    [
      'a direction for the session',
      description(section('0'), [FINGERPRINT, 'a=setup:actpass', 'a=sendonly']),
      'sendonly',
    ],
    ['lines that end with LF only', description().replaceAll('\r\n', '\n'), 'recvonly'],
    ['no end of the last line', description().trimEnd(), 'recvonly'],
  ])('[B2] %s', (_, sdp, direction) => {
    expect(checkDescription(sdp)).toEqual({
      fingerprint: AB,
      setup: 'actpass',
      media: [{ mid: '0', kind: 'audio', direction }],
    });
  });

  test('[B2] the first m-line speaks for the bundle: Firefox says another role on lines that came later', () => {
    const roles = (...setups: string[]) =>
      description(
        setups.flatMap((setup, index) => section(String(index), 'audio', `a=setup:${setup}`)),
        [FINGERPRINT],
      );
    expect(checkDescription(roles('passive', 'passive', 'active'))?.setup).toBe('passive');
    expect(checkDescription(roles('active', 'passive'))?.setup).toBe('active');
  });

  test('[B2] 64 m-lines, and 64 KiB', () => {
    const lines = Array.from({ length: MAX_SDP_MEDIA }, (_, index) => section(String(index))).flat();
    expect(checkDescription(description(lines))?.media).toHaveLength(64);
    const room = MAX_SDP_BYTES - description(section('0', 'audio', 'a=x:')).length;
    const full = description(section('0', 'audio', `a=x:${'x'.repeat(room)}`));
    expect(full).toHaveLength(64 * 1024);
    expect(checkDescription(full)).toBeDefined();
  });
});

describe('what a browser never gets to see', () => {
  const spellings = (name: string): string[] => [
    `a=${name}`,
    `a=${name}:1 x`,
    `a=${name.toUpperCase()}:1 x`,
    `A=${name}:1 x`,
    ` a=${name}:1 x`,
    `\ta = ${name}:1 x`,
    `a= ${name} :1 x`,
  ];

  test.each([...spellings('crypto'), ...spellings('identity')])('[B7] %j', (line) => {
    expect(checkDescription(description(section('0', 'audio', line)))).toBeUndefined();
    expect(checkDescription(description(undefined, [FINGERPRINT, 'a=setup:actpass', line]))).toBeUndefined();
  });

  test.each([
    ['nothing', ''],
    ['no m-line', description([])],
    ['65 m-lines', description(Array.from({ length: 65 }, (_, index) => section(String(index))).flat())],
    ['more than 64 KiB', description(section('0', 'audio', `a=x:${'x'.repeat(64 * 1024)}`))],
    ['no fingerprint', description(section('0'), ['a=setup:actpass'])],
    ['a second fingerprint', description(section('0', 'audio', OTHER_FINGERPRINT))],
    [
      'a second fingerprint in another spelling',
      description(section('0', 'audio', ` A=Fingerprint:sha-256 x`)),
    ],
    [
      'a fingerprint of SHA-1',
      description(section('0'), ['a=setup:actpass', `a=fingerprint:sha-1 ${'AB:'.repeat(19)}AB`]),
    ],
    [
      'a fingerprint of SHA-1 beside a good one',
      description(section('0', 'audio', `a=fingerprint:sha-1 ${'AB:'.repeat(19)}AB`)),
    ],
    [
      'a fingerprint that is too short',
      description(section('0'), ['a=setup:actpass', FINGERPRINT.slice(0, -3)]),
    ],
    ['a fingerprint that goes on', description(section('0'), ['a=setup:actpass', `${FINGERPRINT}:AB`])],
    ['no DTLS role', description(section('0'), [FINGERPRINT])],
    ['two DTLS roles', description(section('0', 'audio', 'a=setup:active'))],
    ['an m-line without mid', description(['m=audio 9 UDP/TLS/RTP/SAVPF 111'])],
    ['an m-line with two mids', description(section('0', 'audio', 'a=mid:1'))],
    ['a mid of 17 characters', description(section('x'.repeat(17)))],
    ['the same mid twice', description([...section('0'), ...section('0', 'video')])],
    ['a line hidden behind a lone carriage return', description(section('0', 'audio', 'a=x\ra=crypto:1 x'))],
    ['no version in the first line', description().slice('v=0\r\n'.length)],
    ['two directions for one m-line', description(section('0', 'audio', 'a=recvonly', 'a=sendrecv'))],
    ['a mid and an empty one', description(section('0', 'audio', 'a=mid:'))],
    ['a role and one that goes on', description(section('0', 'audio', 'a=setup:actpass '))],
    [
      'a fingerprint whose attribute is in capitals',
      description(section('0'), ['a=setup:actpass', FINGERPRINT.toUpperCase()]),
    ],
    ['a line hidden behind a line separator', description(section('0', 'audio', 'a=x\u2028a=inactive'))],
    ['a NUL', description(section('0', 'audio', 'a=x\0'))],
  ])('[B2] %s', (_, sdp) => {
    expect(checkDescription(sdp)).toBeUndefined();
  });
});
