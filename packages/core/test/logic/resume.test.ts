import { resume, type ResumeEvent, type ResumeState } from '../../src/logic/resume.js';

describe('[A6] the rules of resuming', () => {
  const connected: ResumeState = { phase: 'connected', urlIndex: 0, attempt: 0, sinceMs: 0 };
  const lost = (change: Partial<Extract<ResumeEvent, { type: 'lost' }>> = {}): ResumeEvent => ({
    type: 'lost',
    atMs: 10_000,
    random: 1,
    code: 'rendezvous/lost',
    ...change,
  });

  it('waits longer each time, up to 10 s, and anything between that and nothing', () => {
    let state: ResumeState = connected;
    const delays: number[] = [];
    for (let attempt = 0; attempt < 8; attempt++) {
      state = resume(state, lost(), 1);
      delays.push(state.phase === 'waiting' ? state.delayMs : NaN);
      state = resume(state, { type: 'due' }, 1);
    }
    expect(delays).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    expect(resume(connected, lost({ random: 0 }), 1)).toMatchObject({ phase: 'waiting', delayMs: 0 });
  });

  it('does not begin from the start after a connection that did not stand', () => {
    const brief: ResumeState = { ...connected, attempt: 4, sinceMs: 9_000 };
    expect(resume(brief, lost(), 1)).toMatchObject({ attempt: 5 });
    expect(resume({ ...brief, sinceMs: 5_000 }, lost(), 1)).toMatchObject({ attempt: 1 });
  });

  it('keeps away for as long as it was told to, within reason', () => {
    expect(resume(connected, lost({ retryAfterMs: 7_000 }), 1)).toMatchObject({ delayMs: 7_000 });
    expect(resume(connected, lost({ retryAfterMs: 3_600_000 }), 1)).toMatchObject({ delayMs: 60_000 });
  });

  it('goes back to where it was first, then round the URLs; from one that stops, on at once', () => {
    const back = resume(connected, lost(), 3);
    expect(back).toMatchObject({ urlIndex: 0 });
    const next = resume(resume(back, { type: 'due' }, 3), lost(), 3);
    expect(next).toMatchObject({ urlIndex: 1 });
    expect(resume(connected, lost({ code: 'rendezvous/shutting-down' }), 3)).toMatchObject({ urlIndex: 1 });
  });

  it('tries at once when the network is back', () => {
    expect(resume(resume(connected, lost(), 1), { type: 'online' }, 1)).toMatchObject({ phase: 'trying' });
    expect(resume(connected, { type: 'online' }, 1)).toBe(connected);
  });

  it.each([
    'rendezvous/replaced',
    'auth/unknown-key',
    'auth/origin',
    'auth/signature',
    'auth/page-origin',
    'auth/revoked',
    'auth/token-missing',
    'rendezvous/version',
  ] as const)('never tries again after %s', (code) => {
    const closed = resume(connected, lost({ code }), 2);
    expect(closed).toEqual({ phase: 'closed' });
    expect(resume(closed, { type: 'online' }, 2)).toBe(closed);
  });

  it.each(['auth/token', 'auth/token-expired', 'auth/no-token'] as const)(
    'tries again after %s: another token may be taken',
    (code) => {
      expect(resume(connected, lost({ code }), 2)).toMatchObject({ phase: 'waiting', urlIndex: 0 });
    },
  );
});
