import type { PeerId } from '@conclave/core';
import type { RoomUplink } from '@conclave/mesh';

/** What the upload is spent on, in the order in which it is given: each of them before the next. */
export const PARTS = ['audio', 'video', 'message', 'file'] as const;
/** One of them. */
export type Part = (typeof PARTS)[number];
/** Bits per second for each of them. */
export type Rates = Readonly<Record<Part, number>>;

/** How one person is served by the plan. */
export type Service = RoomUplink['subscribers'][number];

/** What one person is sent. */
export interface Share {
  readonly id: PeerId;
  readonly rates: Rates;
  readonly service: Service;
}

/** The upload as it is divided now. */
export interface Division {
  /** What the upload carries, in bits per second; undefined while nobody knows. */
  readonly capacityBps: number | undefined;
  readonly shares: readonly Share[];
  readonly total: Rates;
}

const NOTHING: Rates = { audio: 0, video: 0, message: 0, file: 0 };

/** What each person is sent, and what was planned for him; `fileRates` tells how much of it are files, by person. */
export function divisionOf(uplink: RoomUplink, fileRates: ReadonlyMap<string, number>): Division {
  const shares = uplink.subscribers.map((service): Share => {
    const {
      audioBps = 0,
      videoBps = 0,
      otherBps = 0,
    } = uplink.use.find(({ farId }) => farId === service.farId) ?? {};
    const file = Math.min(otherBps, fileRates.get(service.farId) ?? 0);
    const rates = { audio: audioBps, video: videoBps, message: otherBps - file, file };
    return { id: service.farId as PeerId, rates, service };
  });
  return {
    capacityBps: uplink.source === 'assumed' ? undefined : uplink.capacityBps,
    shares,
    total: shares.reduce((sum, { rates }) => plus(sum, rates), NOTHING),
  };
}

/** All of it together. */
export function sumOf(rates: Rates): number {
  return PARTS.reduce((sum, part) => sum + rates[part], 0);
}

function plus(a: Rates, b: Rates): Rates {
  return {
    audio: a.audio + b.audio,
    video: a.video + b.video,
    message: a.message + b.message,
    file: a.file + b.file,
  };
}
