import { isPeerId, MAX_ROOM_MEMBERS, type PeerId } from '@conclave/protocol';

/** How long two newcomers may take to link before their pair is broken: a slow introduction takes 3 s. */
export const LINKING_MS = 4_000;
/** How long a pair that was linked may be without its link: its ends have been silent for 1.5 s before they say so. */
export const MENDING_MS = 2_000;

/** How two members of a room stand with each other. */
export interface PairHealth {
  /** The one who comes first: this end, or who came earlier. */
  readonly a: PeerId;
  /** The other one. */
  readonly b: PeerId;
  /**
   * `linked`: both ends say so. `linking`: not yet, or not at the moment. `broken`: not linked for 4 s, or for 2 s where
   * they had been; with this end also where an attempt has failed. It can still mend: both ends go on trying.
   */
  readonly state: 'linked' | 'linking' | 'broken';
}

/** Who in the room is linked with whom. */
export interface RoomHealth {
  /** Each pair once: those of this end first. A pair of which neither end is linked with this one is not there. */
  readonly pairs: readonly PairHealth[];
  /** Whether every pair is linked. */
  readonly isWhole: boolean;
}

/** A member, as this end stands with it itself. */
export interface HealthPeer {
  readonly peerId: PeerId;
  readonly state: PairHealth['state'];
}

/** What is known at one moment. */
export interface HealthInput {
  readonly atMs: number;
  readonly nearId: PeerId;
  /** Everybody else, in the order of their coming. */
  readonly peers: readonly HealthPeer[];
  /** With whom each says that it is linked itself; whom this end does not know counts for nothing. */
  readonly rows: ReadonlyMap<PeerId, ReadonlySet<PeerId>>;
}

/** The health, and what is remembered between two looks at it. */
export interface HealthMemory {
  readonly health: RoomHealth;
  /** When to look again although nothing happens; `undefined` where nothing is due. */
  readonly dueMs: number | undefined;
  readonly gaps: ReadonlyMap<string, Gap>;
}

/** Since when a pair is without a link; kept also for pairs that are linked, to know that they were. */
interface Gap {
  readonly sinceMs: number | undefined;
  readonly graceMs: number;
}

/** A room in which nobody else is. */
export const ALONE: HealthMemory = {
  health: { pairs: [], isWhole: true },
  dueMs: undefined,
  gaps: new Map(),
};

/** Reads a row from the wire: the peers that somebody is linked with. `undefined` where any part is not acceptable. */
export function readRow(args: readonly unknown[]): ReadonlySet<PeerId> | undefined {
  const [row] = args;
  if (args.length !== 1 || !Array.isArray(row) || row.length > MAX_ROOM_MEMBERS || !row.every(isPeerId))
    return undefined;
  return new Set(row);
}

/** The health of the room now; the same reference for as long as no pair changes. */
export function nextHealth(memory: HealthMemory, input: HealthInput): HealthMemory {
  const { atMs, nearId, peers, rows } = input;
  const gaps = new Map<string, Gap>();
  const pairs: PairHealth[] = [];
  let dueMs: number | undefined;

  const add = (a: PeerId, b: PeerId, isLinked: boolean, hasFailed = false) => {
    const key = `${a} ${b}`;
    const gap = nextGap(memory.gaps.get(key) ?? memory.gaps.get(`${b} ${a}`), isLinked, atMs);
    gaps.set(key, gap);
    if (gap.sinceMs === undefined) return void pairs.push({ a, b, state: 'linked' });
    const brokenMs = gap.sinceMs + gap.graceMs;
    const isBroken = hasFailed || atMs >= brokenMs;
    if (!isBroken) dueMs = Math.min(dueMs ?? brokenMs, brokenMs);
    pairs.push({ a, b, state: isBroken ? 'broken' : 'linking' });
  };

  for (const { peerId, state } of peers) {
    const isHeard = rows.get(peerId)?.has(nearId) ?? true;
    add(nearId, peerId, state === 'linked' && isHeard, state === 'broken');
  }
  const linked = new Set(peers.flatMap(({ peerId, state }) => (state === 'linked' ? [peerId] : [])));
  peers.forEach(({ peerId: a }, index) => {
    for (const { peerId: b } of peers.slice(index + 1)) {
      if (!linked.has(a) && !linked.has(b)) continue;
      // Each answers for itself alone; who has not said anything yet is believed to agree.
      const said = [rows.get(a)?.has(b), rows.get(b)?.has(a)].filter((word) => word !== undefined);
      add(a, b, said.length > 0 && said.every(Boolean));
    }
  });
  const before = memory.health;
  const same =
    pairs.length === before.pairs.length && pairs.every((pair, index) => isSame(pair, before.pairs[index]));
  const health = same ? before : { pairs, isWhole: pairs.every(({ state }) => state === 'linked') };
  return { health, dueMs, gaps };
}

function nextGap(before: Gap | undefined, isLinked: boolean, atMs: number): Gap {
  if (isLinked) return { sinceMs: undefined, graceMs: MENDING_MS };
  if (!before) return { sinceMs: atMs, graceMs: LINKING_MS };
  return before.sinceMs === undefined ? { ...before, sinceMs: atMs } : before;
}

function isSame(some: PairHealth, other: PairHealth | undefined): boolean {
  return some.a === other?.a && some.b === other.b && some.state === other.state;
}
