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
  it.each<[string, string, JoinOptions]>([
    ['metadata of 1 KiB', 'accepted', { room: 'garden', metadata: 'x'.repeat(1021) }],
    ['metadata above 1 KiB', 'data/too-large', { room: 'garden', metadata: 'x'.repeat(1022) }],
    [
      'metadata that cannot be sent',
      'data/unsupported-value',
      { room: 'garden', metadata: (() => 1) as never },
    ],
    ['a room without a name', 'usage/invalid-argument', { room: '' }],
    ['a room with too long a name', 'usage/invalid-argument', { room: 'x'.repeat(201) }],
    ['a stream name with a slash', 'usage/invalid-argument', { room: 'garden', publish: ['a/b'] }],
    ['a stream twice', 'usage/invalid-argument', { room: 'garden', publish: ['a', 'a'] }],
    ['a signal that has aborted', 'usage/aborted', { room: 'garden', signal: AbortSignal.abort() }],
  ])('[E8] %s gives %s', (_, code, options) => {
    expect(codeOf(options)).toBe(code);
  });

  it('copies metadata, so that a later change of the object changes nothing', () => {
    const metadata = { name: 'alice' };
    const checked = checkOptions({ room: 'garden', metadata });
    metadata.name = 'mallory';
    expect(checked.metadata).toEqual({ name: 'alice' });
  });
});
