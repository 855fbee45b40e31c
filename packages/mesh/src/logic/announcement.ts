import { encodeValue, type Value } from '@conclave/protocol';

import { areStreamNames } from './stream-names.js';

/** What somebody says of itself, encoded: a name, a colour, a state; pictures belong elsewhere. */
export const MAX_METADATA_BYTES = 1024;

/** What a participant says of itself over the proven link. */
export interface Announcement {
  readonly metadata: Value;
  /** The metadata as bytes: equal ones are no news. */
  readonly encoded: Uint8Array;
  /** The streams that it publishes in the room. */
  readonly streams: readonly string[];
}

/** Reads an announcement from the wire; `undefined` where any part of it is not acceptable. Never throws. */
export function readAnnouncement(args: readonly unknown[]): Announcement | undefined {
  const [metadata, streams] = args;
  if (args.length !== 2 || !Array.isArray(streams) || !areStreamNames(streams)) return undefined;
  const encoded = encodeValue(metadata, MAX_METADATA_BYTES);
  return encoded.ok ? { metadata: metadata as Value, encoded: encoded.value, streams } : undefined;
}
