import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

import { report } from './support/figures.js';
import { devices, leftovers, type Namespaces } from './support/leftovers.js';
import { until } from './support/until.js';
import { describeLab } from './support/where.js';

const opener = fileURLToPath(new URL('support/opener.child.mjs', import.meta.url));

describeLab(
  'what is left of a lab',
  () => {
    it('[E1] is nothing when who opened it is killed with a NAT, a command and a browser in it', async () => {
      const before = { devices: devices(), files: profiles() };
      const child = fork(opener, { execArgv: [] });
      try {
        const [namespaces] = (await once(child, 'message')) as [Namespaces];
        const atWork = leftovers(namespaces);
        expect(namespaces.networks).toHaveLength(2);
        expect(atWork.filter((line) => line.includes('sleep 600')).length).toBeGreaterThanOrEqual(2);
        expect(atWork.some((line) => line.includes('--type=renderer'))).toBe(true);

        const killedMs = performance.now();
        child.kill('SIGKILL');

        await until(
          () => leftovers(namespaces).length === 0,
          10_000,
          () => leftovers(namespaces).join('\n'),
        );
        report('nothing left after SIGKILL', {
          ms: performance.now() - killedMs,
          processes: atWork.length,
        });
        expect({ devices: devices(), files: profiles() }).toEqual(before);
      } finally {
        child.kill('SIGKILL');
      }
    }, 60_000);
  },
  ['chromium'],
);

/** Where browsers leave their profiles, when nobody cleans up. */
const profiles = () =>
  readdirSync(tmpdir()).filter((name) => /^(puppeteer_dev|[.]?(org|com)[.](chromium|google))/i.test(name));
