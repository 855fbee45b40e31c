// @ts-check
import { createServer } from 'node:http';

import { build } from 'esbuild';
import puppeteer from 'puppeteer-core';

import { findBrowser } from '../../scripts/browsers.mjs';
import { chromiumArguments } from '../../scripts/fake-media.mjs';

// As fast as a usual camera: its frame interval is part of every time until a frame. The last flag of a name counts.
const usualArguments = [...chromiumArguments, '--use-fake-device-for-media-stream=fps=30'];

/** The longest call of a page, a file of 1 GiB, takes minutes where the machine is busy. */
export const CALL_LIMIT_MS = 900_000;

/** @typedef {{ bench: Record<string, (...args: unknown[]) => any> }} PageWithBench */

/**
 * A Chromium that runs one module of ours in as many isolated pages as are asked for, and the server that they come from.
 *
 * @param {URL} module
 * @param {readonly string[]} args
 */
export async function openBrowser(module, args = usualArguments) {
  const executablePath = findBrowser('chromium');
  if (executablePath === undefined) throw new Error('no Chromium here: run `node scripts/browsers.mjs`');
  const pages = await servePage(module);
  const browser = await puppeteer.launch({
    browser: 'chrome',
    headless: true,
    executablePath,
    args: [...args],
    protocolTimeout: CALL_LIMIT_MS,
  });
  return {
    version: await browser.version(),
    /** A page of its own context: it shares no storage and no connection with the others. */
    open: () => openPage(browser, pages.url),
    async close() {
      await browser.close();
      pages.close();
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof openPage>>} Page */

/**
 * A page of its own context, whose module has run.
 *
 * @param {import('puppeteer-core').Browser} browser
 * @param {string} url
 */
export async function openPage(browser, url) {
  const page = await (await browser.createBrowserContext()).newPage();
  await page.goto(url);
  await page.waitForFunction('globalThis.bench !== undefined');
  return {
    /** The protocol of its developer tools. */
    devtools: await page.createCDPSession(),
    /**
     * Calls a function of the page's `bench`.
     *
     * @param {string} method
     * @param {unknown[]} args
     */
    call: (method, ...args) =>
      page.evaluate(
        (name, values) =>
          /** @type {PageWithBench} */ (/** @type {unknown} */ (globalThis)).bench[name]?.(...values),
        method,
        args,
      ),
    close: () => page.browserContext().close(),
  };
}

/**
 * Serves a page that runs one module of ours.
 *
 * @param {URL} module
 * @param {string} host
 */
export async function servePage(module, host = '127.0.0.1') {
  const script = await bundle(module);
  const server = createServer((request, response) => {
    if (request.url === '/page.js') response.setHeader('content-type', 'text/javascript').end(script);
    else response.setHeader('content-type', 'text/html').end(PAGE);
  });
  await new Promise((ready) => server.listen(0, host, () => ready(undefined)));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    // A name that makes a page on loopback a secure context in every browser.
    url: `http://${host === '127.0.0.1' ? 'localhost' : host}:${port}/`,
    close: () => void server.close(),
  };
}

const PAGE = '<!doctype html><meta charset="utf-8"><body><script type="module" src="/page.js"></script>';

/** @param {URL} module */
async function bundle(module) {
  const { outputFiles } = await build({
    entryPoints: [module.pathname],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]?.contents ?? '';
}
