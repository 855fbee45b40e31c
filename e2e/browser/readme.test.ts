import { createRendezvous, type Rendezvous } from '@conclave/rendezvous';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { launchBrowser, type PagePeer, type TestBrowser } from '../support/browser.js';
import { openSite, type Site } from '../support/site.js';
import { until } from '../support/wait.js';
import { describeIn } from '../support/where.js';

const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');

/** An example of the README as it stands, but for the address of the server. */
function example(language: 'ts' | 'tsx', url: string): string {
  const code = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1] ?? '';
  return code.replaceAll('ws://localhost:8787', url);
}

/** What an application adds to the React example. */
const MOUNT = `
import { createRoot } from 'react-dom/client';
createRoot(document.body.appendChild(document.createElement('main'))).render(<App />);
`;

describeIn(['chromium'], 'the README', () => {
  let browser: TestBrowser;
  let rendezvous: Rendezvous;
  const sites: Site[] = [];
  jest.setTimeout(60_000);

  beforeAll(async () => {
    browser = await launchBrowser('chromium');
  });
  beforeEach(async () => {
    rendezvous = await createRendezvous();
  });
  afterEach(async () => {
    await browser.closePages();
    await Promise.all([rendezvous.close(), ...sites.splice(0).map((site) => site.close())]);
  });
  afterAll(async () => {
    await browser.close();
  });

  async function open(name: string, code: string): Promise<PagePeer> {
    const site = await openSite(code);
    sites.push(site);
    return browser.open(name, site.url);
  }

  /** Opens alice's page, and bob's once she is there: who was first must see who comes later. */
  async function inTurn(code: string): Promise<PagePeer[]> {
    const alice = await open('alice', code);
    await until(() => rendezvous.sockets === 1, { within: 10_000, what: 'alice at the rendezvous' });
    return [alice, await open('bob', code)];
  }

  const moving = (page: PagePeer) =>
    page.evaluate(
      () =>
        [...document.querySelectorAll('video')].filter(
          (video) => video.currentTime > 0 && video.videoWidth > 0,
        ).length,
    );

  it('[E7] has a vanilla example: two pages that run it see each other', async () => {
    const pages = await Promise.all(
      ['alice', 'bob'].map((name) => open(name, example('ts', rendezvous.url))),
    );
    for (const page of pages) {
      await until(async () => (await moving(page)) === 1, {
        within: 20_000,
        what: 'one moving picture on each page',
      });
    }
  });

  it('[E7] has a React example: two pages that run it see each other', async () => {
    const pages = await inTurn(example('tsx', rendezvous.url) + MOUNT);
    for (const page of pages) {
      await until(async () => (await moving(page)) === 1, {
        within: 20_000,
        what: 'one moving picture on each page',
      });
    }
  });
});
