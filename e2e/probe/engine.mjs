// Three engines behind one shape: { name, call(end, method, ...args), check(name), close() }.
import { fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename } from 'node:path';
import puppeteer from 'puppeteer-core';

import { chromiumArguments, firefoxPreferences } from '../../scripts/fake-media.mjs';

const PAGE = `<!doctype html><meta charset="utf-8"><body><script type="module">
  import { createHost } from './host.js';
  import { env } from './browser-env.js';
  globalThis.probe = createHost(env);
</script>`;

/** Serves this folder's page modules on a free port of the loopback interface. */
export async function servePages() {
  const server = createServer(async (request, response) => {
    const file = basename(new URL(request.url, 'http://localhost').pathname);
    if (file === '') return response.setHeader('content-type', 'text/html').end(PAGE);
    try {
      const source = await readFile(new URL(file, import.meta.url));
      response.setHeader('content-type', 'text/javascript').end(source);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return { url: `http://localhost:${server.address().port}/`, close: () => server.close() };
}

async function browserEngine(name, url, options) {
  const browser = await puppeteer.launch({ headless: true, ...options });
  const version = await browser.version();
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForFunction(() => globalThis.probe !== undefined);
  return {
    name,
    version,
    call: (...args) => page.evaluate((values) => globalThis.probe.call(...values), args),
    check: (check) => page.evaluate((value) => globalThis.probe.check(value), check),
    close: () => browser.close(),
  };
}

export const chromium = (url) =>
  browserEngine('chromium', url, {
    browser: 'chrome',
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    args: chromiumArguments,
  });

export const firefox = (url) =>
  browserEngine('firefox', url, {
    browser: 'firefox',
    executablePath: process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr',
    extraPrefsFirefox: firefoxPreferences,
  });

export async function wrtc() {
  const child = fork(new URL('wrtc-child.mjs', import.meta.url));
  const waiting = new Map();
  let last = 0;
  child.on('message', ({ id, value, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) resolve(value);
    else reject(new Error(error));
  });
  const gone = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
  void gone.then((how) => waiting.forEach(({ reject }) => reject(new Error(`wrtc process ended: ${how}`))));
  const ask = (method, args) =>
    new Promise((resolve, reject) => {
      waiting.set((last += 1), { resolve, reject });
      child.send({ id: last, method, args });
    });
  return {
    name: 'wrtc',
    version: '@roamhq/wrtc',
    call: (...args) => ask('call', args),
    check: (check) => ask('check', [check]),
    close: () => (child.kill('SIGKILL'), gone),
  };
}
