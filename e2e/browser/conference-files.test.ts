import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { launchBrowser, type TestBrowser } from '../support/browser.js';
import { conferenceUser, startConference, type Conference, type SeenFile } from '../support/conference.js';
import { until } from '../support/wait.js';
import { describeIn, type BrowserName } from '../support/where.js';

type User = ReturnType<typeof conferenceUser>;

declare global {
  /** The highest and the lowest that each bar has shown in a page, between nothing and all. */
  var seenBars: number[];
  /** What became of the place that the user chose: bytes in it, and whether it was given up. */
  var place: { bytes: number; isClosed: boolean; isAborted: boolean };
}

/** Larger than what is on its way at one time: it takes long enough to be watched. */
const LARGE = 16_000_000;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Notes every value between nothing and all that a bar shows, from now on. */
const watchBars = ({ page }: User) =>
  page.evaluate(() => {
    globalThis.seenBars = [];
    new MutationObserver(() => {
      for (const { position } of document.querySelectorAll('progress'))
        if (position > 0 && position < 1) seenBars.push(position);
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
  });

/** A browser that has no dialog for places: files are kept in the page. */
const withoutPlaces = ({ page }: User) =>
  page.evaluate(() => Reflect.deleteProperty(globalThis, 'showSaveFilePicker'));

/** The user chooses a place, without a dialog that no test could answer, on a disk that takes so many bytes and then hangs. */
const withPlace = ({ page }: User, room: number) =>
  page.evaluate((free: number) => {
    globalThis.place = { bytes: 0, isClosed: false, isAborted: false };
    const createWritable = () =>
      new WritableStream<Uint8Array>({
        write(chunk, { signal }) {
          place.bytes += chunk.byteLength;
          if (place.bytes < free) return undefined;
          return new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(new Error('given up')));
          });
        },
        close: () => void (place.isClosed = true),
        abort: () => void (place.isAborted = true),
      });
    Object.assign(globalThis, { showSaveFilePicker: async () => ({ createWritable }) });
  }, room);

const becomes = (user: User, name: string, is: (file: SeenFile) => boolean, what: string) =>
  until(async () => (await user.files()).find((file) => file.name === name && is(file)), {
    within: 20_000,
    what: `${name} at ${user.name}: ${what}`,
  });

describe.each<BrowserName>(['chromium', 'firefox'])('files in %s', (browserName) => {
  describeIn([browserName], 'files and marks in the conference example', () => {
    jest.setTimeout(90_000);
    let conference: Conference | undefined;
    let browser: TestBrowser | undefined;
    let folder = '';

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'conclave-files-'));
      [conference, browser] = await Promise.all([startConference(), launchBrowser(browserName)]);
    }, 120_000);
    afterEach(() => browser?.closePages());
    afterAll(async () => {
      await browser?.close();
      await conference?.close();
      await rm(folder, { recursive: true, force: true });
    });

    /** A file on the disk of whoever sends it. */
    const make = async (name: string, size: number) => {
      const path = join(folder, name);
      const bytes = randomBytes(size);
      await writeFile(path, bytes);
      return { path, hash: sha256(bytes) };
    };
    const meet = async (...names: readonly string[]) => {
      const open = async (name: string, url: string) => conferenceUser(await browser!.open(name, url));
      const alice = await open('alice', conference!.url);
      await alice.click('create-room');
      await alice.page.locator('[data-testid="lobby"]').wait();
      const others = await Promise.all(names.map((name) => open(name, alice.page.url())));
      const all = [alice, ...others];
      await Promise.all(all.map((user) => user.join()));
      for (const user of all) {
        const rest = all.filter((other) => other !== user).map(({ name }) => name);
        await user.sees(rest, 15_000);
      }
      return all;
    };

    it('[C16] a file that is chosen is offered, accepted, and kept in the page until it is saved', async () => {
      const [alice, bob] = (await meet('bob')) as [User, User];
      await withoutPlaces(bob);
      const { path } = await make('notes.txt', 300_000);

      await alice.page.bringToFront(); // Firefox does not draw a page that nobody looks at
      await alice.choose(path);
      await becomes(
        alice,
        'notes.txt',
        ({ takers }) => takers.join() === 'bob: Has not answered yet',
        'waits',
      );
      await bob.page.bringToFront();
      await bob.click('look-at-offer');
      await becomes(bob, 'notes.txt', ({ state }) => state === 'offered', 'is offered');
      await bob.click('accept-file');

      await becomes(bob, 'notes.txt', ({ state }) => state === 'done', 'is here');
      await becomes(alice, 'notes.txt', ({ takers }) => takers.join() === 'bob: Has it', 'has arrived');
      const [address, saveAs] = await bob.page.$eval('[data-testid="save-file"]', (link) => [
        (link as HTMLAnchorElement).href,
        (link as HTMLAnchorElement).download,
      ]);
      expect([address, saveAs]).toEqual([expect.stringMatching(/^blob:/), 'notes.txt']);
    });

    if (browserName !== 'chromium') return;

    it('[C16] a file that is dropped is offered, accepted, and arrives with progress at both ends', async () => {
      const [alice, bob] = (await meet('bob')) as [User, User];
      await withoutPlaces(bob);
      const { path, hash } = await make('film.bin', LARGE);
      await Promise.all([watchBars(alice), watchBars(bob)]);

      expect(await alice.drop(path)).toBe('Drop to offer to everybody here');
      await bob.page.locator('[data-testid="offer-notice"]').wait();
      expect(await bob.texts('offer-notice')).toEqual(['alice offers you a filefilm.bin, 16 MBLook']);
      await bob.click('look-at-offer');
      await bob.click('accept-file');
      await becomes(bob, 'film.bin', ({ state }) => state === 'done', 'is here');
      await becomes(alice, 'film.bin', ({ state }) => state === 'done', 'has arrived');

      for (const user of [alice, bob]) {
        const seen = await user.page.evaluate(() => seenBars);
        expect(new Set(seen).size).toBeGreaterThan(1);
        expect(seen).toEqual([...seen].sort((a, b) => a - b));
      }
      const session = await bob.page.createCDPSession();
      const browserContextId = bob.page.browserContext().id!;
      await session.send('Browser.setDownloadBehavior', {
        behavior: 'allow',
        browserContextId,
        downloadPath: join(folder, 'bob'),
      });
      await bob.click('save-file');
      const saved = () => readFile(join(folder, 'bob/film.bin'));
      await until(async () => sha256(await saved()) === hash, {
        within: 10_000,
        what: 'the file that bob saves is the one of alice',
      });
    });

    it('[C16] a file goes straight to the place that the user chose', async () => {
      const [alice, bob] = (await meet('bob')) as [User, User];
      await withPlace(bob, Infinity);
      await alice.choose((await make('letter.pdf', 1_000_000)).path);
      await bob.click('look-at-offer');
      await bob.click('accept-file');

      await becomes(bob, 'letter.pdf', ({ note }) => note === 'Saved where you wanted it.', 'is saved');
      expect(await bob.page.evaluate(() => place)).toEqual({
        bytes: 1_000_000,
        isClosed: true,
        isAborted: false,
      });
    });

    it.each(['sender', 'receiver'] as const)('[C16] the %s cancels in the middle', async (who) => {
      const [alice, bob] = (await meet('bob')) as [User, User];
      await withPlace(bob, LARGE / 4);
      await alice.choose((await make('film.bin', LARGE)).path);
      await bob.click('look-at-offer');
      await bob.click('accept-file');
      const isHalfWay = ({ bars: [bar] }: SeenFile) => bar !== undefined && bar > 0.1 && bar < 0.9;
      await becomes(bob, 'film.bin', isHalfWay, 'is on its way');
      await becomes(alice, 'film.bin', isHalfWay, 'is on its way');

      await (who === 'sender' ? alice : bob).click('cancel-file');

      const [atAlice, atBob] =
        who === 'sender'
          ? ['bob: You took it back', 'It was taken back.']
          : ['bob: Does not want it', 'You did not take it.'];
      await becomes(alice, 'film.bin', ({ takers }) => takers.join() === atAlice, atAlice);
      await becomes(bob, 'film.bin', ({ note }) => note === atBob, atBob);
      const left = await bob.page.evaluate(() => place);
      expect([left.isAborted, left.isClosed]).toEqual([true, false]);
      const focused = await (who === 'sender' ? alice : bob).page.evaluate(
        () => (document.activeElement as HTMLElement).dataset['testid'],
      );
      expect(focused).toBe('file');
    });

    it('[C16] one refuses, and another one gets the file all the same', async () => {
      const [alice, bob, charlie] = (await meet('bob', 'charlie')) as [User, User, User];
      await withoutPlaces(charlie);
      await alice.choose((await make('notes.txt', 100_000)).path);
      for (const user of [bob, charlie]) await user.click('look-at-offer');
      await bob.click('refuse-file');
      await becomes(bob, 'notes.txt', ({ note }) => note === 'You did not take it.', 'is refused');
      await charlie.click('accept-file');

      await becomes(charlie, 'notes.txt', ({ state }) => state === 'done', 'is here');
      const all = 'bob: Does not want it,charlie: Has it';
      await becomes(
        alice,
        'notes.txt',
        ({ state, takers }) => state === 'partly' && [...takers].sort().join() === all,
        all,
      );
    });

    it('[C16] several files are chosen by the keyboard or pasted; whoever is alone is told so', async () => {
      const [alice] = (await meet()) as [User];
      const paths = [await make('one.txt', 1000), await make('two.txt', 2000)].map(({ path }) => path);
      const paste = () =>
        alice.page.evaluate(() => {
          const clipboardData = new DataTransfer();
          clipboardData.items.add(new File(['pixels'], 'image.png', { type: 'image/png' }));
          document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
        });
      await paste();
      await alice.page.locator('[data-testid="chat-problem"]').wait();
      expect(await alice.texts('chat-problem')).toEqual([
        'Nobody is here to take a file. Wait until somebody has joined.',
      ]);
      expect(await alice.files()).toEqual([]);

      const bob = conferenceUser(await browser!.open('bob', alice.page.url()));
      await bob.join();
      await alice.sees(['bob'], 15_000);
      const coming = alice.page.waitForFileChooser({ timeout: 10_000 });
      await alice.page.focus('[data-testid="choose-files"]');
      await alice.page.evaluate(() => undefined); // once it answers, the chooser is caught
      await alice.page.keyboard.press('Enter');
      const chooser = await coming;
      await chooser.accept(paths);
      await paste();
      for (const name of ['one.txt', 'two.txt', 'image.png']) {
        await becomes(alice, name, ({ takers }) => takers.length === 1, 'is offered to bob');
      }
      await until(async () => (await bob.texts('offer-notice')).join() === 'alice offers you 3 filesLook', {
        within: 5000,
        what: 'bob is told of all three',
      });
    });

    it('[C16] names of files cannot turn letters round, break lines or push the ending out of sight', async () => {
      const [alice, bob] = (await meet('bob')) as [User, User];
      await alice.page.evaluate(() => {
        const dataTransfer = new DataTransfer();
        const names = [
          '\u202egpj.exe',
          'a\u0000b\nc\u2069.txt',
          `${'long '.repeat(40)}.exe`,
          '<img src=x onerror=alert(1)>',
        ];
        for (const name of names) dataTransfer.items.add(new File(['x'], name));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      });
      await bob.click('look-at-offer');
      await until(async () => (await bob.files()).length === 4, { within: 5000, what: 'all are offered' });
      const names = (await bob.files()).map(({ name }) => name);
      expect(names).toEqual([
        'gpj.exe',
        'a b c .txt',
        expect.stringMatching(/^long long [^…]*…[^…]* \.exe$/),
        '<img src=x onerror=alert(1)>',
      ]);
      expect(await bob.page.$$('[data-testid="chat-list"] img')).toEqual([]);
    });

    it('[C9] marks say who got a message, and by name whom it may not have reached', async () => {
      const [alice, bob, charlie] = (await meet('bob', 'charlie')) as [User, User, User];
      const text = '<b>look</b> https://example.org';
      await alice.say(text);
      const marks = () =>
        alice.page.$$eval('[data-testid="chat-mark"]', (all) =>
          all.map((mark) => mark.getAttribute('data-phase')),
        );
      await until(async () => (await marks()).join() === 'delivered', {
        within: 5000,
        what: 'it is delivered',
      });
      expect((await alice.texts('chat-mark')).join()).toMatch(
        /^Delivered to (bob and charlie|charlie and bob)$/,
      );
      await bob.openChat();
      expect(await bob.texts('chat-text')).toEqual([text]);
      expect(await bob.page.$$('[data-testid="chat-list"] :is(a, b)')).toEqual([]);

      await charlie.peer.crash();
      await alice.say('and you?');
      await until(async () => (await bob.texts('chat-text')).length === 2, {
        within: 5000,
        what: 'bob reads it',
      });
      expect(await marks()).toEqual(['delivered', 'sending']);
      await until(async () => (await marks()).join() === 'delivered,incomplete', {
        within: 30_000,
        what: 'it is known that charlie may have missed it',
      });
      expect(await alice.texts('chat-missed')).toEqual(['May not have reached charlie']);
    });
  });
});
