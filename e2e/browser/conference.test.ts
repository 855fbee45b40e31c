import { launchBrowser, type TestBrowser } from '../support/browser.js';
import { conferenceUser, startConference, type Conference } from '../support/conference.js';
import { until } from '../support/wait.js';
import { describeIn } from '../support/where.js';
import { readTransports } from '../support/witness.js';

describeIn(['chromium'], 'the conference example', () => {
  jest.setTimeout(60_000);
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

  /** Alice starts a room and hands its link to the others; all join and see each other. */
  const meet = async () => {
    const open = async (name: string, url: string) => conferenceUser(await browser!.open(name, url));
    const alice = await open('alice', conference!.url);
    await alice.click('create-room');
    await alice.page.locator('[data-testid="lobby"]').wait();
    const link = alice.page.url();
    expect(link).toContain('#room=');
    const [bob, charlie] = await Promise.all([open('bob', link), open('charlie', link)]);
    await Promise.all([alice, bob, charlie].map((user) => user.join()));
    await Promise.all([
      alice.sees(['bob', 'charlie'], 15_000),
      bob.sees(['alice', 'charlie'], 15_000),
      charlie.sees(['alice', 'bob'], 15_000),
    ]);
    return { alice, bob, charlie };
  };

  it('[E7] three people join by a link, see each other move, read each other, and one mutes', async () => {
    const { alice, bob, charlie } = await meet();
    for (const { page } of [alice, bob, charlie]) {
      expect(await page.$$eval('[data-testid$="-tile"] video', (all) => all.length)).toBe(3);
    }
    for (const user of [alice, bob, charlie]) await user.say(`I am ${user.name}`);
    const everything = ['I am alice', 'I am bob', 'I am charlie'];
    for (const user of [alice, bob, charlie]) {
      const what = `${user.name} reads all three`;
      await until(async () => (await user.texts('chat-text')).sort().join() === everything.join(), {
        within: 5000,
        what,
      });
      expect(await user.texts('chat-missed')).toEqual([]);
    }

    await bob.click('toggle-microphone');
    for (const user of [alice, charlie]) {
      const muted = async () => (await user.tiles()).filter(({ isMuted }) => isMuted).map(({ name }) => name);
      await until(async () => (await muted()).join() === 'bob', {
        within: 5000,
        what: `${user.name} sees that bob is muted`,
      });
    }
    const sending = async () => (await readTransports(bob.peer)).map((transport) => transport.sending.join());
    await until(async () => (await sending()).join() === 'video,video', {
      within: 5000,
      what: 'bob sends no sound',
    });
    await bob.click('toggle-microphone');
    await until(async () => (await alice.tiles()).every(({ isMuted }) => !isMuted), {
      within: 5000,
      what: 'nobody is muted',
    });
  });

  it('[E8] one leaves, one comes again, one reloads: the others see it and go on', async () => {
    const { alice, bob, charlie } = await meet();

    await charlie.click('leave');
    await charlie.page.locator('[data-testid="left"]').wait();
    await Promise.all([alice.sees(['bob'], 5000), bob.sees(['alice'], 5000)]);
    await charlie.click('rejoin');
    await Promise.all([charlie.sees(['alice', 'bob'], 15_000), alice.sees(['bob', 'charlie'], 15_000)]);

    await bob.peer.reload();
    await bob.join();
    await Promise.all([alice.sees(['bob', 'charlie'], 15_000), bob.sees(['alice', 'charlie'], 15_000)]);
    await charlie.sees(['alice', 'bob'], 15_000);
  });

  it('[E8] a tab that is killed is gone for the others within 10 s', async () => {
    const { alice, bob, charlie } = await meet();

    await bob.peer.crash();

    await Promise.all([alice.sees(['charlie'], 10_000), charlie.sees(['alice'], 10_000)]);
  });
});
