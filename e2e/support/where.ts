import { findBrowser } from '../../scripts/browsers.mjs';

/** A browser that the tests drive. */
export type BrowserName = 'chromium' | 'firefox';

/**
 * A `describe` for what needs browsers: the one place that may skip tests. Where one is missing the suite is skipped
 * and says why; with `CI=true` that is a failure.
 */
export function describeIn(browsers: readonly BrowserName[], name: string, body: () => void): void {
  const missing = browsers.filter((browser) => findBrowser(browser) === undefined);
  if (missing.length === 0) {
    describe(name, body);
    return;
  }
  const why = `there is no ${missing.join(' and no ')} on this machine`;
  if (process.env['CI'] === 'true') {
    describe(name, () => {
      it(`cannot run: ${why}`, () => {
        throw new Error(`${why}; with CI=true every suite runs`);
      });
    });
    return;
  }
  process.stderr.write(`skipped: ${name}: ${why} (node scripts/browsers.mjs gets it)\n`);
  describe.skip(`${name} (skipped: ${why})`, body);
}
