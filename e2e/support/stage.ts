import { createRendezvous, type Rendezvous } from '@conclave/rendezvous';
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';

import { launchBrowser, type PagePeer, type TestBrowser } from './browser.js';
import { startPeerProcess, type PeerProcess } from './peer-process.js';
import { openSite, type Site } from './site.js';
import type { BrowserName } from './where.js';

/** The set-up that suites share: browsers for the suite; a rendezvous, pages and processes for each test. */
export interface Stage {
  /** URL of this test's rendezvous. */
  readonly url: string;
  /** What its sockets have carried, both ways, as TCP counts it. */
  rendezvousBytes(): number;
  /** Opens a peer in a page of its own; `beside` another page, in a second tab of the same user. */
  open(name: string, browser?: BrowserName, beside?: PagePeer): Promise<PagePeer>;
  /** Starts a peer in a Node process. */
  start(name: string): Promise<PeerProcess>;
}

/** Registers the set-up with Jest; to be called in a `describe`. */
export function useStage(...browsers: readonly BrowserName[]): Stage {
  let site: Site | undefined;
  let server: Server | undefined;
  let rendezvous: Rendezvous | undefined;
  let sockets: Socket[] = [];
  const launched = new Map<BrowserName, TestBrowser>();
  const processes: PeerProcess[] = [];

  jest.setTimeout(60_000); // each wait has its own, shorter limit; this only ends what hangs

  beforeAll(async () => {
    site = await openSite();
    await Promise.all(browsers.map(async (name) => launched.set(name, await launchBrowser(name))));
  });
  beforeEach(async () => {
    sockets = [];
    server = createServer().on('connection', (socket) => sockets.push(socket));
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    rendezvous = await createRendezvous({ server });
  });
  afterEach(async () => {
    const closing = [...launched.values()].map((browser) => browser.closePages());
    const ending = processes.splice(0).map((peer) => peer.close());
    const settled = await Promise.allSettled([...closing, ...ending]);
    await rendezvous?.close();
    server?.close();
    for (const result of settled) if (result.status === 'rejected') throw result.reason;
  });
  afterAll(async () => {
    await Promise.all([...launched.values()].map((browser) => browser.close()));
    await site?.close();
  });

  return {
    get url() {
      return rendezvous!.url;
    },
    rendezvousBytes: () =>
      sockets.reduce((sum, { bytesRead, bytesWritten }) => sum + bytesRead + bytesWritten, 0),
    open: (name, browser = browsers[0]!, beside) => launched.get(browser)!.open(name, site!.url, beside),
    async start(name) {
      const peer = await startPeerProcess(name);
      processes.push(peer);
      return peer;
    },
  };
}
