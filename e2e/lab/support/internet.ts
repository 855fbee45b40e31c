import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { openLab, type Direction, type Host, type Lab, type PathCounters, type Shape } from '@conclave/lab';
import type { PeerId } from '@conclave/core';

import { findBrowser } from '../../../scripts/browsers.mjs';
import { chromiumArguments, firefoxPreferences } from '../../../scripts/fake-media.mjs';
import type { Peer } from '../../support/peer.js';
import type { BrowserName } from '../../support/where.js';
import { installWitness } from '../../support/witness-hook.mjs';

/** A path has two hosts, and each delays what it sends and what it gets. */
const DELAY_MS = 7.5;
/** From one host to another, where nothing waits in a queue. */
export const PATH_DELAY_MS = 2 * DELAY_MS;

/** A peer in the one page of a browser on a host of its own. */
export interface LabPeer extends Peer {
  /** Who it is, once it is connected. */
  readonly id: PeerId;
  /** Changes one direction of its path: what is left out stays. */
  shape(direction: Direction, shape: Shape): Promise<void>;
  /** What its path has carried, both ways, and when: milliseconds of the machine's monotonic clock. */
  counters(): Promise<PathCounters & { readonly atMs: number }>;
}

/** How a peer is connected to the internet, and by which browser: Chromium where nothing is said. */
export interface Place {
  readonly browser?: BrowserName;
  readonly up?: Shape;
  readonly down?: Shape;
}

/** Small internets, each for one test. */
export interface Internets {
  /** Opens one: a host and a connected peer for each name; 30 ms from anyone to anyone and back. */
  open<Name extends string>(places: Record<Name, Place>): Promise<Record<Name, LabPeer>>;
  /** Starts all counters anew. */
  resetCounters(): Promise<void>;
}

/** Registers the set-up with Jest; to be called in a `describe`. Nothing stays after a test, also where it fails. */
export function useInternets(): Internets {
  let lab: Lab | undefined;
  let errors: string[] = [];

  jest.setTimeout(60_000); // each wait has its own, shorter limit; this only ends what hangs

  afterEach(async () => {
    await lab?.close();
    lab = undefined;
    const uncaught = errors;
    errors = [];
    if (uncaught.length > 0) throw new Error(`Errors that nobody caught:\n${uncaught.join('\n')}`);
  });

  return {
    async open<Name extends string>(places: Record<Name, Place>) {
      const opened = await openLab();
      lab = opened;
      const urls = await startServers(await opened.host('server'));
      const peers = Object.entries<Place>(places).map(async ([name, place]) => {
        const host = await opened.host(name, {
          up: { delayMs: DELAY_MS, ...place.up },
          down: { delayMs: DELAY_MS, ...place.down },
        });
        const evaluate = await openPage(host, place.browser ?? 'chromium', urls.page, (error) =>
          errors.push(`${name}: ${error}`),
        );
        const id = await evaluate((url: string) => kit.connect(url), urls.rendezvous);
        const peer: LabPeer = {
          name,
          id,
          evaluate,
          shape: (direction, shape) => host.shape(direction, shape),
          async counters() {
            const { atMs, hosts } = await opened.counters();
            return { ...hosts[name]!, atMs };
          },
        };
        return [name, peer] as const;
      });
      return Object.fromEntries(await Promise.all(peers)) as Record<Name, LabPeer>;
    },
    resetCounters: () => lab!.resetCounters(),
  };
}

async function openPage(
  host: Host,
  kind: BrowserName,
  url: string,
  onError: (message: string) => void,
): Promise<Peer['evaluate']> {
  const browser = await host.browser(kind, {
    executablePath: findBrowser(kind)!,
    args: kind === 'chromium' ? chromiumArguments : [],
    preferences: firefoxPreferences,
    secureOrigins: [new URL(url).origin],
  });
  const page = await browser.newPage();
  await page.evaluateOnNewDocument(`(${installWitness.toString()})(globalThis)`);
  page.on('pageerror', (error) => onError(error instanceof Error ? error.message : String(error)));
  await page.goto(url);
  return (run, ...args) => page.evaluate(run as never, ...args);
}

async function startServers(host: Host): Promise<{ readonly rendezvous: string; readonly page: string }> {
  const program = fileURLToPath(new URL('./servers.child.mjs', import.meta.url));
  const servers = host.run(process.execPath, [program, host.address], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const line = once(createInterface({ input: servers.stdout! }), 'line');
  const ended = once(servers, 'exit').then((): never => {
    throw new Error('the servers did not start');
  });
  ended.catch(() => undefined); // at its end it is asked for no more
  const [text] = (await Promise.race([line, ended])) as [string];
  return JSON.parse(text);
}
