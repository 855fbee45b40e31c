import type { PeerId } from '@conclave/protocol';

import type { Pacer } from './data/pacer-port.js';
import type { LinkPort } from './link/link-port.js';
import type { Paths } from './path/paths.js';
import type { PathReport, TrainReport } from './path/path-types.js';
import { cell } from './state/cell.js';
import type { Readable, Unsubscribe } from './state/readable.js';
import { withinMs } from './state/within.js';
import type { LinkSample } from './stats/link-sample.js';
import { LinkSampler, type SampledSender } from './stats/sampler.js';
import type { Opening, SenderHandle } from './streams/media-sending.js';
import type { PeerSubscription } from './streams/peer-stream.js';
import type { Encoding } from './streams/sender-control.js';

/** The only door through which a budget for the uplink reaches senders and pacing. */
export interface UplinkPort {
  /** Everything that is being sent, or may be, over all links. */
  readonly senders: Readable<readonly SenderHandle[]>;
  /** Changes how a sender encodes; a handle that has gone is passed over. Never rejects. */
  setEncoding(sender: SenderHandle, encoding: Encoding): Promise<void>;
  /**
   * Asked before a track goes to a subscriber, so that a newcomer begins as the budget has planned; the track waits for the
   * answer, for 1 s at most. While it is set, a subscriber's demand is the budget's to act on. `undefined` takes it back.
   */
  setOpening(opening: ((sender: SenderHandle) => Encoding | Promise<Encoding>) | undefined): void;
  /** How each link does just now, of those that answer within 0.4 s. Rates are over the time since the sample before. */
  sample(): Promise<readonly LinkSample[]>;
  /** Replaces the pacer; `undefined` brings back the plain one, which keeps small windows. */
  setPacer(pacer: Pacer | undefined): void;
  /** Hears what far ends say of the paths to them: about every 50 ms while files or soundings arrive there. */
  onReport(listener: (report: PathReport) => void): Unsubscribe;
  /** Sends one small packet (about 100 bytes on the wire), so that a report comes back. */
  sound(farId: PeerId): void;
  /**
   * Sends four packets of so many bytes (1 to 1,100, 550 where left out) back to back: their spread tells the rate of the
   * slowest line on the path. The first train of a new link may arrive in one piece, and tell nothing.
   * `undefined` where nothing is heard of them in 1 s, or another train is on its way.
   */
  probe(farId: PeerId, packetBytes?: number): Promise<TrainReport | undefined>;
}

/** Some WebRTC never answers where a transport closes meanwhile: nobody waits for its link. */
const REPORT_TIMEOUT_MS = 400;

/** What the port needs of the connection. */
export interface UplinkDoors {
  readonly granted: Readable<readonly PeerSubscription[]>;
  readonly paths: Paths;
  links(): readonly LinkPort[];
  setPacer(pacer: Pacer | undefined): void;
  setOpening(opening: Opening | undefined): void;
}

/** Opens the port. */
export function openUplinkPort(doors: UplinkDoors): UplinkPort {
  const { granted, paths } = doors;
  const senders = cell<readonly SenderHandle[]>([]);
  const owners = new WeakMap<SenderHandle, PeerSubscription>();
  const handlesOf = (subscription: PeerSubscription): readonly SenderHandle[] => {
    if (subscription.play.audioMid === undefined) return [];
    const { handles } = subscription.media;
    for (const handle of handles) owners.set(handle, subscription);
    return handles;
  };
  granted.subscribe(() => {
    const [before, after] = [senders.get(), granted.get().flatMap(handlesOf)];
    const isSame = before.length === after.length && after.every((handle, index) => handle === before[index]);
    if (!isSame) senders.set(after);
  });
  const samplers = new WeakMap<LinkPort, LinkSampler>();
  const samplerOf = (link: LinkPort): LinkSampler => {
    const sampler = samplers.get(link) ?? new LinkSampler(link.farId);
    samplers.set(link, sampler);
    return sampler;
  };
  const sentOver = (link: LinkPort): readonly SampledSender[] =>
    senders.get().flatMap((handle) => {
      const owner = owners.get(handle);
      const line = owner?.port === link ? owner.media.lineOf(handle.kind) : undefined;
      return line ? [{ stream: handle.stream, kind: handle.kind, ...line }] : [];
    });
  return {
    senders: senders.readable,
    async setEncoding(handle, encoding) {
      await owners.get(handle)?.media.encode(handle.kind, encoding);
    },
    setOpening: (opening) => doors.setOpening(opening),
    async sample() {
      for (const handle of senders.get()) owners.get(handle)?.media.look();
      const samples = await Promise.all(
        doors.links().map(async (link) => {
          const report = await withinMs(link.report(), REPORT_TIMEOUT_MS);
          const sampler = samplerOf(link);
          return report ? sampler.take(report, sentOver(link), performance.now()) : sampler.missed();
        }),
      );
      return samples.filter((sample) => sample !== undefined);
    },
    setPacer: (pacer) => doors.setPacer(pacer),
    onReport: (listener) => paths.onReport(listener),
    sound: (farId) => paths.sound(farId),
    probe: (farId, packetBytes) => paths.probe(farId, packetBytes),
  };
}
