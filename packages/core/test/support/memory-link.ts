import type { Lane, PeerId } from '@conclave/protocol';

import type { Channels } from '../../src/link/channels.js';
import type { LinkPort } from '../../src/link/link-port.js';

/** A link in memory: what one end sends waits on the wire until the test lets it arrive. */
export interface MemoryLink {
  readonly port: LinkPort;
  /** Frames that were handed over and have not left. */
  readonly wire: { readonly lane: Lane; readonly bytes: Uint8Array }[];
  /** Lets the oldest frame leave; `undefined` where there is none. */
  take(lane?: Lane): Uint8Array | undefined;
  open: boolean;
}

export function memoryLink(farId: PeerId): MemoryLink {
  const wire: { lane: Lane; bytes: Uint8Array }[] = [];
  const channels: Channels = {
    isOpen: () => self.open,
    send(lane, bytes) {
      if (self.open) wire.push({ lane, bytes });
      return self.open;
    },
    buffered: (lane) =>
      wire.reduce((sum, frame) => sum + (frame.lane === lane ? frame.bytes.byteLength : 0), 0),
    setLowMark: () => {},
  };
  const port: LinkPort = {
    farId,
    state: { phase: 'live' },
    link: undefined,
    channels,
    send: () => {},
    refresh: () => {},
    lines: { sendersFor: () => undefined, receiversFor: () => undefined },
    report: () => Promise.reject(new Error('no statistics in memory')),
    close: () => {},
  };
  const self: MemoryLink = {
    port,
    wire,
    open: true,
    take(lane) {
      const index = lane === undefined ? 0 : wire.findIndex((frame) => frame.lane === lane);
      return wire.splice(index, index < 0 ? 0 : 1)[0]?.bytes;
    },
  };
  return self;
}
