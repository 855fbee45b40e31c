import { readFile, stat } from 'node:fs/promises';

import { KeyFileError, parseKeyFile } from './key-file-form.js';
import type { KeyEntry, Keys } from './keys.js';
import { KEY_FILE_POLL_MS, MAX_KEY_FILE_BYTES } from './limits.js';

/** Keys that are read from a file, and read again when it changes. */
export interface FileKeys extends Keys {
  /**
   * Reads the file now, as on SIGHUP. Answers whether it could be used; where not, the keys that were read before
   * stay in force.
   */
  reload(): Promise<boolean>;
  /** Calls the listener after keys have changed. */
  onChange(listener: () => void): () => void;
  /** Looks at the file no longer. */
  close(): void;
}

/** How a key file is read. */
export interface KeyFileOptions {
  /** Told `keys-read` with the number of keys, and `keys-refused` with the error. Default: nobody. */
  readonly log?: (event: 'keys-read' | 'keys-refused', details: Readonly<Record<string, unknown>>) => void;
}

/**
 * Keys from a JSON file, which is looked at four times a second: `{ "keys": { "<key ID>": { "mode": "open" } } }`. An
 * entry has `mode` ("open", "token" or "revoked"), `tenant?` (default: the key ID), `origins?`, `limits?`
 * { `clients?`, `connectsPerSecond?` }; with "open" `turn?`; with "token" `secrets` (base64, one to four of at least 32
 * bytes) and `audience?`. A field that is not known is an error.
 *
 * Rejects where the file cannot be read, or is not as it has to be: the message names the field. Once it was read, a
 * file that is broken changes nothing but the log. It is written best beside the old one and renamed over it.
 */
export async function keysFromFile(path: string, options: KeyFileOptions = {}): Promise<FileKeys> {
  const { log = () => {} } = options;
  const listeners = new Set<() => void>();
  let entries: ReadonlyMap<string, KeyEntry> = new Map();
  let text: string | undefined;
  /** The file as it was just before it was read: what changes meanwhile is read again. */
  let mark: string | undefined;
  /** The file as it was when it could not be read, which was told of. */
  let unreadable: string | undefined;
  let work = Promise.resolve(true);

  const read = async () => {
    mark = await markOf(path);
    const now = await textOf(path);
    const isNew = now !== text;
    entries = parseKeyFile(now);
    text = now;
    log('keys-read', { keys: entries.size });
    if (isNew) for (const listener of [...listeners]) listener();
    return true;
  };
  const readOrKeep = (isRetry = false) =>
    read().catch((error: unknown) => {
      // A wrong text stays wrong until the file changes. That a file cannot be read may pass while it stays as it is.
      const mayPass = !(error instanceof KeyFileError);
      if (!isRetry || !mayPass) log('keys-refused', { error });
      unreadable = mayPass ? mark : undefined;
      if (mayPass) mark = undefined;
      return false;
    });

  await read();
  // Not fs.watch: it stays with the old file where a new one is renamed over it.
  const timer = setInterval(() => {
    work = work.then(async () => {
      const now = await markOf(path);
      return now === mark ? true : readOrKeep(now === unreadable);
    });
  }, KEY_FILE_POLL_MS).unref();
  return {
    entryOf: async (keyId) => entries.get(keyId),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    reload: () => (work = work.then(() => readOrKeep())),
    close() {
      clearInterval(timer);
      listeners.clear();
    },
  };
}

/** Changes with the file. */
async function markOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join();
  } catch {
    return 'gone';
  }
}

async function textOf(path: string): Promise<string> {
  const found = await stat(path);
  if (!found.isFile()) throw new KeyFileError('it is not a file');
  if (found.size > MAX_KEY_FILE_BYTES)
    throw new KeyFileError(`it is larger than ${MAX_KEY_FILE_BYTES} bytes`);
  return readFile(path, 'utf8');
}
