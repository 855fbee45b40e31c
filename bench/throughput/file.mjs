// The file that everybody sends, how it is read by hand, and where it goes.

/** One read of a Blob costs about as much for 1 MiB as for 16 KiB. */
const READ_BYTES = 1024 * 1024;
/** Odd, so that every MiB of the file is another one; a multiple of nothing that anybody cuts at. */
const BLOCK_BYTES = 1024 * 1024 - 3;
/** What `getRandomValues` gives at once. */
const RANDOM_BYTES = 65_536;

/** A file of random bytes in which one block comes again and again: the browser holds that block once, the page nothing. */
export function makeFile(size) {
  const parts = [];
  for (let left = BLOCK_BYTES; left > 0; left -= RANDOM_BYTES)
    parts.push(crypto.getRandomValues(new Uint8Array(Math.min(left, RANDOM_BYTES))));
  const block = new Blob(parts);
  return new Blob(Array(Math.ceil(size / BLOCK_BYTES)).fill(block)).slice(0, size);
}

/** Reads a file MiB by MiB, each while the one before it is being sent. */
export async function* readFile(file) {
  const read = (from) => file.slice(from, from + READ_BYTES).arrayBuffer();
  let next = read(0);
  for (let at = 0; at < file.size; at += READ_BYTES) {
    const bytes = await next;
    next = read(at + READ_BYTES);
    yield bytes;
  }
}

/** A sink that keeps nothing; `closed` resolves when it is closed, with `bytes`. */
export function discardingSink() {
  const { promise: closed, resolve, reject } = Promise.withResolvers();
  let bytes = 0;
  const stream = new WritableStream({
    write(chunk) {
      bytes += chunk.byteLength;
    },
    close: () => resolve({ bytes }),
    abort: reject,
  });
  return { stream, closed };
}
