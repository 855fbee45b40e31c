/** What a far end reports of a path, about every 50 ms while bulk or probes arrive there: core's `PathReport`. */
export interface ScavengeReport {
  readonly farId: string;
  /** The least one-way delay since the report before: two clocks apart, so only differences mean anything. */
  readonly minDelayMs: number;
  /** The median one-way delay since the report before. */
  readonly medianDelayMs: number;
  /** Whether the far end receives live audio of somebody else (RFC 7016 section 3.5.2.1). */
  readonly isTimeCritical: boolean;
}

/** What is known of the way to one peer. */
export interface Path {
  /** Delay beyond the least one of the last two minutes, at the last report. */
  readonly queueMs: number;
  /** When the last report came. */
  readonly reportedAtMs: number;
  /** When the path was last seen (nearly) empty, and how many reports have not seen it so since. */
  readonly emptyAtMs: number;
  readonly fullReports: number;
  /** When its least delay was last seen again. */
  readonly touchedAtMs: number;
  /** The far end receives live audio of somebody else. */
  readonly isTimeCritical: boolean;
  /** Least delays, of 10 s each, newest last. */
  readonly leasts: readonly Least[];
  /** The last delay, against which the next one is unwrapped. */
  readonly delayMs: number;
}

interface Least {
  readonly sinceMs: number;
  readonly delayMs: number;
}

/**
 * How long a least delay counts. Two clocks that drift apart by 100 ppm make a queue of 12 ms out of nothing in that time,
 * which still leaves bulk half of its target; a shorter memory would take a standing queue for the path itself.
 */
const MEMORY_MS = 120_000;
/** Forgotten piecewise: the memory is 110 to 120 s long. */
const LEAST_MS = 10_000;
/** Delays are carried as microseconds modulo 2^32 (SPEC 8.9). */
const WRAP_MS = 2 ** 32 / 1_000;
/** A delay so near to the least one is the least one. */
const TOUCH_MS = 3;
/** What has not been seen again for so long is raised, by as much as clocks may drift apart. */
const [UNTOUCHED_MS, RAISE_PPM] = [5_000, 400];
/** No queue is longer; what a far end says beyond it is no measurement. */
const MAX_QUEUE_MS = 10_000;
/**
 * What a report says of the path that it is about.
 *
 * @param emptyMs - A queue that is none: a packet of somebody else is always in front.
 */
export function pathAfter(
  path: Path | undefined,
  report: ScavengeReport,
  atMs: number,
  emptyMs: number,
): Path {
  const { isTimeCritical } = report;
  const [said, median] = [finite(report.minDelayMs), finite(report.medianDelayMs)];
  const minMs = path ? path.delayMs + wrapped(said - path.delayMs) : said;
  const medianMs = minMs + Math.max(0, wrapped(median - said));
  const remembered = remember(path?.leasts ?? [], minMs, atMs);
  const isFull = path !== undefined && atMs - path.touchedAtMs > UNTOUCHED_MS;
  const leasts = isFull ? raised(remembered, (RAISE_PPM / 1e6) * (atMs - path.reportedAtMs)) : remembered;
  const baseMs = Math.min(minMs, ...leasts.map((least) => least.delayMs));
  const leastQueueMs = minMs - baseMs;
  const isEmpty = !path || leastQueueMs <= emptyMs;
  return {
    queueMs: Math.min(MAX_QUEUE_MS, medianMs - baseMs),
    reportedAtMs: atMs,
    emptyAtMs: isEmpty ? atMs : path.emptyAtMs,
    fullReports: isEmpty ? 0 : path.fullReports + 1,
    touchedAtMs: !path || leastQueueMs <= TOUCH_MS ? atMs : path.touchedAtMs,
    isTimeCritical,
    leasts,
    delayMs: minMs,
  };
}

/**
 * What a path's queue has not fallen below for seconds may be the path itself: clocks drift, routes change. It is taken
 * for that a little at a time, since it may also be the queue of somebody else.
 */
function raised(leasts: readonly Least[], byMs: number): readonly Least[] {
  const leastMs = Math.min(...leasts.map((least) => least.delayMs)) + byMs;
  return leasts.map((least) => ({ ...least, delayMs: Math.max(leastMs, least.delayMs) }));
}

function remember(leasts: readonly Least[], delayMs: number, atMs: number): readonly Least[] {
  const kept = leasts.filter((least) => atMs - least.sinceMs < MEMORY_MS);
  const last = kept.at(-1);
  if (!last || atMs - last.sinceMs >= LEAST_MS) return [...kept, { sinceMs: atMs, delayMs }];
  if (delayMs >= last.delayMs) return kept;
  return [...kept.slice(0, -1), { ...last, delayMs }];
}

/** A difference of two delays, the short way round. */
function wrapped(differenceMs: number): number {
  return differenceMs - WRAP_MS * Math.round(differenceMs / WRAP_MS);
}

function finite(valueMs: number): number {
  return Number.isFinite(valueMs) ? valueMs % WRAP_MS : 0;
}
