import puppeteer, { type Browser, type BrowserContext, type LaunchOptions, type Page } from 'puppeteer-core';

import { findBrowser } from '../../scripts/browsers.mjs';
import { chromiumArguments, firefoxPreferences } from '../../scripts/fake-media.mjs';
import type { Peer } from './peer.js';
import type { BrowserName } from './where.js';
import { installWitness } from './witness-hook.mjs';

const options: Record<BrowserName, LaunchOptions> = {
  chromium: { browser: 'chrome', args: chromiumArguments },
  firefox: { browser: 'firefox', extraPrefsFirefox: firefoxPreferences },
};

/** A page in a browser context of its own, which shares no storage and no process with others, or beside another one. */
export interface PagePeer extends Peer {
  readonly page: Page;
  /** Loads the page again: a new peer in the same tab. */
  reload(): Promise<void>;
  /** Kills the page's process, as the system does when memory runs out: no event runs in it. Chromium only. */
  crash(): Promise<void>;
  /** The errors that nobody caught in the page, taken out: what is left in it fails the test. */
  takeErrors(): string[];
}

/** A browser that runs for a whole suite. */
export interface TestBrowser {
  readonly name: BrowserName;
  /**
   * Opens a page for a peer of this name; the witness is in it before anything else runs. `beside` another page it is
   * another tab of the same user: both share all storage.
   */
  open(name: string, url: string, beside?: PagePeer): Promise<PagePeer>;
  /** Closes all pages. Rejects where one had an error that nobody caught. */
  closePages(): Promise<void>;
  /** Ends the browser, by force where it does not end in 10 s. */
  close(): Promise<void>;
}

const running = new Set<Browser>();
process.on('exit', () => running.forEach((browser) => browser.process()?.kill('SIGKILL')));

/** Starts a browser; `describeIn` has made sure that it exists. */
export async function launchBrowser(name: BrowserName): Promise<TestBrowser> {
  const executablePath = findBrowser(name);
  if (executablePath === undefined) throw new Error(`There is no ${name}.`);
  const browser = await puppeteer.launch({
    ...options[name],
    headless: true,
    executablePath,
  });
  running.add(browser);
  const open = new Map<PagePeer, BrowserContext>();
  return {
    name,
    async open(peerName, url, beside) {
      const context = (beside && open.get(beside)) ?? (await browser.createBrowserContext());
      const peer = await openPage(context, peerName, url);
      open.set(peer, context);
      return peer;
    },
    async closePages() {
      const pages = [...open];
      open.clear();
      const errors = pages.flatMap(([peer]) => peer.takeErrors().map((error) => `${peer.name}: ${error}`));
      await Promise.all([...new Set(pages.map(([, context]) => context))].map((context) => context.close()));
      if (errors.length > 0) throw new Error(`Errors that nobody caught:\n${errors.join('\n')}`);
    },
    async close() {
      const force = setTimeout(() => browser.process()?.kill('SIGKILL'), 10_000);
      await browser.close().finally(() => clearTimeout(force));
      running.delete(browser);
    },
  };
}

async function openPage(context: BrowserContext, name: string, url: string): Promise<PagePeer> {
  const page = await context.newPage();
  await page.evaluateOnNewDocument(`(${installWitness.toString()})(globalThis)`);
  let errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error instanceof Error ? error.message : String(error)));
  await page.goto(url);
  return {
    name,
    page,
    evaluate: (run, ...args) => page.evaluate(run as never, ...args),
    async reload() {
      await page.reload();
    },
    async crash() {
      const session = await page.createCDPSession();
      // The page dies before it can answer.
      const gone = new Promise<void>((resolve) => page.once('error', () => resolve()));
      void session.send('Page.crash').catch(() => undefined);
      await gone;
    },
    takeErrors() {
      const taken = errors;
      errors = [];
      return taken;
    },
  };
}
