import { MAX_SDP_BYTES, utf8 } from '@conclave/protocol';

/** A description as it travels: as text, or deflated, with the text left empty (SPEC 7.3). */
export interface PackedSdp {
  readonly sdp: string;
  readonly packed?: Uint8Array | undefined;
}

/**
 * Deflates a description where the runtime can and it becomes shorter by that. A description is 6 to 12 kB of repeated lines,
 * and three newcomers at once would fill an uplink of 200 kbit/s with them for a second and a half.
 */
export async function packSdp<T extends PackedSdp>(message: T): Promise<T> {
  if (message.sdp.length < WORTH_PACKING || !('CompressionStream' in globalThis)) return message;
  const plain = utf8(message.sdp);
  const packed = await through(new CompressionStream(FORMAT), plain, plain.length - 1);
  return packed ? { ...message, sdp: '', packed } : message;
}

/** The message with its description as text; one that cannot be inflated, or is too long by that, is empty: nobody takes it. */
export async function unpackSdp<T extends PackedSdp>(message: T): Promise<T> {
  if (!message.packed) return message;
  const plain = await through(new DecompressionStream(FORMAT), message.packed, MAX_SDP_BYTES);
  return { ...message, sdp: plain ? new TextDecoder().decode(plain) : '', packed: undefined };
}

const FORMAT = 'deflate-raw'; // RFC 1951
/** A transport of data channels only is described in fewer bytes, and fits into one packet as it is. */
const WORTH_PACKING = 1_000;

/** What comes out of a transformation, up to a limit; nothing where it fails, or is longer. */
async function through(
  { readable, writable }: CompressionStream | DecompressionStream,
  bytes: Uint8Array,
  limitBytes: number,
): Promise<Uint8Array | undefined> {
  const writer = writable.getWriter();
  const written = Promise.allSettled([writer.write(bytes.slice()), writer.close()]); // the reader sees what goes wrong
  const reader = readable.getReader();
  const out = new Uint8Array(limitBytes);
  let length = 0;
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      if (length + chunk.value.byteLength > limitBytes) return undefined;
      out.set(chunk.value, length);
      length += chunk.value.byteLength;
    }
    return out.slice(0, length);
  } catch {
    return undefined;
  } finally {
    await reader.cancel().catch(() => undefined);
    await written;
  }
}
