import {
  decodeClientMessage,
  decodeServerMessage,
  encodeClientMessage,
  encodeServerMessage,
  MAX_CARD_BYTES,
  MAX_RENDEZVOUS_FRAME_BYTES,
  MAX_ROOM_MEMBERS,
  MAX_TOKEN_LENGTH,
  MAX_TOKEN_LIFE_MS,
  registrationBytes,
  rendezvousOrigin,
  sign,
  toHex,
  verify,
  type Registration,
} from '@conclave/protocol';

import { pack } from '../src/packing.js';
import { actor, fill, hex, subtle, type Actor } from './support/actors.js';
import { clientMessages, serverMessages } from './support/messages.js';
import { table, vector } from './support/spec.js';

const bad = { ok: false, code: 'rendezvous/bad-frame' };
let alice: Actor;
let bob: Actor;
beforeAll(async () => {
  alice = await actor('alice');
  bob = await actor('bob');
});

const registration = (overrides: Partial<Registration> = {}): Registration => ({
  origin: 'https://a.example',
  key: 'demo',
  challenge: fill(32, 1),
  nonce: fill(32, 2),
  peerId: alice.peerId,
  epoch: fill(16, 3),
  versions: [1],
  ...overrides,
});

describe('frames of the rendezvous', () => {
  test('SPEC 5.1: every frame arrives as it was sent', () => {
    for (const message of clientMessages(alice, bob)) {
      expect(decodeClientMessage(encodeClientMessage(message))).toEqual({ ok: true, value: message });
    }
    for (const message of serverMessages(bob)) {
      expect(decodeServerMessage(encodeServerMessage(message))).toEqual({ ok: true, value: message });
    }
  });

  test('SPEC 5.1: the frames and their keys are those of the document', () => {
    const optional = { register: [], registered: [], refused: [], failed: ['retryAfterMs'] } as Record<
      string,
      string[]
    >;
    const keys = (message: { t: string }): string[] =>
      [...Object.keys(message).filter((key) => key !== 't'), ...(optional[message.t] ?? [])].sort();
    const documented = (cell = ''): string[] =>
      cell
        .replaceAll(/\([^)]*\)/g, '')
        .split(',')
        .map((key) => key.trim().replace('?', ''))
        .filter(Boolean)
        .sort();
    for (const [first, messages] of [
      ['from the client', clientMessages(alice, bob)],
      ['from the rendezvous', serverMessages(bob)],
    ] as const) {
      const rows = table(first);
      expect(rows.map(([t]) => t)).toEqual(messages.map(({ t }) => t));
      for (const [index, message] of messages.entries())
        expect(documented(rows[index]?.[1])).toEqual(keys(message));
    }
  });

  test('SPEC 5.1: a frame without one of its keys, or with another form of it, is rendezvous/bad-frame', () => {
    const optional = ['resumeAfter', 'retryAfterMs', 'token', 'tokenLifeMs'];
    const sets = [
      [clientMessages(alice, bob), decodeClientMessage],
      [serverMessages(bob), decodeServerMessage],
    ] as const;
    for (const [messages, decode] of sets) {
      for (const message of messages) {
        for (const key of Object.keys(message)) {
          if (!optional.includes(key)) expect(decode(pack({ ...message, [key]: undefined }))).toEqual(bad);
          expect(decode(pack({ ...message, [key]: { length: 32 } }))).toEqual(bad);
          expect(decode(pack({ ...message, [key]: null }))).toEqual(bad);
        }
      }
    }
  });

  test('[B9] SPEC 5.1: what is no frame at all is rendezvous/bad-frame', () => {
    const frames = [
      null,
      true,
      1,
      'register',
      [],
      {},
      new Date(0),
      fill(3, 0),
      { t: 'constructor' },
      { t: 'toString' },
      { t: 1 },
    ];
    for (const frame of [
      ...frames.map((each) => pack(each)),
      new Uint8Array(0),
      fill(1, 0xc1),
      hex('81a174'),
    ]) {
      expect(decodeClientMessage(frame)).toEqual(bad);
      expect(decodeServerMessage(frame)).toEqual(bad);
    }
    expect(decodeClientMessage(encodeServerMessage({ t: 'ping' }))).toEqual(bad);
    expect(decodeServerMessage(encodeClientMessage({ t: 'pong', seen: 1 }))).toEqual(bad);
  });

  test('SPEC 5.1: a frame that is too large is rendezvous/too-large, unread', () => {
    const tooLarge = { ok: false, code: 'rendezvous/too-large' };
    expect(decodeClientMessage(fill(MAX_RENDEZVOUS_FRAME_BYTES + 1, 0xc1))).toEqual(tooLarge);
    expect(decodeClientMessage(fill(MAX_RENDEZVOUS_FRAME_BYTES, 0xc1))).toEqual(bad);
    expect(decodeServerMessage(fill(2 ** 20, 0xc1))).toEqual(tooLarge);
  });

  test('SPEC 5.1: the longest member list fits, one more member does not', () => {
    const member = { card: fill(MAX_CARD_BYTES, 0), order: Number.MAX_SAFE_INTEGER };
    const joined = (count: number): Uint8Array =>
      encodeServerMessage({
        t: 'joined',
        id: 2 ** 32 - 1,
        room: '\uffee'.repeat(256),
        members: Array.from({ length: count }, () => member),
      });
    expect(decodeServerMessage(joined(MAX_ROOM_MEMBERS)).ok).toBe(true);
    expect(decodeServerMessage(joined(MAX_ROOM_MEMBERS + 1))).toEqual(bad);
  });

  test('[B3] SPEC 5.2: the signed bytes of a registration are those of the document', async () => {
    const bytes = registrationBytes(registration());
    expect(bytes).toEqual(vector('registration'));
    const signature = vector('registration.signature');
    await expect(verify(subtle, 'register', alice.spki, signature, bytes)).resolves.toBe(true);
    await expect(verify(subtle, 'envelope', alice.spki, signature, bytes)).resolves.toBe(false);
  });

  test('[B3] SPEC 5.2: a registration for another server, challenge, life, key or version is not the one signed', async () => {
    const signature = await sign(alice, 'register', registrationBytes(registration()));
    const others: Partial<Registration>[] = [
      { origin: 'https://b.example' },
      { key: 'demp' },
      { challenge: fill(32, 9) },
      { nonce: fill(32, 9) },
      { peerId: bob.peerId },
      { epoch: fill(16, 9) },
      { versions: [1, 2] },
      { versions: [] },
    ];
    for (const other of others) {
      const bytes = registrationBytes(registration(other));
      await expect(verify(subtle, 'register', alice.spki, signature, bytes)).resolves.toBe(false);
    }
    const moved = registrationBytes(registration({ origin: 'https://a.exampled', key: 'emo' }));
    expect(toHex(moved)).not.toBe(toHex(registrationBytes(registration())));
  });

  test.each([
    ['wss://a.example/x?y#z', 'https://a.example'],
    ['ws://a.example:80/', 'http://a.example'],
    ['WSS://A.Example:443', 'https://a.example'],
    ['ws://[2001:db8::1]:8787', 'http://[2001:db8::1]:8787'],
    ['https://a.example:8443', 'https://a.example:8443'],
    ['wss://user:pass@a.example', 'https://a.example'],
    ['http://wss.example', 'http://wss.example'],
  ])('SPEC 5.3: the origin of %s is %s', (url, origin) => {
    expect(rendezvousOrigin(url)).toBe(origin);
  });

  test.each([
    '',
    'a.example',
    'wsx://a',
    'file:///a',
    'ftp://a.example',
    'blob:https://a.example/x',
    'data:,',
    'ws://',
  ])('SPEC 5.3: %p has no origin', (url) => {
    expect(rendezvousOrigin(url)).toBeUndefined();
  });

  const registered = (iceServers: readonly unknown[]): ReturnType<typeof decodeServerMessage> =>
    decodeServerMessage(
      pack({ t: 'registered', version: 1, resumed: false, counter: 0, heartbeatMs: 1, iceServers }),
    );
  const turn = { username: 'u', credential: 'c' };

  test.each([
    'stun:a.example',
    'STUN:192.0.2.1:3478',
    'stun:a.example:1',
    'stun:a.example:65535',
    'stun:[2001:db8::1]',
    'turn:a.example?transport=udp',
    'turns:a.example:443?transport=tcp',
  ])('SPEC 5.4: %s can be an ICE server', (url) => {
    expect(registered([{ urls: [url], ...turn }]).ok).toBe(true);
  });

  test.each([
    'stuns:a.example',
    'http://a.example',
    'stun:',
    'stun:a.example?transport=udp',
    'stun://a.example',
    'turn:a.example?transport=sctp',
    'turn:a.example:999999',
    'turn:a.example:65536',
    'stun:a.example:0',
    'stun:[2001:db8::1]:00000',
    'turns:a.example:99999?transport=tcp',
    'turn:u@a.example',
    'turn:a.example\n',
    ' turn:a.example',
    'turn:a b',
    'javascript:turn:a',
  ])('SPEC 5.4: %j cannot', (url) => {
    expect(registered([{ urls: [url], ...turn }])).toEqual(bad);
  });

  test('SPEC 5.4: TURN without credentials, a server without URLs, and a ninth server are refused', () => {
    expect(registered([{ urls: ['turn:a.example'] }])).toEqual(bad);
    expect(registered([{ urls: ['stun:a.example', 'turns:a.example'], username: 'u' }])).toEqual(bad);
    expect(registered([{ urls: [] }])).toEqual(bad);
    expect(registered([{ urls: [`stun:${'a'.repeat(600)}`] }])).toEqual(bad);
    expect(registered([{ urls: 'stun:a.example' }])).toEqual(bad);
    const stun = { urls: ['stun:a.example'] };
    expect(registered(Array.from({ length: 8 }, () => stun)).ok).toBe(true);
    expect(registered(Array.from({ length: 9 }, () => stun))).toEqual(bad);
    expect(registered([{ urls: Array.from({ length: 5 }, () => 'stun:a.example') }])).toEqual(bad);
  });

  test('[A3] SPEC 5.6: a token and its life are optional and bounded, and a renewal is a request with a token', () => {
    const [register] = clientMessages(alice, bob);
    const [, welcome] = serverMessages(bob);
    const renew = (token: unknown) => decodeClientMessage(pack({ t: 'renew', id: 1, token }));
    expect(renew('x'.repeat(MAX_TOKEN_LENGTH)).ok).toBe(true);
    expect(decodeClientMessage(pack({ ...register, token: 'x'.repeat(MAX_TOKEN_LENGTH) })).ok).toBe(true);
    for (const token of ['', 'x'.repeat(MAX_TOKEN_LENGTH + 1), 7, fill(8, 1), null]) {
      expect(renew(token)).toEqual(bad);
      expect(decodeClientMessage(pack({ ...register, token }))).toEqual(bad);
    }
    expect(renew(undefined)).toEqual(bad);
    expect(decodeClientMessage(pack({ ...register, token: undefined })).ok).toBe(true);
    for (const message of [welcome, { t: 'done', id: 1 }]) {
      const lasting = (tokenLifeMs: unknown) => decodeServerMessage(pack({ ...message, tokenLifeMs }));
      for (const life of [undefined, 0, MAX_TOKEN_LIFE_MS]) expect(lasting(life).ok).toBe(true);
      for (const life of [-1, 0.5, MAX_TOKEN_LIFE_MS + 1, '60']) expect(lasting(life)).toEqual(bad);
    }
  });

  test('SPEC 5.5: requests and answers have an id, and what happened has a counter', () => {
    const ids = clientMessages(alice, bob).filter((message) => 'id' in message);
    expect(ids.map(({ t }) => t)).toEqual(['relay', 'lookup', 'join', 'leave', 'renew']);
    const counted = serverMessages(bob).filter(
      (message) => 'counter' in message && message.t !== 'registered',
    );
    expect(counted.map(({ t }) => t)).toEqual(['deliver', 'member-joined', 'member-left']);
    for (const id of [-1, -0, 2 ** 32, 0.5, '1']) {
      expect(decodeClientMessage(pack({ t: 'join', id, room: 'r' }))).toEqual(bad);
    }
    for (const counter of [-1, 2 ** 53, 0.5]) {
      expect(decodeServerMessage(pack({ t: 'deliver', counter, envelope: fill(1, 0) }))).toEqual(bad);
    }
  });
});
