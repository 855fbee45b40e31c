import { MAX_BATCH_BYTES } from './limits.js';
import { ok, refused, type Result } from './result.js';

/** The length before each frame of a batch. */
const LENGTH_BYTES = 4;

/** What a frame adds to a batch. */
export function batchedBytes(frame: Uint8Array): number {
  return LENGTH_BYTES + frame.byteLength;
}

/** Puts frames of the lane messages into one SCTP message: each has its length before it (SPEC 8.2). */
export function encodeBatch(frames: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(frames.reduce((sum, frame) => sum + batchedBytes(frame), 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const frame of frames) {
    view.setUint32(at, frame.byteLength);
    bytes.set(frame, at + LENGTH_BYTES);
    at += batchedBytes(frame);
  }
  return bytes;
}

/** Takes a batch apart: its frames are views into the bytes given. Never throws. */
export function decodeBatch(bytes: Uint8Array): Result<readonly Uint8Array[]> {
  if (bytes.byteLength > MAX_BATCH_BYTES) return refused('data/too-large');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: Uint8Array[] = [];
  for (let at = 0; at < bytes.byteLength;) {
    if (bytes.byteLength - at < LENGTH_BYTES) return refused('link/bad-frame');
    const end = at + LENGTH_BYTES + view.getUint32(at);
    // An empty frame is none, and would make a batch as long as many.
    if (end > bytes.byteLength || end === at + LENGTH_BYTES) return refused('link/bad-frame');
    frames.push(bytes.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  return frames.length > 0 ? ok(frames) : refused('link/bad-frame');
}
