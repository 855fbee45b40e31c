// @ts-check
// Opens a lab with a NAT, a command and a browser, says what the machine has of it, and waits to be killed.
import { readdirSync, readlinkSync } from 'node:fs';

import { openLab } from '@conclave/lab';

import { findBrowser } from '../../../scripts/browsers.mjs';
import { chromiumArguments } from '../../../scripts/fake-media.mjs';

const lab = await openLab();
const nat = await lab.nat('home', 'cone');
const alice = await nat.host('alice');
// A command with a child that leaves its session: nobody's child then.
alice.run('sh', ['-c', 'setsid sleep 600 & exec sleep 600'], { stdio: 'ignore' });
const executablePath = findBrowser('chromium') ?? '';
const browser = await alice.browser('chromium', { executablePath, args: chromiumArguments });
await (await browser.newPage()).goto('about:blank');

const held = readdirSync(`/proc/${lab.pid}/fd`)
  .map((descriptor) => {
    try {
      return readlinkSync(`/proc/${lab.pid}/fd/${descriptor}`);
    } catch {
      return '';
    }
  })
  .filter((target) => target.startsWith('net:'));
process.send?.({ networks: held, processes: readlinkSync(`/proc/${lab.pid}/ns/pid`) });
