import { ERROR_CODES, isErrorCode } from '@conclave/protocol';

import { codeOf, ConclaveError, throwIfAborted } from '../src/errors.js';

test('[A2] an error says its code, what that means, and what to do about it', () => {
  const cause = new Error('ECONNREFUSED');
  const error = new ConclaveError('rendezvous/refused', { hint: 'Is it running?', cause });
  expect(error).toBeInstanceOf(Error);
  expect(error.name).toBe('ConclaveError');
  expect(error.message).toBe(`rendezvous/refused: ${ERROR_CODES['rendezvous/refused']} Is it running?`);
  expect(error).toMatchObject({ code: 'rendezvous/refused', retryable: true, hint: 'Is it running?', cause });
});

test.each([
  ['peer/unreachable', true],
  ['stream/limit', true],
  ['stream/refused', false],
  ['identity/mismatch', false],
  ['rendezvous/replaced', false],
  ['data/too-large', false],
] as const)('[A2] trying %s again without a change helps: %s', (code, retryable) => {
  expect(new ConclaveError(code).retryable).toBe(retryable);
});

test('[A2] every code makes an error with words', () => {
  for (const code of Object.keys(ERROR_CODES)) {
    expect(isErrorCode(code) && new ConclaveError(code).message.length > code.length + 10).toBe(true);
  }
});

test('[A2] the code of whatever was thrown', () => {
  expect(codeOf(new ConclaveError('link/limit'), 'peer/lost')).toBe('link/limit');
  for (const thrown of [new TypeError('x'), 'link/limit', { code: 'link/limit' }, undefined]) {
    expect(codeOf(thrown, 'peer/lost')).toBe('peer/lost');
  }
});

test('[A4] an aborted signal throws with its reason as the cause', () => {
  expect(() => throwIfAborted(undefined)).not.toThrow();
  expect(() => throwIfAborted(new AbortController().signal)).not.toThrow();
  const reason = new Error('changed my mind');
  expect(() => throwIfAborted(AbortSignal.abort(reason))).toThrow(
    expect.objectContaining({ code: 'usage/aborted', cause: reason }),
  );
});
