import type { PeerId } from '@conclave/protocol';

import type { Pacer } from './data/pacer-port.js';
import type { LinkPort } from './link/link-port.js';
import { cell } from './state/cell.js';
import type { Readable } from './state/readable.js';
import { readLinkStats } from './stats/link-stats.js';
import type { LinkSample } from './stats/link-sample.js';
import type { PeerSubscription } from './streams/peer-stream.js';
import type { Encoding } from './streams/sender-control.js';

/** One track on its way to one subscriber. */
export interface SenderHandle {
  /** The subscriber. */
  readonly farId: PeerId;
  /** The stream that it belongs to. */
  readonly stream: string;
  /** What the track carries. */
  readonly kind: 'audio' | 'video';
}

/** The only door through which a budget for the uplink reaches senders and pacing. */
export interface UplinkPort {
  /** Everything that is being sent, or may be, over all links. */
  readonly senders: Readable<readonly SenderHandle[]>;
  /** Changes how a sender encodes; a handle that has gone is passed over. Never rejects. */
  setEncoding(sender: SenderHandle, encoding: Encoding): Promise<void>;
  /** How each link does just now. Rates are over the time since the sample before. */
  sample(): Promise<readonly LinkSample[]>;
  /** Replaces the default pacer, which keeps small windows. */
  setPacer(pacer: Pacer): void;
}

/** What the port needs of the connection. */
export interface UplinkDoors {
  readonly granted: Readable<readonly PeerSubscription[]>;
  links(): readonly LinkPort[];
  setPacer(pacer: Pacer): void;
}

/** Opens the port. */
export function openUplinkPort(doors: UplinkDoors): UplinkPort {
  const { granted } = doors;
  const senders = cell<readonly SenderHandle[]>([]);
  const owners = new WeakMap<SenderHandle, PeerSubscription>();
  const handles = new WeakMap<PeerSubscription, readonly SenderHandle[]>();
  const handlesOf = (subscription: PeerSubscription): readonly SenderHandle[] => {
    const known = handles.get(subscription);
    if (known) return known;
    const { farId, play } = subscription;
    const kinds = play.audioMid === undefined ? [] : (['audio', 'video'] as const);
    const made = kinds.map((kind) => ({ farId, stream: play.stream, kind }));
    for (const handle of made) owners.set(handle, subscription);
    handles.set(subscription, made);
    return made;
  };
  granted.subscribe(() => {
    senders.set(granted.get().flatMap(handlesOf));
  });
  const last = new WeakMap<LinkPort, { readonly bytes: number; readonly atMs: number }>();
  return {
    senders: senders.readable,
    async setEncoding(handle, encoding) {
      await owners.get(handle)?.sender(handle.kind)?.encode(encoding);
    },
    async sample() {
      return Promise.all(
        doors.links().map(async (link): Promise<LinkSample> => {
          const stats = readLinkStats(await link.report());
          const now = { bytes: stats.bytesSent, atMs: performance.now() };
          const before = last.get(link) ?? now;
          last.set(link, now);
          const seconds = (now.atMs - before.atMs) / 1000;
          const sentBps = seconds > 0 ? ((now.bytes - before.bytes) * 8) / seconds : 0;
          return { farId: link.farId, sentBps, ceilingBps: stats.availableOutgoingBps, rttMs: stats.rttMs };
        }),
      );
    },
    setPacer: (pacer) => doors.setPacer(pacer),
  };
}
