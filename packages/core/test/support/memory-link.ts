import type { Lane, PeerId } from '@conclave/protocol';

import { faceOfLink, type Link } from '../../src/link/link.js';
import type { Channels } from '../../src/link/channels.js';
import type { LinkPort } from '../../src/link/link-port.js';
import { cell } from '../../src/state/cell.js';

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
    rooms: new Set(),
    asked: new Set(),
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

/** A proven link as an application sees it. */
export function memoryFace(farId: PeerId): Link {
  const nonce = new Uint8Array(32);
  return faceOfLink(
    farId,
    {
      nearNonce: nonce,
      farNonce: nonce,
      code: { digits: '000000', emoji: [] },
      rooms: new Set(),
      asked: new Set(),
      persistent: false,
    },
    cell({ phase: 'live' } as const).readable,
    cell<ReadonlySet<PeerId>>(new Set()),
    () => Promise.reject(new Error('no statistics in memory')),
  );
}
