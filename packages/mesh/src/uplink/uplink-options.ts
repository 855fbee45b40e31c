import { ConclaveError } from '@conclave/core';

import type { AskWhenFull, WhenFull } from './room-policy.js';

/** How a room divides this end's uplink. */
export interface UplinkOptions {
  /** What the uplink carries, in bits per second, where the application knows. Without it, it is measured and learnt. */
  readonly capacityBps?: number;
  /** What happens with who would cost the others something. Default `degrade`. */
  readonly whenFull?: WhenFull;
  /** Asked about who would cost the others something, where `whenFull` is `ask`. */
  readonly ask?: AskWhenFull;
}

/** Less is no uplink on which people could talk; more is a slip. */
const [MIN_BPS, MAX_BPS] = [10_000, 100_000_000_000];

/** Checks options; throws `usage/invalid-argument`. */
export function checkUplink(options: UplinkOptions | 'off'): UplinkOptions | 'off' {
  if (options === 'off') return options;
  const { capacityBps, whenFull = 'degrade', ask } = options;
  const isRate = capacityBps === undefined || (capacityBps >= MIN_BPS && capacityBps <= MAX_BPS);
  if (!isRate) throw invalid(`capacityBps is from ${MIN_BPS} to ${MAX_BPS}, in bits per second.`);
  if (!['refuse', 'degrade', 'ask'].includes(whenFull))
    throw invalid("whenFull is 'refuse', 'degrade' or 'ask'.");
  if ((whenFull === 'ask') !== (ask !== undefined))
    throw invalid("'ask' wants a function, and only 'ask' does.");
  return options;
}

function invalid(hint: string): ConclaveError {
  return new ConclaveError('usage/invalid-argument', { hint });
}
