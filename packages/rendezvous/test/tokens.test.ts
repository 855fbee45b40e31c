import { createSign, generateKeyPairSync } from 'node:crypto';

import { SignJWT } from 'jose';

import type { KeyEntry, Keys } from '@conclave/rendezvous';

import { rendezvous } from './support/house.js';
import { newActor, random, RawClient, refusalOf } from './support/raw-client.js';
import { base64url, inSeconds, newSecret, signed, tokenKey, tokenOf, type Claims } from './support/tokens.js';

const secret = newSecret();
const DAY_S = 24 * 60 * 60;

function keysOf(entries: Readonly<Record<string, KeyEntry>>): Keys {
  return { entryOf: async (id) => entries[id] };
}

/** A rendezvous with a key `prod` that asks for tokens. */
async function house(
  change: Parameters<typeof tokenKey>[2] = {},
  options: Parameters<typeof rendezvous>[0] = {},
) {
  const faults: unknown[] = [];
  const made = await rendezvous({
    keys: keysOf({ prod: tokenKey('prod', secret, change), other: tokenKey('other', secret) }),
    log: (event, { fault }) => event === 'token' && faults.push(fault),
    ...options,
  });
  return { url: made.url, faults };
}

it('[A3] a token that any JWT library makes lets its bearer in, and it is told how long', async () => {
  const { url } = await house();
  const token = await new SignJWT()
    .setProtectedHeader({ alg: 'HS256', kid: 'prod' })
    .setAudience('conclave')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(secret);
  const alice = await RawClient.register(url, await newActor(), { key: 'prod', token });
  const [{ tokenLifeMs } = {}] = alice.all('registered');
  expect(tokenLifeMs).toBeGreaterThan(3_590_000);
  expect(tokenLifeMs).toBeLessThanOrEqual(3_600_000);
});

it('[A2] a key that asks for a token says so, and an expired token has a code of its own', async () => {
  const { url } = await house();
  expect(await refusalOf(url, await newActor(), { key: 'prod' })).toEqual(['auth/token-missing', 4411]);
  const token = tokenOf(secret, { exp: inSeconds(-1) });
  expect(await refusalOf(url, await newActor(), { key: 'prod', token })).toEqual([
    'auth/token-expired',
    4414,
  ]);
});

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
const head = (change: Claims) => JSON.stringify({ alg: 'HS256', kid: 'prod', ...change });
const body = (change: Claims = {}) => JSON.stringify({ aud: 'conclave', exp: inSeconds(60), ...change });
const foreign = (claims: Claims) => () => tokenOf(secret, claims);

it.each<readonly [string, () => string, string]>([
  ['unsigned (alg none)', () => `${base64url(head({ alg: 'none' }))}.${base64url(body())}.`, 'form'],
  ['unsigned, with a signature beside it', () => signed(secret, head({ alg: 'none' }), body()), 'algorithm'],
  ['of alg None', () => signed(secret, head({ alg: 'None' }), body()), 'algorithm'],
  ['of no alg', () => signed(secret, head({ alg: undefined }), body()), 'algorithm'],
  ['of HS512', () => signed(secret, head({ alg: 'HS512' }), body(), 'sha512'), 'form'],
  ['of HS256 that says HS512', () => signed(secret, head({ alg: 'HS512' }), body()), 'algorithm'],
  ['of RS256', rs256, 'form'],
  [
    'of HS256 with a public key as its secret',
    () => signed(Buffer.from(publicPem), head({}), body()),
    'signature',
  ],
  [
    'with a key of its own in the header',
    () => tokenOf(newSecret(), {}, { jwk: { kty: 'oct', k: 'AAAA' } }),
    'signature',
  ],
  ['with a critical extension', () => tokenOf(secret, {}, { crit: ['b64'], b64: false }), 'algorithm'],
  ['of another secret', () => tokenOf(newSecret()), 'signature'],
  ['of an empty secret', () => tokenOf(new Uint8Array()), 'signature'],
  ['of another key ID', () => tokenOf(secret, {}, { kid: 'other' }), 'kid'],
  ['without a key ID', () => tokenOf(secret, {}, { kid: undefined }), 'kid'],
  ['with a list as key ID', () => tokenOf(secret, {}, { kid: ['prod'] }), 'kid'],
  ['for another audience', foreign({ aud: 'billing' }), 'audience'],
  ['for other audiences', foreign({ aud: ['billing', 'conclave.example'] }), 'audience'],
  ['for no audience', foreign({ aud: undefined }), 'audience'],
  ['without an end', foreign({ exp: undefined }), 'lifetime'],
  ['that ends in 25 h', foreign({ exp: inSeconds(25 * 3600) }), 'lifetime'],
  [
    'made for 10 days, on its last one',
    foreign({ iat: inSeconds(-9.5 * DAY_S), exp: inSeconds(DAY_S / 2) }),
    'lifetime',
  ],
  [
    'that never ends',
    () => signed(secret, head({}), body().replace(/"exp":[\d.]+/, '"exp":1e999')),
    'lifetime',
  ],
  ['whose end is text', foreign({ exp: String(inSeconds(60)) }), 'lifetime'],
  ['whose end is below zero', foreign({ exp: -1 }), 'lifetime'],
  ['that begins in 5 min', foreign({ nbf: inSeconds(300), exp: inSeconds(600) }), 'lifetime'],
  ['made in 5 min', foreign({ iat: inSeconds(300), exp: inSeconds(600) }), 'lifetime'],
  ['whose beginning is no time', foreign({ nbf: null }), 'lifetime'],
  ['of another peer (stolen)', foreign({ sub: 'a'.repeat(64) }), 'subject'],
  ['of a peer that is no text', foreign({ sub: ['a'] }), 'subject'],
  ['with rooms that are no list', foreign({ rooms: 'lobby' }), 'claims'],
  ['with a room that is no text', foreign({ rooms: ['lobby', 7] }), 'claims'],
  ['with TURN as text', foreign({ turn: 'no' }), 'claims'],
  ['of a payload that is a list', () => signed(secret, head({}), '[]'), 'form'],
  ['of a payload that is no JSON', () => signed(secret, head({}), '{"aud":'), 'form'],
  ['of a header that is text', () => signed(secret, '"HS256"', body()), 'form'],
  ['of two parts', () => tokenOf(secret).split('.').slice(0, 2).join('.'), 'form'],
  ['with stray bits in its signature', strayBits, 'form'],
  ['with white space behind it', () => `${tokenOf(secret)}\n`, 'form'],
])('[A3] a token %s is refused, and the log says why', async (_what, make, fault) => {
  const { url, faults } = await house();
  expect(await refusalOf(url, await newActor(), { key: 'prod', token: make() })).toEqual([
    'auth/token',
    4412,
  ]);
  expect(faults).toEqual([fault]);
});

it('[A3] a token bound to a peer is of use to that peer only', async () => {
  const { url } = await house();
  const [alice, mallory] = [await newActor(), await newActor()];
  const stolen = { key: 'prod', token: tokenOf(secret, { sub: alice.peerId }) };
  await RawClient.register(url, alice, stolen);
  expect(await refusalOf(url, mallory, stolen)).toEqual(['auth/token', 4412]);
});

it('[A3] a token for several audiences, from a clock that is somewhat ahead, is taken', async () => {
  const { url } = await house({ audience: 'calls' });
  const token = tokenOf(secret, {
    aud: ['mail', 'calls'],
    nbf: inSeconds(20),
    iat: inSeconds(20),
    later: {},
  });
  await RawClient.register(url, await newActor(), { key: 'prod', token });
  const foreign = tokenOf(secret);
  expect(await refusalOf(url, await newActor(), { key: 'prod', token: foreign })).toEqual([
    'auth/token',
    4412,
  ]);
});

it('[A3] each secret of a key signs, so that one can take over from another', async () => {
  const next = newSecret(64);
  const { url } = await house({ secrets: [next, secret] });
  for (const one of [secret, next]) {
    await RawClient.register(url, await newActor(), { key: 'prod', token: tokenOf(one) });
  }
});

it('[A3] a secret that anybody could guess signs nothing', async () => {
  for (const short of [new Uint8Array(), newSecret(31)]) {
    const { url, faults } = await house({ secrets: [short] });
    const token = tokenOf(short);
    expect(await refusalOf(url, await newActor(), { key: 'prod', token })).toEqual(['auth/token', 4412]);
    expect(faults).toEqual(['secret']);
  }
});

it('[A3] a room that the token does not list cannot be joined, and everything else can', async () => {
  const { url } = await house();
  const token = tokenOf(secret, { rooms: ['lobby'] });
  const alice = await RawClient.register(url, await newActor(), { key: 'prod', token });
  expect(await alice.ask({ t: 'join', room: 'board' })).toMatchObject({
    t: 'failed',
    code: 'room/forbidden',
  });
  expect(await alice.ask({ t: 'join', room: 'lobby' })).toMatchObject({ t: 'joined' });
  const bob = await RawClient.register(url, await newActor(), { key: 'prod', token: tokenOf(secret) });
  expect(await bob.ask({ t: 'join', room: 'board' })).toMatchObject({ t: 'joined' });
  const nowhere = await RawClient.register(url, await newActor(), {
    key: 'prod',
    token: tokenOf(secret, { rooms: [] }),
  });
  expect(await nowhere.ask({ t: 'join', room: 'lobby' })).toMatchObject({
    t: 'failed',
    code: 'room/forbidden',
  });
});

it('[A3] TURN servers are told only to whom the token allows them', async () => {
  const turn = { urls: ['stun:relay.example', 'turn:relay.example'], username: 'u', credential: 'c' };
  const { url } = await house({}, { iceServers: [turn, { ...turn, urls: ['turns:relay.example'] }] });
  const told = async (claims: Claims) => {
    const client = await RawClient.register(url, await newActor(), {
      key: 'prod',
      token: tokenOf(secret, claims),
    });
    return client.all('registered')[0]?.iceServers;
  };
  for (const claims of [{}, { turn: false }])
    expect(await told(claims)).toEqual([{ urls: ['stun:relay.example'] }]);
  expect(await told({ turn: true })).toHaveLength(2);
});

describe('[A3] the end of a token', () => {
  it('closes the socket with a code of its own; the room waits for a return with another', async () => {
    const { url } = await house();
    const [alice, bob] = [await newActor(), await newActor()];
    const b = await RawClient.register(url, bob, { key: 'prod', token: tokenOf(secret) });
    await b.ask({ t: 'join', room: 'lobby' });
    const brief = tokenOf(secret, { exp: inSeconds(0.4) });
    const before = await RawClient.register(url, alice, { key: 'prod', token: brief });
    await before.ask({ t: 'join', room: 'lobby' });
    expect((await before.next('refused')).code).toBe('auth/token-expired');
    expect((await before.closed).code).toBe(4414);
    expect(await refusalOf(url, alice, { key: 'prod', token: brief, resumeAfter: 0 })).toEqual([
      'auth/token-expired',
      4414,
    ]);
    const after = await RawClient.register(url, alice, {
      key: 'prod',
      token: tokenOf(secret),
      resumeAfter: 0,
    });
    expect(after.all('registered')[0]).toMatchObject({ resumed: true });
    expect(b.all('member-left')).toEqual([]);
  });

  it('is put off by a renewal, which is answered with the new life', async () => {
    const { url } = await house();
    const token = tokenOf(secret, { exp: inSeconds(0.5) });
    const alice = await RawClient.register(url, await newActor(), { key: 'prod', token });
    const renewed = await alice.ask({ t: 'renew', token: tokenOf(secret, { exp: inSeconds(1) }) });
    expect(renewed).toMatchObject({ t: 'done', tokenLifeMs: expect.any(Number) });
    const renewedAtMs = performance.now();
    expect((await alice.next('refused')).code).toBe('auth/token-expired');
    expect(performance.now() - renewedAtMs).toBeGreaterThan(800);
  });

  it.each<readonly [string, () => string, string]>([
    ['expired', () => tokenOf(secret, { exp: inSeconds(-1) }), 'auth/token-expired'],
    ['of another peer', () => tokenOf(secret, { sub: 'a'.repeat(64) }), 'auth/token'],
    ['of another secret', () => tokenOf(newSecret()), 'auth/token'],
    ['of another key', () => tokenOf(secret, {}, { kid: 'other' }), 'auth/token'],
  ])('is not put off by a token that is %s: the former one stays in force', async (_what, make, code) => {
    const { url } = await house();
    const alice = await RawClient.register(url, await newActor(), { key: 'prod', token: tokenOf(secret) });
    expect(await alice.ask({ t: 'renew', token: make() })).toMatchObject({ t: 'failed', code });
    expect(await alice.ask({ t: 'join', room: 'lobby' })).toMatchObject({ t: 'joined' });
  });

  it('a renewal that allows fewer rooms ends the others, and so does a resume with such a token', async () => {
    const { url } = await house();
    const [alice, bob] = [await newActor(), await newActor()];
    const b = await RawClient.register(url, bob, { key: 'prod', token: tokenOf(secret) });
    const a = await RawClient.register(url, alice, { key: 'prod', token: tokenOf(secret) });
    for (const client of [b, a])
      for (const room of ['board', 'lobby', 'roof']) await client.ask({ t: 'join', room });
    await a.ask({ t: 'renew', token: tokenOf(secret, { rooms: ['lobby', 'roof'] }) });
    expect(await b.next('member-left')).toMatchObject({ room: 'board', peer: alice.peerId });
    expect(await a.ask({ t: 'join', room: 'board' })).toMatchObject({ code: 'room/forbidden' });
    await a.cut();
    const token = tokenOf(secret, { rooms: ['lobby'] });
    const back = await RawClient.register(url, alice, { key: 'prod', token, resumeAfter: 0 });
    expect(back.all('registered')[0]).toMatchObject({ resumed: true });
    expect(await b.next('member-left')).toMatchObject({ room: 'roof', peer: alice.peerId });
    expect(await back.ask({ t: 'join', room: 'lobby' })).toMatchObject({ members: [{}, {}] });
  });

  it('means nothing where the key asks for none', async () => {
    const { url } = await rendezvous();
    const alice = await RawClient.register(url, await newActor(), { token: 'whatever' });
    expect(alice.all('registered')[0]).not.toHaveProperty('tokenLifeMs');
    expect(await alice.ask({ t: 'renew', token: 'whatever' })).toEqual({ t: 'done', id: 1 });
  });
});

it('[A3] a token of more than 4,096 characters ends the socket unread', async () => {
  const { url } = await house();
  const token = random(2_049).reduce((text, byte) => text + byte.toString(16).padStart(2, '0'), '');
  expect(await refusalOf(url, await newActor(), { key: 'prod', token })).toEqual([
    'rendezvous/bad-frame',
    4400,
  ]);
});

function rs256(): string {
  const said = `${base64url(head({ alg: 'RS256' }))}.${base64url(body())}`;
  return `${said}.${createSign('RSA-SHA256').update(said).sign(privateKey, 'base64url')}`;
}

/** The same bytes, written otherwise: 43 characters have two bits that stand for nothing. */
function strayBits(): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const token = tokenOf(secret);
  return token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1)!) + 1]!;
}
