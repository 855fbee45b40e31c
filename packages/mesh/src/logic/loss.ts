/** Packets that came and that did not, so far. */
export interface Arrivals {
  readonly packets: number;
  readonly packetsLost: number;
}

/** Fewer packets than these say nothing of loss: a second of audio has 50. */
const MIN_PACKETS = 20;

/** The arrivals of several tracks together. */
export function arrivalsOf(tracks: readonly Arrivals[]): Arrivals {
  return tracks.reduce(
    (all, { packets, packetsLost }) => ({
      packets: all.packets + packets,
      packetsLost: all.packetsLost + packetsLost,
    }),
    { packets: 0, packetsLost: 0 },
  );
}

/**
 * The part of the packets that was lost between two moments, 0 to 1. `undefined` where too few came to say, or where the
 * counts went back: a link that was built anew counts anew, and packets that come late after all are taken off again.
 */
export function lossBetween(before: Arrivals | undefined, now: Arrivals): number | undefined {
  if (!before) return undefined;
  const packets = now.packets - before.packets;
  const lost = now.packetsLost - before.packetsLost;
  if (packets < 0 || packets + lost < MIN_PACKETS) return undefined;
  return Math.max(0, lost) / (packets + Math.max(0, lost));
}
