// @ts-check
/** @typedef {Awaited<ReturnType<Awaited<ReturnType<typeof import('../support/browser.mjs').openBrowser>>['open']>>} Page */

/** Often enough to see a file of a few seconds pile up, seldom enough to cost nothing. */
const SAMPLE_MS = 250;

/**
 * What a page's scripts hold: the heap of V8 and the array buffers that it points to.
 *
 * @param {Page} page
 */
async function usedBytes({ devtools }) {
  // The protocol has it, the types of this client do not yet.
  const usage = /** @type {{ usedSize: number, backingStorageSize?: number }} */ (
    await devtools.send('Runtime.getHeapUsage')
  );
  return usage.usedSize + (usage.backingStorageSize ?? 0);
}

/**
 * Watches the heaps of pages while something runs: `growthBytes` from one full collection before to one after, and
 * `peakGrowthBytes` in between, garbage included; of the page where it is larger.
 *
 * @param {readonly Page[]} pages
 * @param {() => Promise<void>} run
 */
export async function watchHeaps(pages, run) {
  const before = await Promise.all(pages.map(collected));
  const peaks = [...before];
  const sample = async () => {
    const now = await Promise.all(pages.map(usedBytes));
    for (const [index, bytes] of now.entries()) peaks[index] = Math.max(bytes, peaks[index] ?? 0);
  };
  const timer = setInterval(() => void sample().catch(() => undefined), SAMPLE_MS);
  try {
    await run();
  } finally {
    clearInterval(timer);
  }
  const after = await Promise.all(pages.map(collected));
  const most = (/** @type {readonly number[]} */ values) =>
    Math.max(...values.map((bytes, index) => bytes - (before[index] ?? 0)));
  return { growthBytes: most(after), peakGrowthBytes: most(peaks) };
}

/** @param {Page} page */
async function collected(page) {
  await page.devtools.send('HeapProfiler.collectGarbage');
  return usedBytes(page);
}
