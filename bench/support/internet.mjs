// @ts-check
import { once } from 'node:events';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { labSupport, openLab } from '@conclave/lab';

import { findBrowser } from '../../scripts/browsers.mjs';
import { chromiumArguments } from '../../scripts/fake-media.mjs';
import { CALL_LIMIT_MS, openPage } from './browser.mjs';

const SERVERS = fileURLToPath(new URL('./internet-servers.mjs', import.meta.url));
/** A quarter of a round trip of 30 ms: a path has two hosts, and each delays what it sends and what it gets. */
const DELAY_MS = 7.5;
/** Where the signalling servers are. */
const SIGNAL = 'signal';

/** @typedef {import('@conclave/lab').Shape} Shape */
/** @typedef {Awaited<ReturnType<typeof openInternet>>} Internet */

/**
 * A small internet: hosts of these names with a Chromium each, and one with the signalling servers; 30 ms between any two
 * that have no delay of their own. Throws where this machine cannot have one.
 *
 * @param {Record<string, { up?: Shape, down?: Shape }>} paths
 * @param {URL} module that each page runs
 */
export async function openInternet(paths, module) {
  const support = labSupport();
  if (!support.available) throw new Error(`no lab on this machine: ${support.reason}`);
  const executablePath = findBrowser('chromium');
  if (executablePath === undefined) throw new Error('no Chromium here: run `node scripts/browsers.mjs`');
  const lab = await openLab();
  try {
    const delay = { delayMs: DELAY_MS };
    const signal = await lab.host(SIGNAL, { up: delay, down: delay });
    const urls = await startServers(signal, module);
    /** @type {Record<string, import('@conclave/lab').Host>} */
    const hosts = {};
    /** @type {Record<string, import('puppeteer-core').Browser>} */
    const browsers = {};
    for (const [name, { up, down }] of Object.entries(paths)) {
      const host = await lab.host(name, { up: { ...delay, ...up }, down: { ...delay, ...down } });
      hosts[name] = host;
      browsers[name] = await host.browser('chromium', {
        executablePath,
        args: chromiumArguments,
        secureOrigins: [new URL(urls.page).origin],
        protocolTimeout: CALL_LIMIT_MS,
      });
    }
    const find = (/** @type {string} */ name) => {
      const [host, browser] = [hosts[name], browsers[name]];
      if (!host || !browser) throw new Error(`there is no host ${name}`);
      return { host, browser };
    };
    return {
      urls,
      version: await Object.values(browsers)[0]?.version(),
      /** A page on that host. */
      open: (/** @type {string} */ name) => openPage(find(name).browser, urls.page),
      /** Changes the path of a host while it is in use. */
      shape: (
        /** @type {string} */ name,
        /** @type {'up' | 'down'} */ direction,
        /** @type {Shape} */ shape,
      ) => find(name).host.shape(direction, shape),
      /** What its shaper has counted. */
      async counters(/** @type {string} */ name, /** @type {'up' | 'down'} */ direction) {
        const { atMs, hosts: counted } = await lab.counters();
        const counters = counted[name]?.[direction];
        if (!counters) throw new Error(`nothing is counted of ${name}`);
        return { countedAtMs: atMs, atMs: performance.timeOrigin + performance.now(), ...counters };
      },
      close: () => lab.close(),
    };
  } catch (error) {
    await lab.close();
    throw error;
  }
}

/**
 * @param {import('@conclave/lab').Host} host
 * @param {URL} module
 * @returns {Promise<Record<string, string> & { page: string }>}
 */
async function startServers(host, module) {
  const servers = host.run(execPath, [SERVERS, host.address, fileURLToPath(module)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (!servers.stdout) throw new Error('the servers say nothing');
  const line = once(createInterface({ input: servers.stdout }), 'line');
  const ended = once(servers, 'exit').then(() => {
    throw new Error('the signalling servers did not start');
  });
  ended.catch(() => undefined); // at its end it is asked for no more
  const [text] = await Promise.race([line, ended]);
  return JSON.parse(text);
}
