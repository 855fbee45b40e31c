import { createServer } from 'node:http';
import { once } from 'node:events';

import type { BrowserKind, Host, Lab } from '@conclave/lab';

import { findBrowser } from '../../scripts/browsers.mjs';
import { chromiumArguments, firefoxPreferences } from '../../scripts/fake-media.mjs';
import { report } from './support/figures.js';
import { closeLabsAfterEach, openTestLab } from './support/open.js';
import { describeLab } from './support/where.js';

const PORT = 8_080;
const START_LIMIT_MS = 60_000;

/** A server of one page, in a host. */
async function serve(host: Host): Promise<string> {
  const program = `require('node:http').createServer((request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>' + request.socket.remoteAddress + '</title>');
  }).listen(${PORT}, () => console.log('listening'));`;
  const child = host.run(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout!, 'data');
  return `http://${host.address}:${PORT}`;
}

async function open(lab: Lab, kind: BrowserKind) {
  const [alice, server] = [await lab.host('alice'), await lab.host('server')];
  const origin = await serve(server);
  const startedMs = performance.now();
  const browser = await alice.browser(kind, {
    executablePath: findBrowser(kind) ?? '',
    args: kind === 'chromium' ? chromiumArguments : [],
    preferences: firefoxPreferences,
    secureOrigins: [origin],
  });
  report(`start of ${kind}`, { ms: performance.now() - startedMs });
  return { alice, server, origin, browser };
}

describe.each(['chromium', 'firefox'] as const)('%s', (kind) => {
  describeLab(
    `${kind} in a host of a lab`,
    () => {
      closeLabsAfterEach();

      it(
        '[E1] opens a page from another host, with a camera, and reaches nothing else',
        async () => {
          const { alice, origin, browser } = await open(await openTestLab(), kind);
          const outside = createServer((_, response) => response.end('outside')).listen(0, '127.0.0.1');
          await once(outside, 'listening');
          const page = await browser.newPage();
          await page.goto(origin);

          const seen = await page.evaluate(
            async (port) => {
              const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
              const reachesMachine = await fetch(`http://127.0.0.1:${port}`, { mode: 'no-cors' }).then(
                () => true,
                () => false,
              );
              return {
                address: document.title,
                isSecureContext,
                tracks: media.getTracks().map((track) => track.kind),
                reachesMachine,
              };
            },
            (outside.address() as { port: number }).port,
          );
          outside.close();

          expect(seen.address).toContain(alice.address);
          expect(seen).toMatchObject({
            isSecureContext: true,
            tracks: ['audio', 'video'],
            reachesMachine: false,
          });
          await browser.close();
        },
        START_LIMIT_MS,
      );
    },
    [kind],
  );
});

describeLab('forward', () => {
  closeLabsAfterEach();

  it('[E1] lets the test reach a server on the loopback device of a host', async () => {
    const lab = await openTestLab();
    const server = await lab.host('server');
    await serve(server);
    const { port, close } = await server.forward(PORT);

    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });

    expect(await answer.text()).toContain('127.0.0.1');
    close();
  });
});
