import { MAX_NAME_LENGTH } from '@conclave/protocol';

import { ConclaveError } from './errors.js';

/** Checks a name that goes over the wire; throws `usage/invalid-argument` where the far end would refuse it. */
export function checkName(name: string, what: string): string {
  // A lone surrogate has no UTF-8 form: the far end would see another name.
  if (
    typeof name === 'string' &&
    name.length > 0 &&
    name.length <= MAX_NAME_LENGTH &&
    !/\p{Surrogate}/u.test(name)
  ) {
    return name;
  }
  throw new ConclaveError('usage/invalid-argument', {
    hint: `${what} has 1 to ${MAX_NAME_LENGTH} characters.`,
  });
}
