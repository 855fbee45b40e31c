import * as protocol from '@conclave/protocol';

import { table } from './support/spec.js';

const { CLOSE_CODES, closeCodeOf, commonVersion, ERROR_CODES, errorOfClose, isErrorCode, VERSIONS } =
  protocol;
const codes = Object.keys(ERROR_CODES) as protocol.ErrorCode[];

describe('versions and limits', () => {
  test('SPEC 9.1: the newest common version is spoken, none where there is none', () => {
    expect(VERSIONS).toEqual([...VERSIONS].sort((a, b) => b - a));
    expect(commonVersion([1])).toBe(1);
    expect(commonVersion([9, 1, 0])).toBe(1);
    for (const offered of [[], [0], [2], [1.5], [Number.NaN]]) expect(commonVersion(offered)).toBeUndefined();
  });

  test('SPEC 9.2: the limits are those of the document', () => {
    const exported = Object.entries(protocol).filter(([, value]) => typeof value === 'number');
    const documented = table('limit').map(([name, value]) => [name, Number(value)]);
    expect(documented).toEqual(exported.sort(([a], [b]) => (a < b ? -1 : 1)));
  });

  test('SPEC 9.3: a code that is not known refuses its message, a key that is not known does not', async () => {
    const { pack } = await import('../src/packing.js');
    expect(protocol.decodeControlFrame(pack({ t: 'bye', code: 'peer/new' })).ok).toBe(false);
    expect(protocol.decodeControlFrame(pack({ t: 'bye-bye', code: 'peer/closed' })).ok).toBe(false);
    expect(protocol.decodeControlFrame(pack({ t: 'bye', code: 'peer/closed', later: 1 }))).toEqual({
      ok: true,
      value: { t: 'bye', code: 'peer/closed' },
    });
  });
});

describe('codes', () => {
  test('SPEC 10.1: every error code is documented, with the meaning that errors show', () => {
    expect(Object.fromEntries(table('code').map(([code, meaning]) => [code, meaning]))).toEqual(ERROR_CODES);
    for (const code of codes) {
      expect(code).toMatch(/^[a-z]+\/[a-z]+(-[a-z]+)*$/);
      expect(ERROR_CODES[code]).toMatch(/^[A-Z].*\.$/);
    }
  });

  test('[B9] SPEC 10.1: no other text is a code', () => {
    for (const code of codes) expect(isErrorCode(code)).toBe(true);
    for (const other of [
      'constructor',
      '__proto__',
      'toString',
      '',
      'PEER/LOST',
      'peer/lost ',
      1,
      null,
      ['peer/lost'],
      {},
    ]) {
      expect(isErrorCode(other)).toBe(false);
    }
  });

  test('SPEC 10.2: close codes are those of the document and say one error each, both ways', () => {
    const documented = table('close code').map(([code, error]) => [Number(code), error]);
    expect(Object.fromEntries(documented)).toEqual(CLOSE_CODES);
    for (const [close, code] of Object.entries(CLOSE_CODES)) {
      expect(errorOfClose(Number(close))).toBe(code);
      expect(closeCodeOf(code)).toBe(Number(close));
    }
    for (const other of [1000, 1006, 4000, 4407, 4400.5, -1, Number.NaN])
      expect(errorOfClose(other)).toBeUndefined();
  });

  test('SPEC 10.3: an error without a close code is said by 4400', () => {
    const closing: readonly string[] = Object.values(CLOSE_CODES);
    for (const code of codes) if (!closing.includes(code)) expect(closeCodeOf(code)).toBe(4400);
  });
});
