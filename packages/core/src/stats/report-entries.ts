/** One entry of a statistics report; which keys it has depends on its type and on the browser. */
export type StatsEntry = Readonly<Record<string, unknown>>;

/** The entries of a browser's report by their ids. */
export function entriesOf(report: RTCStatsReport): ReadonlyMap<string, StatsEntry> {
  const entries = new Map<string, StatsEntry>();
  report.forEach((entry: StatsEntry, id) => entries.set(id, entry));
  return entries;
}

/** The first entry of a type. */
export function firstOf(entries: ReadonlyMap<string, StatsEntry>, type: string): StatsEntry | undefined {
  return [...entries.values()].find((entry) => entry['type'] === type);
}

/** A value of an entry where it is a number that can be reckoned with. */
export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
/** A value of an entry where it is text. */
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
