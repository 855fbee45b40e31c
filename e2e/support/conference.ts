import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { JSHandle } from 'puppeteer-core';

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

/** Everything on a page that belongs to the example, as its user does and sees it. */
export const conferenceUser = (peer: PagePeer) => {
  const { page, name } = peer;
  const by = (id: string) => `[data-testid="${id}"]`;
  const click = (id: string) => page.locator(by(id)).click();
  const texts = (id: string) =>
    page.$$eval(by(id), (all) => all.map(({ textContent }) => textContent.trim()));
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
    /** Opens the chat where it is closed, and writes a line. */
    async say(text: string) {
      if (!(await page.$(by('chat-panel')))) await click('toggle-chat');
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
