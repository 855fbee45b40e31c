import { openKeys, type OpenKey } from '@conclave/rendezvous';

import { changingKeys } from './support/changing-keys.js';
import { rendezvous } from './support/house.js';
import { anotherLife, newActor, random, RawClient, refusalOf } from './support/raw-client.js';
import { newSecret, tokenKey, tokenOf } from './support/tokens.js';

const secret = newSecret();
const open = (tenant: string, change: Partial<OpenKey> = {}): OpenKey => ({
  mode: 'open',
  tenant,
  ...change,
});

describe('[A3] two key IDs are two partitions', () => {
  /** Alice under one key, Bob under another, one of them with a token. */
  async function two() {
    const keys = changingKeys({ red: open('red'), prod: tokenKey('blue', secret) });
    const { url } = await rendezvous({ keys });
    const [alice, bob] = [await newActor(), await newActor()];
    const token = tokenOf(secret);
    return {
      url,
      alice,
      bob,
      token,
      a: await RawClient.register(url, alice, { key: 'red' }),
      b: await RawClient.register(url, bob, { key: 'prod', token }),
    };
  }

  it('in the directory: a look-up finds nobody of the other', async () => {
    const { a, b, alice, bob } = await two();
    for (const [client, peer] of [
      [a, bob],
      [b, alice],
    ] as const) {
      // prettier-ignore
      const answer = await client.ask({ t: 'lookup', peer: peer.peerId });
      expect(answer).toMatchObject({ t: 'failed', code: 'peer/unreachable' });
    }
  });

  it('for envelopes: nothing is introduced to the other', async () => {
    const { a, b, alice, bob } = await two();
    for (const [client, peer] of [
      [a, bob],
      [b, alice],
    ] as const) {
      // prettier-ignore
      const answer = await client.ask({ t: 'relay', to: peer.peerId, envelope: random(8) });
      expect(answer).toMatchObject({ t: 'failed', code: 'peer/unreachable' });
    }
    expect([...a.all('deliver'), ...b.all('deliver')]).toEqual([]);
  });

  it('for rooms: one name is two rooms, and who leaves one is in the other still', async () => {
    const { a, b } = await two();
    expect(await a.ask({ t: 'join', room: 'lobby' })).toMatchObject({ members: [{ order: 0 }] });
    expect(await b.ask({ t: 'join', room: 'lobby' })).toMatchObject({ members: [{ order: 0 }] });
    await b.ask({ t: 'leave', room: 'lobby' });
    expect(await a.ask({ t: 'join', room: 'lobby' })).toMatchObject({ members: [{}] });
    expect([...a.all('member-joined'), ...a.all('member-left'), ...b.all('member-joined')]).toEqual([]);
  });

  it('for identities: one peer is at both at once, and neither replaces the other', async () => {
    const { url, a, alice, bob, b, token } = await two();
    const c = await RawClient.register(url, anotherLife(alice), { key: 'prod', token });
    expect((await c.ask({ t: 'relay', to: bob.peerId, envelope: random(8) })).t).toBe('done');
    await b.next('deliver');
    expect((await a.ask({ t: 'join', room: 'lobby' })).t).toBe('joined');
    expect(a.all('refused')).toEqual([]);
  });

  it('for a resume: under another key there is nothing to come back to', async () => {
    const { url, a, b, alice, bob, token } = await two();
    await a.ask({ t: 'join', room: 'lobby' });
    await b.ask({ t: 'join', room: 'lobby' });
    await a.cut();
    const moved = await RawClient.register(url, alice, { key: 'prod', token, resumeAfter: 0 });
    expect(moved.all('registered')[0]).toMatchObject({ resumed: false });
    expect(b.all('member-joined')).toEqual([]);
    expect((await b.ask({ t: 'relay', to: alice.peerId, envelope: random(8) })).t).toBe('done');
    expect((await moved.ask({ t: 'lookup', peer: bob.peerId })).t).toBe('card');
    const back = await RawClient.register(url, alice, { key: 'red', resumeAfter: 0 });
    expect(back.all('registered')[0]).toMatchObject({ resumed: true });
    expect(back.all('deliver')).toEqual([]);
  });

  it('two keys of one tenant share it', async () => {
    const { url } = await rendezvous({
      keys: changingKeys({ old: open('acme'), prod: tokenKey('acme', secret) }),
    });
    const [alice, bob] = [await newActor(), await newActor()];
    const a = await RawClient.register(url, alice, { key: 'old' });
    await RawClient.register(url, bob, { key: 'prod', token: tokenOf(secret) });
    expect((await a.ask({ t: 'lookup', peer: bob.peerId })).t).toBe('card');
  });
});

describe('[A3] when keys change', () => {
  it.each(['removed', 'revoked'])(
    'a key that is %s closes its sockets within 1 s, for good, and no others',
    async (how) => {
      const keys = changingKeys({ prod: tokenKey('prod', secret), demo: open('demo') });
      const { url } = await rendezvous({ keys });
      const [alice, bob, charlie] = [await newActor(), await newActor(), await newActor()];
      const token = tokenOf(secret);
      const a = await RawClient.register(url, alice, { key: 'prod', token });
      const b = await RawClient.register(url, bob, { key: 'prod', token });
      const c = await RawClient.register(url, charlie);
      const startedAtMs = performance.now();
      keys.set('prod', how === 'removed' ? undefined : { mode: 'revoked' });
      for (const client of [a, b]) {
        expect((await client.next('refused')).code).toBe('auth/revoked');
        expect((await client.closed).code).toBe(4410);
      }
      expect(performance.now() - startedAtMs).toBeLessThan(1_000);
      expect((await c.ask({ t: 'join', room: 'lobby' })).t).toBe('joined');
      expect(await refusalOf(url, alice, { key: 'prod', token })).toEqual(
        how === 'removed' ? ['auth/unknown-key', 4401] : ['auth/revoked', 4410],
      );
      keys.set('prod', tokenKey('prod', secret));
      const back = await RawClient.register(url, alice, { key: 'prod', token, resumeAfter: 0 });
      expect(back.all('registered')[0]).toMatchObject({ resumed: false }); // nothing of a revoked key is kept
    },
  );

  it('a key that is removed while somebody registers lets nobody slip in', async () => {
    const keys = changingKeys({ prod: tokenKey('prod', secret) });
    let removed = false;
    const slow: typeof keys = {
      ...keys,
      async entryOf(id) {
        const entry = await keys.entryOf(id);
        if (!removed) {
          removed = true;
          keys.set('prod', undefined);
        }
        return entry;
      },
    };
    const { url } = await rendezvous({ keys: slow });
    const [alice, token] = [await newActor(), tokenOf(secret)];
    const client = await RawClient.register(url, alice, { key: 'prod', token });
    expect((await client.next('refused')).code).toBe('auth/revoked');
  });

  it('a secret that is taken away ends what it has signed; another token of the key lets back in', async () => {
    const [leaked, next] = [newSecret(), newSecret()];
    const keys = changingKeys({ prod: tokenKey('prod', leaked, { secrets: [leaked, next] }) });
    const { url } = await rendezvous({ keys });
    const alice = await newActor();
    const a = await RawClient.register(url, alice, { key: 'prod', token: tokenOf(leaked) });
    const b = await RawClient.register(url, await newActor(), { key: 'prod', token: tokenOf(next) });
    keys.set('prod', tokenKey('prod', next));
    expect((await a.closed).code).toBe(4412);
    expect((await b.ask({ t: 'join', room: 'lobby' })).t).toBe('joined');
    expect(await refusalOf(url, alice, { key: 'prod', token: tokenOf(leaked) })).toEqual([
      'auth/token',
      4412,
    ]);
    const back = await RawClient.register(url, alice, { key: 'prod', token: tokenOf(next), resumeAfter: 0 });
    expect(back.all('registered')[0]).toMatchObject({ resumed: true });
  });

  it('a renewal by another secret outlives the former one', async () => {
    const [former, next] = [newSecret(), newSecret()];
    const keys = changingKeys({ prod: tokenKey('prod', former, { secrets: [former, next] }) });
    const { url } = await rendezvous({ keys });
    const a = await RawClient.register(url, await newActor(), { key: 'prod', token: tokenOf(former) });
    await a.ask({ t: 'renew', token: tokenOf(next) });
    keys.set('prod', tokenKey('prod', next));
    expect((await a.ask({ t: 'join', room: 'lobby' })).t).toBe('joined');
  });

  it('a secret that is taken away while a token of it comes as a renewal ends that, too', async () => {
    const [leaked, next] = [newSecret(), newSecret()];
    const keys = changingKeys({ prod: tokenKey('prod', next, { secrets: [leaked, next] }) });
    let isRenewing = false;
    const slow: typeof keys = {
      ...keys,
      async entryOf(id) {
        const entry = await keys.entryOf(id);
        if (isRenewing) {
          isRenewing = false;
          keys.set('prod', tokenKey('prod', next));
        }
        return entry;
      },
    };
    const { url } = await rendezvous({ keys: slow });
    const a = await RawClient.register(url, await newActor(), { key: 'prod', token: tokenOf(next) });
    isRenewing = true;
    a.send({ t: 'renew', id: 1, token: tokenOf(leaked) });
    expect((await a.next('refused')).code).toBe('auth/token');
  });

  it('a page whose origin is taken away is closed, renewed or not; other pages and programs stay', async () => {
    const [former, calls] = ['https://former.example', 'https://calls.example'];
    const keys = changingKeys({
      prod: tokenKey('prod', secret, { origins: [former, calls] }),
      demo: open('demo'),
    });
    const { url } = await rendezvous({ keys });
    const prod = { key: 'prod', token: tokenOf(secret) };
    const clientOf = async (change: typeof prod | object, page?: string) =>
      RawClient.register(url, await newActor(), change, page);
    const [a, renewed] = [await clientOf(prod, former), await clientOf(prod, former)];
    const [anywhere, stays, program] = [await clientOf({}, former), await clientOf(prod, calls), await clientOf(prod)]; // prettier-ignore
    expect((await renewed.ask({ t: 'renew', token: tokenOf(secret) })).t).toBe('done');
    keys.set('prod', tokenKey('prod', secret, { origins: [calls] }));
    keys.set('demo', open('demo', { origins: [calls] })); // from any page to those of one origin
    for (const client of [a, renewed, anywhere]) {
      expect((await client.next('refused')).code).toBe('auth/page-origin');
      expect((await client.closed).code).toBe(4415);
    }
    for (const client of [stays, program])
      expect((await client.ask({ t: 'join', room: 'lobby' })).t).toBe('joined');
  });

  it('another audience ends the tokens that do not name it', async () => {
    const keys = changingKeys({ prod: tokenKey('prod', secret) });
    const { url } = await rendezvous({ keys });
    const clientFor = async (aud: string | string[]) =>
      RawClient.register(url, await newActor(), { key: 'prod', token: tokenOf(secret, { aud }) });
    const [a, both] = [await clientFor('conclave'), await clientFor(['conclave', 'calls'])];
    keys.set('prod', tokenKey('prod', secret, { audience: 'calls' }));
    expect((await a.next('refused')).code).toBe('auth/token');
    expect((await a.closed).code).toBe(4412);
    expect((await both.ask({ t: 'join', room: 'lobby' })).t).toBe('joined');
    const c = await clientFor('calls');
    keys.set('prod', tokenKey('prod', secret)); // back to the default
    expect((await c.next('refused')).code).toBe('auth/token');
    expect((await both.ask({ t: 'leave', room: 'lobby' })).t).toBe('done');
  });

  it('a key that asks for tokens from now on closes those who have none; a move to another tenant closes all', async () => {
    const keys = changingKeys({ demo: open('demo'), prod: tokenKey('one', secret) });
    const { url } = await rendezvous({ keys });
    const a = await RawClient.register(url, await newActor());
    const b = await RawClient.register(url, await newActor(), { key: 'prod', token: tokenOf(secret) });
    keys.set('demo', tokenKey('demo', secret));
    expect((await a.closed).code).toBe(4411);
    keys.set('prod', tokenKey('two', secret));
    expect((await b.next('refused')).code).toBe('rendezvous/unavailable');
  });

  it('a source of keys that fails is no reason to cut anybody off', async () => {
    const keys = changingKeys({ demo: open('demo') });
    let broken = false;
    const logged: string[] = [];
    const { url } = await rendezvous({
      keys: {
        ...keys,
        entryOf: async (id) => (broken ? Promise.reject(new Error('down')) : keys.entryOf(id)),
      },
      log: (event) => logged.push(event),
    });
    const alice = await RawClient.register(url, await newActor());
    broken = true;
    keys.set('other', open('other'));
    expect((await alice.ask({ t: 'join', room: 'lobby' })).t).toBe('joined');
    expect(logged).toEqual(['keys-failed']);
    expect(await refusalOf(url, await newActor(), {})).toEqual(['rendezvous/unavailable', 4400]);
  });
});

describe('[A3] what a key allows', () => {
  const origins = ['https://calls.example'];

  it('pages of its origins, and programs, which name none', async () => {
    const { url } = await rendezvous({ keys: changingKeys({ demo: open('demo', { origins }) }) });
    for (const page of [
      'https://evil.example',
      'null',
      'https://calls.example.evil.example',
      'http://calls.example',
    ]) {
      expect(await refusalOf(url, await newActor(), {}, page)).toEqual(['auth/page-origin', 4415]);
    }
    await RawClient.register(url, await newActor(), {}, 'https://calls.example');
    await RawClient.register(url, await newActor());
  });

  it('no TURN by the key ID alone, unless it says so', async () => {
    const iceServers = [
      { urls: ['stun:stun.example'] },
      { urls: ['turn:relay.example'], username: 'u', credential: 'c' },
    ];
    const told = async (keys: Parameters<typeof rendezvous>[0]) => {
      const { url } = await rendezvous({ iceServers, ...keys });
      return (await RawClient.register(url, await newActor())).all('registered')[0]?.iceServers;
    };
    expect(await told({})).toEqual([{ urls: ['stun:stun.example'] }]);
    expect(await told({ keys: openKeys(['demo']) })).toEqual([{ urls: ['stun:stun.example'] }]);
    expect(await told({ keys: openKeys(['demo'], { turn: true }) })).toEqual(iceServers);
  });

  it('so many clients; who left makes room, and who comes back needs none', async () => {
    const keys = changingKeys({ demo: open('demo', { limits: { clients: 2 } }), other: open('other') });
    const { url } = await rendezvous({ keys });
    const [alice, bob, charlie] = [await newActor(), await newActor(), await newActor()];
    await RawClient.register(url, alice);
    const b = await RawClient.register(url, bob);
    expect(await refusalOf(url, charlie, {})).toEqual(['rendezvous/full', 4430]);
    await RawClient.register(url, alice); // its old socket may be dead without anybody knowing
    await RawClient.register(url, charlie, { key: 'other' });
    await b.leave();
    await RawClient.register(url, charlie);
    expect(await refusalOf(url, bob, {})).toEqual(['rendezvous/full', 4430]);
  });

  it('so many new clients a second; a stranger who cannot register takes nothing of it', async () => {
    const keys = changingKeys({
      prod: tokenKey('prod', secret, { limits: { connectsPerSecond: 0.001 } }),
      demo: open('demo'),
    });
    const { url } = await rendezvous({ keys });
    const token = tokenOf(secret);
    for (const bad of [undefined, tokenOf(newSecret())]) {
      await refusalOf(
        url,
        await newActor(),
        bad === undefined ? { key: 'prod' } : { key: 'prod', token: bad },
      );
    }
    await RawClient.register(url, await newActor(), { key: 'prod', token });
    expect(await refusalOf(url, await newActor(), { key: 'prod', token })).toEqual([
      'rendezvous/rate-limited',
      4429,
    ]);
    await RawClient.register(url, await newActor());
  });

  it('as much as the rendezvous allows all keys, where it says nothing', async () => {
    const { url } = await rendezvous({ keys: ['demo', 'other'], limits: { clientsPerKey: 1 } });
    await RawClient.register(url, await newActor());
    expect(await refusalOf(url, await newActor(), {})).toEqual(['rendezvous/full', 4430]);
    await RawClient.register(url, await newActor(), { key: 'other' });
  });
});
