import { encodeControlFrame, type Lane, type PeerId } from '@conclave/protocol';

import type { LinkPort } from '../../src/link/link-port.js';
import { memoryFace } from './memory-link.js';

/** A frame on its way. */
export interface Crossing {
  readonly lane: Lane;
  readonly bytes: Uint8Array;
}

/** One end of a link in memory. */
export interface VirtualEnd {
  readonly port: LinkPort;
  /** What is on its way to this end, the oldest first. */
  readonly inbound: Crossing[];
}

/** A link between two ends in memory: what one hands over is on its way until the test lets it arrive. */
export interface VirtualLink {
  readonly ends: readonly [VirtualEnd, VirtualEnd];
  readonly isAlive: boolean;
  /** What is on the wire is lost, either way, and nothing crosses any more. */
  kill(): void;
}

/** What the ends have proven to each other, and who hears of what they hand over. */
export interface VirtualLinkOptions {
  readonly rooms?: ReadonlySet<string>;
  /** The rooms for which each was asked; default: those that were proven. */
  readonly asked?: ReadonlySet<string>;
  readonly sent?: (to: 0 | 1, frame: Crossing) => void;
}

/** A link between these two, of which the first is end 0. */
export function virtualLink(
  ids: readonly [PeerId, PeerId],
  { rooms = new Set(), asked = rooms, sent }: VirtualLinkOptions = {},
): VirtualLink {
  let isAlive = true;
  const wires: readonly [Crossing[], Crossing[]] = [[], []];
  const endOf = (at: 0 | 1): VirtualEnd => {
    const far = at === 0 ? 1 : 0;
    const farId = ids[far];
    const hand = (lane: Lane, bytes: Uint8Array) => {
      if (!isAlive) return false;
      wires[far].push({ lane, bytes });
      sent?.(far, { lane, bytes });
      return true;
    };
    const port: LinkPort = {
      farId,
      get state() {
        return isAlive ? ({ phase: 'live' } as const) : ({ phase: 'closed', code: 'peer/lost' } as const);
      },
      link: memoryFace(farId),
      rooms,
      asked,
      channels: {
        isOpen: () => isAlive,
        send: hand,
        buffered: (lane) =>
          wires[far].reduce((sum, one) => sum + (one.lane === lane ? one.bytes.byteLength : 0), 0),
        setLowMark: () => {},
      },
      send: (frame) => void hand('control', encodeControlFrame(frame)),
      refresh: ({ request, stream }) => port.send({ t: 'play', play: { request, stream } }),
      lines: { sendersFor: () => undefined, receiversFor: () => undefined },
      report: () => Promise.reject(new Error('no statistics in memory')),
      close: () => {},
    };
    return { port, inbound: wires[at] };
  };
  return {
    ends: [endOf(0), endOf(1)],
    get isAlive() {
      return isAlive;
    },
    kill() {
      isAlive = false;
      for (const wire of wires) wire.length = 0;
    },
  };
}
