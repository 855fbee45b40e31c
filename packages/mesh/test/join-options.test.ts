import { ConclaveError } from '@conclave/core';

import { checkOptions } from '../src/join-options.js';
import type { JoinOptions } from '../src/room.js';

function codeOf(options: JoinOptions): string {
  try {
    checkOptions(options);
    return 'accepted';
  } catch (error) {
    return error instanceof ConclaveError ? error.code : String(error);
  }
}

describe('the options of joinRoom', () => {
  it.each<[string, JoinOptions, string]>([
    ['metadata of 1 KiB', { room: 'garden', metadata: 'x'.repeat(1021) }, 'accepted'],
    ['metadata above 1 KiB', { room: 'garden', metadata: 'x'.repeat(1022) }, 'data/too-large'],
    [
      'metadata that cannot be sent',
      { room: 'garden', metadata: (() => 1) as never },
      'data/unsupported-value',
    ],
    ['a room without a name', { room: '' }, 'usage/invalid-argument'],
    ['a room with too long a name', { room: 'x'.repeat(201) }, 'usage/invalid-argument'],
    ['a stream name with a slash', { room: 'garden', publish: ['a/b'] }, 'usage/invalid-argument'],
    ['a stream twice', { room: 'garden', publish: ['a', 'a'] }, 'usage/invalid-argument'],
    ['a signal that has aborted', { room: 'garden', signal: AbortSignal.abort() }, 'usage/aborted'],
  ])('[E8] %s: %#', (_, options, code) => {
    expect(codeOf(options)).toBe(code);
  });

  it('copies metadata, so that a later change of the object changes nothing', () => {
    const metadata = { name: 'alice' };
    const checked = checkOptions({ room: 'garden', metadata });
    metadata.name = 'mallory';
    expect(checked.metadata).toEqual({ name: 'alice' });
  });
});
