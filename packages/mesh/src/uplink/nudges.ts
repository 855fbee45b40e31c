import type { LinkSample, PeerId, SenderHandle } from '@conclave/core';

/** What a probe of the browser brought shows in so long. */
const NUDGE_EVERY_MS = 2_000;

/** Whose turn it is to have the browser look anew whether there is room: those whose video is short though nothing stands in the way. */
export class Nudges {
  readonly #nudgedAtMs = new Map<PeerId, number>();

  /** The senders whose turn it is: those of one link at a time. */
  next(samples: readonly LinkSample[], senders: readonly SenderHandle[]): readonly SenderHandle[] {
    const nowMs = performance.now();
    for (const farId of [...this.#nudgedAtMs.keys()])
      if (!samples.some((sample) => sample.farId === farId)) this.#nudgedAtMs.delete(farId);
    const short = samples.find(
      ({ farId, videoShort }) =>
        videoShort && nowMs - (this.#nudgedAtMs.get(farId) ?? -Infinity) >= NUDGE_EVERY_MS,
    );
    if (!short) return [];
    this.#nudgedAtMs.set(short.farId, nowMs);
    const isShort = (stream: string) => short.senders.some((one) => one.isShort && one.stream === stream);
    return senders.filter(
      ({ farId, kind, stream }) => farId === short.farId && kind === 'video' && isShort(stream),
    );
  }
}
