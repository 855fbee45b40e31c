// @ts-check
/** @typedef {import('@conclave/mesh').SubscriberDemand} SubscriberDemand */
/** @typedef {{ capacityBps: number, queueMs: number, rttMs: number, present: SubscriberDemand[], more: number, seed: number }} Case */

/**
 * Numbers of 0 to 1 that are the same in every run (mulberry32).
 * @param {number} seed
 */
export function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A room, and how many more ask to come in: from one where not even sound fits to one with plenty for everybody.
 * @param {number} seed
 * @returns {Case}
 */
export function roomOf(seed) {
  const random = seeded(seed);
  /**
   * @template T
   * @param {readonly [T, ...T[]]} list
   * @returns {T}
   */
  const pick = (list) => list[Math.floor(random() * list.length)] ?? list[0];
  const between = (/** @type {number} */ low, /** @type {number} */ high) => low * (high / low) ** random();
  const { width, height } = pick([
    { width: 1280, height: 720 },
    { width: 640, height: 480 },
    { width: 1920, height: 1080 },
  ]);
  const framerate = pick([15, 20, 30]);
  const isSoundOnly = random() < 0.15;
  const present = Array.from({ length: 1 + Math.floor(random() * 8) }, (_, index) => {
    const maxHeight = pick([undefined, undefined, 180, 360, 720]);
    const video = { stream: 'camera', weight: pick([1, 1, 1, 3]), width, height, framerate, maxHeight };
    return { farId: `peer ${index}`, audioStreams: 1, videos: isSoundOnly ? [] : [video] };
  });
  const more = pick([1, 1, 1, 2, 3]);
  return {
    capacityBps: (present.length + more) * between(15_000, 900_000),
    queueMs: between(50, 500),
    rttMs: between(10, 120),
    present,
    more,
    seed,
  };
}
