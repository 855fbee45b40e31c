import { takeToken, type Allowance, type TokenBucket } from '../logic/token-bucket.js';
import { BoundedMap } from './bounded-map.js';

/** Peers whose allowances are remembered; the oldest go first. */
const MAX_PEERS = 1024;

/** An allowance for each key. */
export interface Allowances<Key> {
  /** Takes one token of a key; false where none is left. */
  take(key: Key): boolean;
}

/** Makes allowances that start full. */
export function allowances<Key>(allowance: Allowance): Allowances<Key> {
  const buckets = new BoundedMap<Key, TokenBucket>(MAX_PEERS);
  return {
    take(key) {
      const next = takeToken(buckets.get(key), allowance, performance.now());
      if (next) buckets.set(key, next);
      return next !== undefined;
    },
  };
}
