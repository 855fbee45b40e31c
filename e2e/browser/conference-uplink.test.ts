import { launchBrowser, type TestBrowser } from '../support/browser.js';
import { conferenceUser, startConference, type Conference } from '../support/conference.js';
import { until } from '../support/wait.js';
import { describeIn, type BrowserName } from '../support/where.js';

type User = ReturnType<typeof conferenceUser>;

/** A bar of the panel: whose, and what it says to eyes, ears and machines. */
interface SeenBar {
  readonly name: string;
  readonly label: string;
  readonly parts: readonly string[];
  readonly bps: number;
  readonly words: string;
}

/** The bars of the open panel, one for each person. */
const bars = ({ page }: User): Promise<SeenBar[]> =>
  page.$$eval('[data-testid="upload-share"]', (all) =>
    all.map((share): SeenBar => {
      const bar = share.querySelector<HTMLElement>('[data-testid="share-bar"]');
      const seen = [...(bar?.querySelectorAll<HTMLElement>('[data-part]') ?? [])];
      return {
        name: share.querySelector('.share-name')?.textContent ?? '',
        label: bar?.getAttribute('aria-label') ?? '',
        parts: seen
          .filter((part) => part.getBoundingClientRect().width >= 1)
          .map((part) => part.dataset['part'] ?? ''),
        bps: Number(bar?.dataset['bps']),
        words: share.querySelector('[data-testid="share-words"]')?.textContent ?? '',
      };
    }),
  );

const isFocused = ({ page }: User, selector: string) =>
  page.evaluate((which) => document.activeElement?.matches(which) === true, selector);

/** Whether nothing of the page is cut off at its sides. */
const fitsTheWidth = ({ page }: User) =>
  page.evaluate(() => {
    const buttons = [...document.querySelectorAll('.controls button, .panel *')];
    const isInside = (element: Element) => {
      const { left, right } = element.getBoundingClientRect();
      return left >= 0 && right <= innerWidth + 0.5;
    };
    return document.documentElement.scrollWidth <= innerWidth && buttons.every(isInside);
  });

/**
 * Who shows little is sent little: the tiles ask for their size. Chromium only: Firefox has the pages of a test as tabs of
 * one window, of which it lays out the one in front.
 */
async function asksForItsSize(alice: User, bob: User) {
  const wordsOf = async (who: string) => (await bars(alice)).find((bar) => bar.name === who)?.words ?? '';
  await bob.page.setViewport({ width: 320, height: 320 });
  await until(async () => /^As large as it is shown there: 1\d\d lines/.test(await wordsOf('bob')), {
    within: 5_000,
    what: 'a small picture for bob',
  });
  expect(await wordsOf('charlie')).toMatch(/^Full picture: 240 lines/);
  await bob.page.setViewport({ width: 1280, height: 800 });
  await until(async () => /^Full picture: 240 lines/.test(await wordsOf('bob')), {
    within: 10_000,
    what: 'the full picture for bob',
  });
}

const browsers: readonly BrowserName[] = ['chromium', 'firefox'];
describe.each(browsers)('the upload in the conference example, in %s', (name) => {
  describeIn([name], 'its panel', () => {
    jest.setTimeout(120_000);
    let conference: Conference | undefined;
    let browser: TestBrowser | undefined;

    beforeAll(async () => {
      [conference, browser] = await Promise.all([startConference(), launchBrowser(name)]);
    }, 120_000);
    afterEach(() => browser?.closePages());
    afterAll(async () => {
      await browser?.close();
      await conference?.close();
    });

    const open = async (who: string, url: string) => conferenceUser(await browser!.open(who, url));
    const start = async () => {
      const alice = await open('alice', conference!.url);
      await alice.click('create-room');
      await alice.page.locator('[data-testid="lobby"]').wait();
      const link = alice.page.url();
      await alice.join();
      return { alice, link };
    };
    const join = async (who: string, link: string) => {
      const user = await open(who, link);
      await user.join();
      return user;
    };
    const reads = (user: User, id: string, what: RegExp) =>
      until(async () => what.test((await user.texts(id)).join()), {
        within: 15_000,
        what: `${user.name} reads ${String(what)}`,
      });

    it('[E5] alone there is nothing to divide; then each who comes has a bar of sound and picture, and goes with it', async () => {
      const { alice, link } = await start();
      await alice.click('toggle-upload');
      await reads(alice, 'upload-alone', /nothing is sent/);
      await reads(alice, 'upload-capacity', /^Up to \d people can join you/);

      const bob = await join('bob', link);
      const charlie = await join('charlie', link);
      await alice.sees(['bob', 'charlie'], 20_000);
      await until(
        async () => {
          const all = await bars(alice);
          const isServed = ({ parts, bps }: SeenBar) =>
            parts.includes('audio') && parts.includes('video') && bps > 0;
          return (
            all
              .map((bar) => bar.name)
              .sort()
              .join() === 'bob,charlie' && all.every(isServed)
          );
        },
        { within: 20_000, what: 'two bars of sound and picture' },
      );
      const [first] = await bars(alice);
      expect(first!.label).toMatch(/^To (bob|charlie): Sound [\d.,]+ [kM]bit\/s, Picture [\d.,]+ [kM]bit\/s/);
      expect(first!.words).toMatch(/ lines, /);
      await reads(alice, 'upload-capacity', /^You send to 2 .*at most \d.*One person more would/);
      await reads(alice, 'upload-total', /[kM]bit\/s/);
      if (name === 'chromium') await asksForItsSize(alice, bob);
      const plot = alice.page.locator('[data-testid="upload-plot"] canvas');
      await plot.wait();

      await charlie.click('leave');
      await until(async () => (await bars(alice)).map((bar) => bar.name).join() === 'bob', {
        within: 10_000,
        what: 'one bar left',
      });
      await bob.click('leave');
      await reads(alice, 'upload-alone', /nothing is sent/);
    });

    it('[E5] the keyboard opens and closes it, and the focus goes back to its button', async () => {
      const { alice } = await start();
      const button = '#open-upload';
      await alice.page.focus(button);
      await alice.page.keyboard.press('Enter');
      await alice.page.locator('[data-testid="upload-panel"]').wait();
      expect(await alice.page.$eval(button, (one) => one.getAttribute('aria-expanded'))).toBe('true');
      await alice.page.focus('[role="region"]');
      expect(await isFocused(alice, '[role="region"][aria-label="How your upload is divided"]')).toBe(true);
      await alice.page.keyboard.press('Escape');
      await until(async () => !(await alice.page.$('[data-testid="upload-panel"]')), {
        within: 2_000,
        what: 'the panel is closed',
      });
      expect(await isFocused(alice, button)).toBe(true);
    });

    it('[E5] on a narrow phone nothing of it is cut off', async () => {
      const { alice, link } = await start();
      await alice.page.setViewport({ width: 360, height: 740 });
      const bob = await join('bob', link);
      await alice.sees(['bob'], 20_000);
      expect(await fitsTheWidth(alice)).toBe(true);
      await alice.click('toggle-upload');
      await until(async () => (await bars(alice)).length === 1, { within: 10_000, what: 'a bar' });
      await alice.page.locator('[data-testid="upload-plot"] canvas').wait();
      await until(() => fitsTheWidth(alice), { within: 2_000, what: 'nothing is cut off' });
      await bob.click('leave');
    });
  });
});
