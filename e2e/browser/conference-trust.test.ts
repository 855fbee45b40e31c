import { secretRoomId } from '@conclave/protocol';

import { launchBrowser, type TestBrowser } from '../support/browser.js';
import { conferenceUser, startConference, type Conference } from '../support/conference.js';
import { formsOf, readStorage, recordWire } from '../support/page-secrets.js';
import { throughout, until } from '../support/wait.js';
import { describeIn } from '../support/where.js';

type User = ReturnType<typeof conferenceUser>;

const partsOf = (link: string) => {
  const { origin, hash } = new URL(link);
  const parts = new URLSearchParams(hash.slice(1));
  return { origin, room: parts.get('room')!, secret: parts.get('secret')! };
};

describeIn(['chromium'], 'trust in the conference example', () => {
  jest.setTimeout(90_000);
  let conference: Conference | undefined;
  let browser: TestBrowser | undefined;

  beforeAll(async () => {
    [conference, browser] = await Promise.all([startConference(), launchBrowser('chromium')]);
  }, 120_000);
  afterEach(() => browser?.closePages());
  afterAll(async () => {
    await browser?.close();
    await conference?.close();
  });

  const open = async (name: string, url: string) => conferenceUser(await browser!.open(name, url));

  /** Alice starts a room; she has not joined it yet. */
  const start = async () => {
    const alice = await open('alice', conference!.url);
    await alice.click('create-room');
    await alice.page.locator('[data-testid="lobby"]').wait();
    return { alice, link: alice.page.url() };
  };
  const meet = async () => {
    const { alice, link } = await start();
    const bob = await open('bob', link);
    await Promise.all([alice.join(), bob.join()]);
    await Promise.all([alice.sees(['bob'], 15_000), bob.sees(['alice'], 15_000)]);
    return { alice, bob, link };
  };
  const trusts = (near: User, far: string, trust: string) =>
    until(async () => (await near.trustIn(far))[0] === trust, {
      within: 15_000,
      what: `the lock of ${far} at ${near.name} says ${trust}`,
    });
  const shows = (near: User, id: string, what: RegExp) =>
    until(async () => (await near.texts(id)).some((text) => what.test(text)), {
      within: 15_000,
      what: `${near.name} reads ${String(what)}`,
    });

  it('[B2] the secret of a link is in no request, no frame, no storage and no log, and the name of its room neither', async () => {
    const { alice, link } = await start();
    const { room, secret } = partsOf(link);
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(await alice.texts('room-name')).toEqual([room]);
    expect((await alice.texts('room-trust')).join()).toMatch(/^Secret room/);
    const logged: string[] = [];
    alice.page.on('console', (message) => logged.push(message.text()));
    const wire = await recordWire(alice.page);
    await alice.peer.reload(); // what the page loads is on the record too
    const bob = await open('bob', link);
    await Promise.all([alice.join(), bob.join()]);
    await Promise.all([alice.sees(['bob'], 15_000), bob.sees(['alice'], 15_000)]);
    await alice.say('hello');
    await alice.click('leave');
    await alice.page.locator('[data-testid="left"]').wait();

    const id = await secretRoomId(crypto.subtle as never, Buffer.from(secret, 'base64url'), room);
    const said = wire();
    const has = (text: string) => said.includes(text);
    // What was recorded is what passed: requests, and frames.
    expect([has('/assets/'), has(id), has('hello')]).toEqual([true, true, false]);
    const stored = await readStorage(alice.page);
    expect(stored.includes('alice')).toBe(true);
    const told = Object.entries({ said, stored, logged: logged.join() }).flatMap(([where, text]) =>
      [room, ...formsOf(secret)].filter((one) => text.includes(one)).map((one) => [where, one]),
    );
    expect(told).toEqual([]);
    expect(await alice.page.$eval('meta[name="referrer"]', (meta) => meta.getAttribute('content'))).toBe(
      'no-referrer',
    );
  });

  it('[B2] a link without a secret is an open room, which says so, and its name is told', async () => {
    const { alice } = await start();
    const { room } = partsOf(alice.page.url());
    const bob = await open('bob', `${conference!.url}/#room=${room}`);
    const wire = await recordWire(bob.page);
    expect((await bob.texts('room-trust')).join()).toMatch(/^Open room.*the server chooses whom you meet/);
    const charlie = await open('charlie', `${conference!.url}/#room=${room}`);
    await Promise.all([alice.join(), bob.join(), charlie.join()]);
    await bob.sees(['charlie'], 15_000);
    expect(wire().includes(room)).toBe(true);
    expect(await bob.trustIn('charlie')).toEqual([
      'introduced',
      'Introduced: charlie. The server introduced you. It could have introduced somebody else.',
    ]);
    expect(await bob.texts('room-lock')).toEqual(['Open room']);
    // alice is in the secret room of the same name: another one
    expect(await alice.tiles()).toEqual([]);
  });

  it('[B2] a stranger who has the name of the room and another secret does not appear', async () => {
    const { alice, bob, link } = await meet();
    const { origin, room } = partsOf(link);
    const other = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');
    const mallory = await open('mallory', `${origin}/#room=${room}&secret=${other}`);
    await mallory.join();
    await throughout(2_000, async () => {
      expect((await alice.tiles()).map(({ name }) => name)).toEqual(['bob']);
      expect((await bob.tiles()).map(({ name }) => name)).toEqual(['alice']);
      expect(await mallory.tiles()).toEqual([]);
    });
    expect(await alice.texts('refused')).toEqual([]);
  });

  it('[B2] whom the server lists without the secret is turned away in plain words, and has no tile', async () => {
    const { alice, link } = await meet();
    const { origin, room, secret } = partsOf(link);
    const id = await secretRoomId(crypto.subtle as never, Buffer.from(secret, 'base64url'), room);
    const mallory = await open('mallory', `${origin}/#room=${id}`); // all that the server knows
    await mallory.join('bob');
    await shows(alice, 'refused', /^Somebody was turned away.*does not know the secret/);
    expect((await alice.tiles()).map(({ name }) => name)).toEqual(['bob']);
    await alice.click('toggle-people');
    await shows(alice, 'refused-person', /Turned away.*does not know the secret of this room/);
    expect(await alice.texts('count')).toEqual(['2']);
    expect((await mallory.tiles()).filter(({ phase, picture }) => phase === 'present' || picture)).toEqual(
      [],
    );
  });

  it('[B2] a link whose secret was cut off says so, and joins no open room of that name', async () => {
    const { alice, link } = await start();
    for (const cut of [link.slice(0, -1), link.slice(0, -43), link.slice(0, -47), `${link}.`]) {
      await alice.page.goto('about:blank');
      await alice.page.goto(cut);
      await shows(alice, 'cut-link', /^The secret in this link is not whole/);
    }
    await alice.page.goto('about:blank');
    await alice.page.goto(conference!.url);
    await alice.paste('open-input', link.slice(0, -5));
    await alice.click('open-room');
    await shows(alice, 'open-problem', /^The secret in this link is not whole/);
    await alice.paste('open-input', link);
    await alice.click('open-room');
    await shows(alice, 'room-trust', /^Secret room/);
    expect(alice.page.url()).toBe(link);
  });

  it('[B5] two people compare codes, one says that they match, and who comes back as somebody new is not verified', async () => {
    const { alice, bob } = await meet();
    expect(await alice.trustIn('bob')).toEqual(['secret', 'Secret: bob. Knows the secret of this room.']);
    await Promise.all([alice.lookCloserAt('bob'), bob.lookCloserAt('alice')]);
    const code = await alice.code();
    expect(code).toMatch(/^\d{3} \d{3} \D{10,}$/u);
    expect(await bob.code()).toBe(code);

    await bob.click('code-differs');
    await shows(bob, 'mismatch', /Somebody may stand between you and alice.*Leave the room/);
    await bob.click('compare-again');
    expect(await bob.code()).toBe(code);

    await alice.click('code-matches');
    await trusts(alice, 'bob', 'verified');
    expect((await alice.trustIn('bob'))[1]).toBe('Verified: bob. You have compared codes.');
    expect((await bob.trustIn('alice'))[0]).toBe('secret');
    await alice.page.keyboard.press('Escape');
    await until(async () => (await alice.page.$('dialog')) === null, {
      within: 5_000,
      what: 'the dialog closes',
    });
    expect(await alice.page.evaluate(() => document.activeElement?.getAttribute('data-trust'))).toBe(
      'verified',
    );

    await bob.peer.reload();
    await bob.join();
    await alice.sees(['bob'], 15_000);
    await trusts(alice, 'bob', 'secret');
    await alice.lookCloserAt('bob');
    expect(await alice.code()).not.toBe(code);
  });

  it('[B6] a remembered person is known again by another name, and who takes the name is marked', async () => {
    const { alice, link } = await start();
    const bob = await open('bob', link);
    await bob.click('be-recognised');
    await Promise.all([alice.join(), bob.join()]);
    await alice.sees(['bob'], 15_000);
    await alice.lookCloserAt('bob');
    await alice.click('code-matches');
    await alice.click('remember');
    await shows(alice, 'remembered', /This is the bob that you remembered/);

    // Both pages are new; bob says that he is somebody else.
    await Promise.all([alice.peer.reload(), bob.peer.reload()]);
    await Promise.all([alice.join(), bob.join('Robert')]);
    await alice.sees(['bob'], 15_000);
    await trusts(alice, 'bob', 'verified');
    expect(await alice.texts('tile-warning')).toEqual([]);

    const eve = await open('eve', link);
    await eve.click('be-recognised');
    await eve.join('Bob');
    await shows(alice, 'tile-warning', /^Calls itself bob, but is not the bob that you remembered$/);
    const names = (await alice.tiles()).map(({ name }) => name).sort();
    expect(names).toEqual([expect.stringMatching(/^Bob · [0-9a-f]{6}$/), 'bob']);

    const mallory = await open('mallory', link); // lets nobody recognise her
    await mallory.join('BOB');
    await shows(alice, 'tile-warning', /^Calls itself bob\. Not recognised/);
  });

  it('[A3] a page brings a token where the server asks for one, and the endpoint gives one to nothing else', async () => {
    const guarded = await startConference(['--tokens']);
    try {
      const alice = await open('alice', guarded.url);
      await alice.click('create-room');
      await alice.page.locator('[data-testid="lobby"]').wait();
      const bob = await open('bob', alice.page.url());
      await Promise.all([alice.join(), bob.join()]);
      await Promise.all([alice.sees(['bob'], 15_000), bob.sees(['alice'], 15_000)]);

      const ask = async (body: string, init: RequestInit = {}) => {
        const headers = { 'content-type': 'application/json' };
        const response = await fetch(`${guarded.url}/token`, { method: 'POST', headers, body, ...init });
        return { status: response.status, answer: (await response.json()) as { readonly token?: string } };
      };
      const peerId = 'a'.repeat(64);
      const { status, answer } = await ask(JSON.stringify({ peerId }));
      expect(status).toBe(200);
      const [header, claims] = answer
        .token!.split('.')
        .slice(0, 2)
        .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);
      expect(header).toEqual({ alg: 'HS256', kid: 'demo' });
      expect(claims).toMatchObject({ aud: 'conclave', sub: peerId });
      expect((claims!['exp'] as number) - (claims!['iat'] as number)).toBe(600);
      for (const bad of ['', '{', 'null', '[]', '{"peerId":7}', `{"peerId":"${'A'.repeat(64)}"}`])
        expect(await ask(bad)).toMatchObject({ status: 400 });
      expect(await ask(JSON.stringify({ peerId, more: 'x'.repeat(300) }))).toMatchObject({ status: 413 });
      expect(await ask('{}', { headers: { 'content-type': 'text/plain' } })).toMatchObject({ status: 415 });
      expect((await fetch(`${guarded.url}/token`)).status).toBe(405);
    } finally {
      await browser!.closePages();
      await guarded.close();
    }
  });
});
