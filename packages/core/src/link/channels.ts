import { decodeBatch, LANES, type Lane } from '@conclave/protocol';

import { Batches } from './batches.js';

/** What channels tell the link that they belong to. */
export interface ChannelListener {
  /** The control channel is open. */
  opened(): void;
  /** A frame came in. */
  received(lane: Lane, bytes: Uint8Array): void;
  /** The lane's buffer ran low, or the lane has just opened: there is room to send. */
  drained(lane: Lane): void;
  /** A channel closed: the far end closed the link. */
  closed(): void;
  /** The link has ended at this end: nothing is sent on it any more. */
  isOver(): boolean;
}

/** The data channels of a link, one a lane. */
export interface Channels {
  /** Whether frames can be handed to a lane. A lane stays `open` on a dead path: see freshness. */
  isOpen(lane: Lane): boolean;
  /** Hands a frame to SCTP; false where the lane is not open. */
  send(lane: Lane, bytes: Uint8Array<ArrayBuffer>): boolean;
  /** Bytes that were handed over and not sent yet. */
  buffered(lane: Lane): number;
  /** Asks for `drained` once at most this many bytes are buffered. */
  setLowMark(lane: Lane, bytes: number): void;
}

/** A lossy message that is older is not sent again: 150 ms is the delay at which talk starts to feel late (ITU-T G.114). */
const LOSSY_LIFETIME_MS = 150;

const INIT: Record<Lane, RTCDataChannelInit> = {
  control: {},
  messages: {},
  lossy: { ordered: false, maxPacketLifeTime: LOSSY_LIFETIME_MS },
  bulk: {},
};

const NOTHING = new Uint8Array(0);

/** Opens the lanes; negotiated by id, so that they need no round trip (W3C WebRTC section 6.2). */
export function openChannels(pc: RTCPeerConnection, listener: ChannelListener): Channels {
  const open = (lane: Lane): RTCDataChannel => {
    const channel = pc.createDataChannel(lane, { ...INIT[lane], negotiated: true, id: LANES[lane] });
    channel.binaryType = 'arraybuffer';
    channel.onopen = () => {
      if (lane === 'control') listener.opened();
      listener.drained(lane);
    };
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      // Text is not of this protocol; an empty frame is refused by the decoders like any other garbage.
      const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : NOTHING;
      const batch = lane === 'messages' ? decodeBatch(bytes) : undefined;
      if (!batch) listener.received(lane, bytes);
      else for (const frame of batch.ok ? batch.value : [NOTHING]) listener.received(lane, frame);
    };
    channel.onbufferedamountlow = () => {
      if (lane === 'messages') batches.flush();
      listener.drained(lane);
    };
    channel.onclose = () => {
      listener.closed();
    };
    return channel;
  };
  const channels: Record<Lane, RTCDataChannel> = {
    control: open('control'),
    messages: open('messages'),
    lossy: open('lossy'),
    bulk: open('bulk'),
  };
  const send = (lane: Lane, bytes: Uint8Array<ArrayBuffer>): boolean => {
    if (listener.isOver() || channels[lane].readyState !== 'open') return false;
    try {
      channels[lane].send(bytes);
      return true;
    } catch {
      return false; // closed meanwhile (wrtc still says `open` then), or its buffer is full
    }
  };
  const batches = new Batches((bytes) => send('messages', bytes));
  return {
    isOpen: (lane) => !listener.isOver() && channels[lane].readyState === 'open',
    send: (lane, bytes) => (lane === 'messages' ? batches.add(bytes) : send(lane, bytes)),
    buffered: (lane) => channels[lane].bufferedAmount + (lane === 'messages' ? batches.bytes : 0),
    setLowMark(lane, bytes) {
      channels[lane].bufferedAmountLowThreshold = bytes;
    },
  };
}
