// @ts-check
// What a shaper counted on one direction of a host's path.

/** The classes that a shaper tells apart. */
const CLASSES = /** @type {const} */ (['audio', 'video', 'rtcp', 'data', 'stun', 'other']);
/** How often it is asked for a plot, or for the time until something is well again. */
const INTERVAL_MS = 250;

/** @typedef {import('@conclave/lab').DirectionCounters & { countedAtMs: number, atMs: number }} Counters */
/** @typedef {typeof CLASSES[number]} TrafficClass */
/** @typedef {{ kbps: number, packets: number, dropped: number, queueMs: number }} Traffic */
/** @typedef {{ atMs: number, seconds: number, queueMs: number, classes: Record<TrafficClass, Traffic>, kbps: number }} Interval */

/**
 * What passed between two readings; `atMs` is the end, on the clock that pages have too.
 *
 * @param {Counters} before
 * @param {Counters} after
 * @returns {Interval}
 */
export function compareCounters(before, after) {
  const seconds = (after.countedAtMs - before.countedAtMs) / 1000;
  const classes = /** @type {Record<TrafficClass, Traffic>} */ (
    Object.fromEntries(
      CLASSES.map((name) => {
        const [a, b] = [before[name], after[name]];
        const packets = b.packets - a.packets;
        const queued = b.queueMeanMs * b.packets - a.queueMeanMs * a.packets;
        return [
          name,
          {
            kbps: ((b.bytes - a.bytes) * 8) / 1000 / seconds,
            packets,
            dropped: b.dropped - a.dropped,
            queueMs: packets > 0 ? queued / packets : 0,
          },
        ];
      }),
    )
  );
  const kbps = CLASSES.reduce((sum, name) => sum + classes[name].kbps, 0);
  return { atMs: after.atMs, seconds, queueMs: after.queueMs, classes, kbps };
}

/**
 * Reads the counters a few times a second until `stop`, which answers what passed between any two readings.
 *
 * @param {() => Promise<Counters>} read
 */
export async function watchCounters(read) {
  /** @type {Counters[]} */
  const readings = [await read()];
  let asking = Promise.resolve();
  const timer = setInterval(() => {
    asking = asking.then(async () => void readings.push(await read()));
    asking.catch(() => clearInterval(timer));
  }, INTERVAL_MS);
  return {
    async stop() {
      clearInterval(timer);
      await asking;
      return readings.slice(1).map((reading, index) => {
        const before = readings[index];
        if (!before) throw new Error('unreachable');
        return compareCounters(before, reading);
      });
    },
  };
}
