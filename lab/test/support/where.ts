import { labSupport } from '@conclave/lab';

import { findBrowser } from '../../../scripts/browsers.mjs';

type BrowserName = 'chromium' | 'firefox';

/**
 * A `describe` for what needs a lab, and browsers in it: the one place that may skip tests here. What is missing is
 * said. With `CI=true` a missing program is a failure; rights that the system does not give are not its to get.
 */
export function describeLab(name: string, body: () => void, browsers: readonly BrowserName[] = []): void {
  const missing = whatIsMissing(browsers);
  if (missing === undefined) {
    describe(name, body);
    return;
  }
  if (process.env['CI'] === 'true' && missing.lacks === 'programs') {
    describe(name, () => {
      it(`cannot run: ${missing.reason}`, () => {
        throw new Error(`${missing.reason}; with CI=true what can be installed is`);
      });
    });
    return;
  }
  process.stderr.write(`skipped: ${name}: ${missing.reason}\n`);
  describe.skip(`${name} (skipped: ${missing.reason})`, body);
}

function whatIsMissing(browsers: readonly BrowserName[]) {
  const support = labSupport();
  if (!support.available) return support;
  const browser = browsers.find((each) => findBrowser(each) === undefined);
  return browser && ({ lacks: 'programs', reason: `there is no ${browser} on this machine` } as const);
}
