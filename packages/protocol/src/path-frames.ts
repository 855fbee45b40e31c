import { ok, refused, type Result } from './result.js';

/**
 * How long what its receiver was sent lately was on its way, and how much of files has come. Delays are the sender's
 * clock minus the receiver's, in microseconds modulo 2^32 (as in RFC 6817 section 2): only differences mean anything.
 */
export interface ReportFrame {
  readonly type: 'report';
  /** The least delay since the report before. */
  readonly minDelayUs: number;
  /** The median delay since the report before. */
  readonly medianDelayUs: number;
  /** Bytes of the lane bulk that have come by this link, modulo 2^32. */
  readonly bytes: number;
  /** Frames that were timed on this link, modulo 2^32. */
  readonly packets: number;
  /** Whether the sender of the report receives live audio of somebody else (RFC 7016 section 3.5.2.1). */
  readonly isTimeCritical: boolean;
}

/** A packet that measures: by itself the delay of a path, in a train of several, back to back, its rate. */
export interface ProbeFrame {
  readonly type: 'probe';
  /** The number of the train; 0 for a packet by itself. */
  readonly train: number;
  /** Packets in the train. */
  readonly of: number;
  /** When it left: microseconds of its sender's clock, modulo 2^32. */
  readonly sentAtUs: number;
  /** What makes it as long as it is to be. */
  readonly padding: number;
}

/** How a train arrived. */
export interface SpreadFrame {
  readonly type: 'spread';
  readonly train: number;
  /** Packets that came. */
  readonly packets: number;
  /** Bytes of the frames after the first one. */
  readonly bytes: number;
  /** From the first one to the last, in microseconds. */
  readonly spreadUs: number;
}

/** A frame by which two ends measure the path between them, on the lane lossy (SPEC 8.9). */
export type PathFrame = ReportFrame | ProbeFrame | SpreadFrame;

/** The types of the lanes' other frames come before these. */
const [REPORT, PROBE, SPREAD] = [8, 9, 10];
const [REPORT_BYTES, PROBE_BYTES, SPREAD_BYTES] = [18, 10, 14];
/** What fits one packet of SCTP beside its headers. */
const MAX_PADDING_BYTES = 1_200;

/** Whether bytes of the lane lossy are for {@link decodePathFrame}. */
export function isPathFrame(bytes: Uint8Array): boolean {
  return (bytes[0] ?? 0) >= REPORT;
}

/** Encodes a frame. Numbers are taken modulo their width; padding beyond 1,200 bytes is left out. */
export function encodePathFrame(frame: PathFrame): Uint8Array<ArrayBuffer> {
  switch (frame.type) {
    case 'report': {
      const { minDelayUs, medianDelayUs, bytes, packets, isTimeCritical } = frame;
      const view = start(REPORT, REPORT_BYTES);
      [minDelayUs, medianDelayUs, bytes, packets].forEach((value, index) =>
        view.setUint32(1 + 4 * index, value),
      );
      view.setUint8(17, isTimeCritical ? 1 : 0);
      return new Uint8Array(view.buffer);
    }
    case 'probe': {
      const view = start(PROBE, PROBE_BYTES + Math.min(frame.padding, MAX_PADDING_BYTES));
      view.setUint32(1, frame.train);
      view.setUint8(5, frame.of);
      view.setUint32(6, frame.sentAtUs);
      return new Uint8Array(view.buffer);
    }
    case 'spread': {
      const view = start(SPREAD, SPREAD_BYTES);
      view.setUint32(1, frame.train);
      view.setUint8(5, frame.packets);
      view.setUint32(6, frame.bytes);
      view.setUint32(10, frame.spreadUs);
      return new Uint8Array(view.buffer);
    }
  }
}

/** Decodes a frame. Never throws. */
export function decodePathFrame(bytes: Uint8Array): Result<PathFrame> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { byteLength } = bytes;
  if (bytes[0] === REPORT && byteLength === REPORT_BYTES && view.getUint8(17) <= 1)
    return ok({
      type: 'report',
      minDelayUs: view.getUint32(1),
      medianDelayUs: view.getUint32(5),
      bytes: view.getUint32(9),
      packets: view.getUint32(13),
      isTimeCritical: view.getUint8(17) === 1,
    });
  const padding = byteLength - PROBE_BYTES;
  if (bytes[0] === PROBE && padding >= 0 && padding <= MAX_PADDING_BYTES)
    return ok({
      type: 'probe',
      train: view.getUint32(1),
      of: view.getUint8(5),
      sentAtUs: view.getUint32(6),
      padding,
    });
  if (bytes[0] === SPREAD && byteLength === SPREAD_BYTES)
    return ok({
      type: 'spread',
      train: view.getUint32(1),
      packets: view.getUint8(5),
      bytes: view.getUint32(6),
      spreadUs: view.getUint32(10),
    });
  return refused('link/bad-frame');
}

function start(type: number, length: number): DataView<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(length));
  view.setUint8(0, type);
  return view;
}
