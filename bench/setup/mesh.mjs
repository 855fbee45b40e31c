// @ts-check
const PEOPLE = 5;
/** A mesh takes much longer than a pair, and varies less: medians of few rounds will do. */
const ROUNDS = 3;

/**
 * Five people in one room: milliseconds from the fifth one's `joinRoom` until each has decoded a frame of every other.
 *
 * @param {Awaited<ReturnType<typeof import('../support/browser.mjs').openBrowser>>} browser
 * @param {Record<string, string>} urls
 */
export async function measureMesh(browser, urls) {
  const pages = [];
  for (let person = 0; person < PEOPLE; person++) pages.push(await browser.open());
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const room = `bench-${round}`;
    for (const page of pages) await page.call('connectForRoom', urls);
    const [last, ...first] = pages;
    await Promise.all(first.map((page) => page.call('join', room)));
    await Promise.all(first.map((page) => page.call('whenSeen', PEOPLE - 2)));
    const startedAtMs = await last?.call('join', room);
    const seenAtMs = await Promise.all(pages.map((page) => page.call('whenSeen', PEOPLE - 1)));
    times.push(Math.max(...seenAtMs) - startedAtMs);
    for (const page of pages) await page.call('leave');
  }
  for (const page of pages) await page.close();
  return times;
}
