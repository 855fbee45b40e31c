/** Bytes that may leave: of all links together, and of each. Taken on credit: what is above 0 lets one more frame go. */
export interface Buckets {
  /** Bytes of bulk, of all links together. */
  readonly sharedBytes: number;
  /** What may be owed besides, where the next refill may be late. */
  readonly creditBytes: number;
  readonly links: ReadonlyMap<string, LinkBucket>;
}

/** What one link may send. */
export interface LinkBucket {
  /** Bytes of bulk, where the link has a bound of its own; `Infinity` where it has none. */
  readonly ownBytes: number;
  /** Bytes of messages. */
  readonly messageBytes: number;
  /** Bytes of bulk that it was let send, as a clock: who has the least goes first. */
  readonly servedBytes: number;
  /** What waits for the next refill. */
  readonly waits: { readonly messages: boolean; readonly bulk: boolean };
}

/** What buckets are filled by. */
export interface Refill {
  readonly elapsedMs: number;
  /** Timers are late, as in a page in the background: the next refill comes with a report, or in a second. */
  readonly isLate: boolean;
  /** Of all links together. */
  readonly rateBps: number;
  /** A link's own bound; `Infinity` where it has none. */
  readonly linkRateBps: (farId: string) => number;
}

/** What leaves in so long may leave at once, where timers are on time. */
const DEPTH_MS = 20;
/** Where they are not, so much: more would be a queue that all can feel. */
const LATE_MS = 100;
/** And so much on credit: a report comes 100 ms after a frame, and must find that another one may go. */
const CREDIT_MS = 250;
/** Messages of a link that leave whatever happens: a screen of chat, and 20 ms of 1 Mbit/s. */
const MESSAGE_BURST_BYTES = 2_400;
/** And how fast that is made good: 16 kbit/s, several lines of chat a second. */
const MESSAGE_BYTES_PER_MS = 2;

const NEW_BUCKET: LinkBucket = {
  ownBytes: Infinity,
  messageBytes: MESSAGE_BURST_BYTES,
  servedBytes: 0,
  waits: { messages: false, bulk: false },
};

/** Buckets that nothing was taken from. */
export const FULL_BUCKETS: Buckets = { sharedBytes: 1, creditBytes: 0, links: new Map() };

/** The bucket of a link. */
export function bucketOf(buckets: Buckets, farId: string): LinkBucket {
  return buckets.links.get(farId) ?? NEW_BUCKET;
}

/** What time has brought: debts of messages first, since they go before bulk, then bulk. */
export function refill(buckets: Buckets, { elapsedMs, isLate, rateBps, linkRateBps }: Refill): Buckets {
  const depthMs = isLate ? LATE_MS : DEPTH_MS;
  const links = new Map<string, LinkBucket>();
  for (const [farId, link] of buckets.links) {
    const messageBytes = Math.min(MESSAGE_BURST_BYTES, link.messageBytes + MESSAGE_BYTES_PER_MS * elapsedMs);
    const ownBps = linkRateBps(farId);
    const ownBytes = poured(Number.isFinite(link.ownBytes) ? link.ownBytes : 0, ownBps, elapsedMs, depthMs);
    links.set(farId, { ...link, messageBytes, ownBytes });
  }
  const left = payDebts(links, (rateBps / 8_000) * elapsedMs);
  const depth = (rateBps / 8_000) * depthMs;
  const sharedBytes = Math.min(depth, buckets.sharedBytes + left);
  return { links, sharedBytes, creditBytes: isLate ? (rateBps / 8_000) * CREDIT_MS : 0 };
}

/** Pays what messages owe, evenly, the least debt first; gives what is left. */
function payDebts(links: Map<string, LinkBucket>, bytes: number): number {
  const debtors = [...links].filter(([, link]) => link.messageBytes < 0);
  debtors.sort(([, a], [, b]) => b.messageBytes - a.messageBytes);
  let left = bytes;
  debtors.forEach(([farId, link], index) => {
    const paid = Math.min(-link.messageBytes, left / (debtors.length - index));
    links.set(farId, { ...link, messageBytes: link.messageBytes + paid });
    left -= paid;
  });
  return left;
}

function poured(bytes: number, rateBps: number, timeMs: number, depthMs: number): number {
  if (!Number.isFinite(rateBps)) return Infinity;
  return Math.min((rateBps / 8_000) * depthMs, bytes + (rateBps / 8_000) * timeMs);
}

/** Takes what a frame of bulk is on the wire. */
export function takeBulk(buckets: Buckets, farId: string, bytes: number): Buckets {
  const link = bucketOf(buckets, farId);
  const taken = { ownBytes: link.ownBytes - bytes, servedBytes: servedOf(buckets, link) + bytes };
  const next = { ...link, ...taken, waits: { ...link.waits, bulk: false } };
  const links = withLink(buckets, farId, next);
  return { ...buckets, links, sharedBytes: buckets.sharedBytes - bytes };
}

/** The largest message, with its headers: a debt beyond it would hold the next word of a chat for minutes. */
const MAX_DEBT_BYTES = 72 * 1024;

/** Takes what a message is on the wire. What is beyond the burst is paid back out of what bulk would have. */
export function takeMessage(buckets: Buckets, farId: string, bytes: number): Buckets {
  const link = bucketOf(buckets, farId);
  const next = {
    ...link,
    messageBytes: Math.max(-MAX_DEBT_BYTES, link.messageBytes - bytes),
    waits: { ...link.waits, messages: false },
  };
  return { ...buckets, links: withLink(buckets, farId, next) };
}

/** A link waits for a lane, or does no longer. */
export function setWaits(
  buckets: Buckets,
  farId: string,
  lane: 'messages' | 'bulk',
  isWaiting: boolean,
): Buckets {
  const link = bucketOf(buckets, farId);
  if (link.waits[lane] === isWaiting && buckets.links.has(farId)) return buckets;
  const next = { ...link, servedBytes: servedOf(buckets, link), waits: { ...link.waits, [lane]: isWaiting } };
  return { ...buckets, links: withLink(buckets, farId, next) };
}

/** Bytes of bulk that a link may send: 0 also where it is another's turn. */
export function bulkAllowance(buckets: Buckets, farId: string, quantumBytes: number): number {
  const link = bucketOf(buckets, farId);
  const bytes = Math.min(buckets.sharedBytes, link.ownBytes) + buckets.creditBytes;
  if (bytes <= 0) return 0;
  const least = leastServed(buckets, farId);
  return least !== undefined && servedOf(buckets, link) >= least + quantumBytes ? 0 : bytes;
}

/** Whose turn it is: a link whose messages may go, else the one that waits for bulk and had the least. */
export function nextTurn(buckets: Buckets): string | undefined {
  let next: string | undefined;
  let least = Infinity;
  for (const [farId, link] of buckets.links) {
    if (link.waits.messages && link.messageBytes > 0) return farId;
    const bytes = Math.min(buckets.sharedBytes, link.ownBytes) + buckets.creditBytes;
    if (!link.waits.bulk || bytes <= 0) continue;
    if (link.servedBytes >= least) continue;
    next = farId;
    least = link.servedBytes;
  }
  return next;
}

/** A link has gone. */
export function withoutLink(buckets: Buckets, farId: string): Buckets {
  const links = new Map(buckets.links);
  links.delete(farId);
  return { ...buckets, links };
}

/** Who was away begins where the others are: it has nothing to catch up with. */
function servedOf(buckets: Buckets, link: LinkBucket): number {
  return link.waits.bulk ? link.servedBytes : Math.max(link.servedBytes, leastServed(buckets) ?? 0);
}

function leastServed(buckets: Buckets, but?: string): number | undefined {
  let least: number | undefined;
  for (const [farId, link] of buckets.links)
    if (farId !== but && link.waits.bulk && link.ownBytes > 0 && link.servedBytes < (least ?? Infinity))
      least = link.servedBytes;
  return least;
}

function withLink(buckets: Buckets, farId: string, link: LinkBucket): ReadonlyMap<string, LinkBucket> {
  return new Map(buckets.links).set(farId, link);
}
