import { MAX_VERDICTS } from './limits.js';

/**
 * How it stands with one message that was taken off the line. `waits`: no handler of its name yet; `handled`: one was
 * called; `dropped`: none was or will be. Without a verdict it was handled.
 */
export interface Verdict {
  /** The message. */
  readonly counter: number;
  /** What became of it. */
  readonly is: 'waits' | 'handled' | 'dropped';
}

const WORDS = ['waits', 'handled', 'dropped'] as const;

/** Counter (8), word (1). */
export const VERDICT_BYTES = 9;

/** Writes verdicts from an offset on, where there is room for them. */
export function writeVerdicts(
  bytes: Uint8Array<ArrayBuffer>,
  offset: number,
  verdicts: readonly Verdict[],
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  verdicts.forEach(({ counter, is }, index) => {
    view.setBigUint64(offset + index * VERDICT_BYTES, BigInt(counter));
    view.setUint8(offset + index * VERDICT_BYTES + 8, WORDS.indexOf(is));
  });
}

/** Reads verdicts; `undefined` where these bytes are none. */
export function readVerdicts(bytes: Uint8Array): readonly Verdict[] | undefined {
  const count = bytes.byteLength / VERDICT_BYTES;
  if (!Number.isInteger(count) || count > MAX_VERDICTS) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const verdicts: Verdict[] = [];
  for (let at = 0; at < bytes.byteLength; at += VERDICT_BYTES) {
    const counter = Number(view.getBigUint64(at));
    const is = WORDS[view.getUint8(at + 8)];
    if (!Number.isSafeInteger(counter) || !is) return undefined;
    verdicts.push({ counter, is });
  }
  return verdicts;
}
