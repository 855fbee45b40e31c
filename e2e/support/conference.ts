import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { ElementHandle, JSHandle } from 'puppeteer-core';

import type { PagePeer } from './browser.js';
import { until } from './wait.js';

/** The conference example as `npm start` runs it, on a free port. */
export interface Conference {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the example as a user does; builds it first, unless other options are given. */
export async function startConference(options: readonly string[] = ['--build']): Promise<Conference> {
  const script = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, '--port', '0', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (output += text.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = () => {
    if (child.exitCode !== null) throw new Error(output);
    return /http:\/\/localhost:\d+/.exec(output)?.[0];
  };
  const found = await until(url, { within: 90_000, what: 'the example is served' }).catch(
    (error: unknown) => {
      kill();
      throw error;
    },
  );
  return {
    url: found!,
    async close() {
      child.kill('SIGTERM');
      const force = setTimeout(kill, 5000);
      await ended;
      clearTimeout(force);
      process.off('exit', kill);
    },
  };
}

/** A tile of somebody else as its viewer sees it. */
export interface SeenTile {
  readonly name: string;
  readonly phase: string;
  readonly isMuted: boolean;
  /** A digest of the picture; empty where there is none. */
  readonly picture: string;
}

/** A file as it stands in the chat of one end. */
export interface SeenFile {
  readonly name: string;
  readonly direction: string;
  readonly state: string;
  /** What is said below it. */
  readonly note: string;
  /** At the sender: each one's name and how it is doing with him. */
  readonly takers: readonly string[];
  /** How much the bars show, from 0 to 1; empty where nothing moves. */
  readonly bars: readonly number[];
}

/** What a person reads: without the signs that only keep names apart from what stands around them. */
const readable = (text: string) => text.replaceAll(/[\u2066-\u2069]/g, '').trim();

/** Everything on a page that belongs to the example, as its user does and sees it. */
export const conferenceUser = (peer: PagePeer) => {
  const { page, name } = peer;
  const by = (id: string) => `[data-testid="${id}"]`;
  const click = (id: string) => page.locator(by(id)).click();
  const texts = (id: string) =>
    page
      .$$eval(by(id), (all) => all.map(({ textContent }) => textContent))
      .then((all) => all.map((text) => readable(text)));
  const tiles = () =>
    page.$$eval(by('far-tile'), (all) =>
      all.map((tile): SeenTile => {
        const video = tile.querySelector('video');
        const context = Object.assign(document.createElement('canvas'), { width: 32, height: 24 }).getContext(
          '2d',
        )!;
        if (video?.videoWidth) context.drawImage(video, 0, 0, 32, 24);
        return {
          name: tile.querySelector('[data-testid="tile-name"]')?.textContent ?? '',
          phase: (tile as HTMLElement).dataset['phase'] ?? '',
          isMuted: tile.querySelector('[data-testid="muted"]') !== null,
          picture: video?.videoWidth ? context.getImageData(0, 0, 32, 24).data.join('') : '',
        };
      }),
    );
  /** The lock on somebody's tile. */
  const lockOf = (whom: string): Promise<JSHandle<HTMLElement | null>> =>
    page.evaluateHandle((who) => {
      const named = (tile: Element) => tile.querySelector('[data-testid="tile-name"]')?.textContent === who;
      const tile = [...document.querySelectorAll('[data-testid="far-tile"]')].find(named);
      return tile?.querySelector<HTMLElement>('[data-testid="lock"]') ?? null;
    }, whom);
  const openChat = async () => {
    if (!(await page.$(by('chat-panel')))) await click('toggle-chat');
  };
  return {
    name,
    peer,
    page,
    click,
    texts,
    tiles,
    /** Replaces what stands in a field, as one does from the clipboard: `fill` of long texts is not seen by React. */
    async paste(id: string, text: string) {
      await page.locator(by(id)).click({ count: 3 });
      await page.keyboard.sendCharacter(text);
    },
    /** What the lock on somebody's tile says, to machines and to people; empty where there is none. */
    async trustIn(whom: string) {
      const lock = await lockOf(whom);
      return lock.evaluate((one) => [one?.dataset['trust'] ?? '', one?.ariaLabel ?? ''] as const);
    },
    /** Opens the dialog about somebody by the keyboard. */
    async lookCloserAt(whom: string) {
      const lock = await lockOf(whom);
      await lock.evaluate((one) => one?.focus());
      await page.keyboard.press('Enter');
      await page.locator(by('trust-dialog')).wait();
    },
    /** The verification code as it stands in the open dialog. */
    async code() {
      await page.locator(by('code-digits')).wait();
      return [...(await texts('code-digits')), ...(await texts('code-emoji'))].join(' ');
    },
    /** Joins the room of the link that the page was opened with. */
    async join(as = name) {
      await page.locator(by('name-input')).fill(as);
      await click('join');
      await page.locator(by('meeting')).wait();
    },
    openChat,
    /** The files in the chat, which is open. */
    files: () =>
      page.$$eval(by('file'), (all) =>
        all.map((file): SeenFile => {
          const textsOf = (id: string) =>
            [...file.querySelectorAll(`[data-testid="${id}"]`)].map(({ textContent }) => textContent);
          return {
            name: textsOf('file-name').join(),
            direction: file.getAttribute('data-direction') ?? '',
            state: file.getAttribute('data-state') ?? '',
            note: textsOf('file-note').join(),
            takers: [...file.querySelectorAll<HTMLElement>('[data-testid="file-taker"]')].map((taker) =>
              [...taker.children].flatMap(({ textContent }) => textContent || []).join(': '),
            ),
            bars: [...file.querySelectorAll('progress')].map(({ position }) => position),
          };
        }),
      ),
    /** Drags files from the desktop, drops them on the tiles, and tells what the page said before they fell. Chromium only. */
    async drop(...paths: readonly string[]) {
      const session = await page.createCDPSession();
      const data = { items: [], files: [...paths], dragOperationsMask: 1 };
      const send = (type: 'dragEnter' | 'dragOver' | 'drop') =>
        session.send('Input.dispatchDragEvent', { type, x: 200, y: 200, data });
      await send('dragEnter');
      await send('dragOver');
      await page.locator(by('drop-overlay')).wait();
      const said = await texts('drop-overlay');
      await send('drop');
      await session.detach();
      return said.join();
    },
    /** Chooses files in the dialog behind the button in the chat. */
    async choose(...paths: readonly string[]) {
      await openChat();
      const input = await page.$(`input${by('file-input')}`);
      await (input as ElementHandle<HTMLInputElement>).uploadFile(...paths);
    },
    /** Opens the chat where it is closed, and writes a line. */
    async say(text: string) {
      await openChat();
      await page.locator(by('chat-input')).fill(text);
      await click('chat-send');
    },
    /** Waits until exactly these others are seen, each in a picture that moves. */
    async sees(others: readonly string[], within: number) {
      const names = [...others].sort();
      const first = new Map<string, string>();
      const condition = async () => {
        const now = (await tiles()).filter(({ phase }) => phase === 'present');
        const all = (await tiles()).map((tile) => tile.name).sort();
        for (const tile of now) if (tile.picture && !first.has(tile.name)) first.set(tile.name, tile.picture);
        const moves = now.filter(({ name: who, picture }) => first.get(who) !== picture);
        return all.join() === names.join() && moves.length === names.length;
      };
      await until(condition, { within, what: `${name} sees ${names.join(' and ') || 'nobody'}, moving` });
    },
  };
};
