import { labSupport } from '@conclave/lab';

import { describeIn, type BrowserName } from '../../support/where.js';

/**
 * A `describe` for what needs a lab, and browsers in it: the one place that may skip tests here. What is missing is said.
 * With `CI=true` a missing program is a failure; rights that the system does not give are not its to get.
 */
export function describeInLab(browsers: readonly BrowserName[], name: string, body: () => void): void {
  const support = labSupport();
  if (support.available) {
    describeIn(browsers, name, body);
    return;
  }
  if (process.env['CI'] === 'true' && support.lacks === 'programs') {
    describe(name, () => {
      it(`cannot run: ${support.reason}`, () => {
        throw new Error(`${support.reason}; with CI=true what can be installed is`);
      });
    });
    return;
  }
  process.stderr.write(`skipped: ${name}: ${support.reason}\n`);
  describe.skip(`${name} (skipped: ${support.reason})`, body);
}
