// A witness of what crossed: the SHA-256 of the list of the SHA-256 of each MiB. WebCrypto hashes nothing piece by piece.
const PIECE_BYTES = 1024 * 1024;

/** The witness of a file. */
export async function hashFile(file) {
  const hashes = [];
  for (let at = 0; at < file.size; at += PIECE_BYTES)
    hashes.push(await sha256(await file.slice(at, at + PIECE_BYTES).arrayBuffer()));
  return joinHashes(hashes);
}

/** A sink that keeps nothing but the witness; `closed` resolves when it is closed. */
export function hashingSink() {
  const { promise: closed, resolve, reject } = Promise.withResolvers();
  const hashes = [];
  const piece = new Uint8Array(PIECE_BYTES);
  let filled = 0;
  let bytes = 0;
  const stream = new WritableStream({
    async write(chunk) {
      bytes += chunk.byteLength;
      for (let taken = 0; taken < chunk.byteLength;) {
        const part = chunk.subarray(taken, taken + PIECE_BYTES - filled);
        piece.set(part, filled);
        taken += part.byteLength;
        filled += part.byteLength;
        if (filled < PIECE_BYTES) continue;
        hashes.push(await sha256(piece));
        filled = 0;
      }
    },
    async close() {
      if (filled > 0) hashes.push(await sha256(piece.subarray(0, filled)));
      resolve({ bytes, hash: await joinHashes(hashes) });
    },
    abort: reject,
  });
  return { stream, closed };
}

const sha256 = (bytes) => crypto.subtle.digest('SHA-256', bytes);

async function joinHashes(hashes) {
  const joined = new Uint8Array(await sha256(await new Blob(hashes).arrayBuffer()));
  return Array.from(joined, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
