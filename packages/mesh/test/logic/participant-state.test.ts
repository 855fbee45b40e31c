import {
  nextParticipantState,
  type ParticipantEvent,
  type ParticipantState,
} from '../../src/logic/participant-state.js';

const LISTED: ParticipantState = { phase: 'listed' };
const failed: ParticipantEvent = { type: 'failed', code: 'link/failed' };

const after = (...events: ParticipantEvent[]) => events.reduce(nextParticipantState, LISTED);

describe('the state of a participant', () => {
  it.each<[string, ParticipantEvent[], ParticipantState]>([
    ['is linking once it was tried', [{ type: 'tried' }], { phase: 'linking' }],
    [
      'is present once both ends hear each other',
      [{ type: 'tried' }, { type: 'stands' }],
      { phase: 'present' },
    ],
    [
      'is interrupted while the path is silent',
      [{ type: 'stands' }, { type: 'silent' }],
      { phase: 'interrupted' },
    ],
    [
      'is present again with the path',
      [{ type: 'stands' }, { type: 'silent' }, { type: 'stands' }],
      { phase: 'present' },
    ],
    [
      'says why it cannot be reached',
      [{ type: 'tried' }, failed],
      { phase: 'unreachable', code: 'link/failed' },
    ],
    [
      'stays unreachable while it is tried again',
      [failed, { type: 'tried' }],
      { phase: 'unreachable', code: 'link/failed' },
    ],
    [
      'says the latest reason',
      [failed, { type: 'failed', code: 'stream/limit' }],
      { phase: 'unreachable', code: 'stream/limit' },
    ],
    ['has left when what stood has ended', [{ type: 'stands' }, failed], { phase: 'left' }],
    [
      'has left when it was interrupted and lost',
      [{ type: 'stands' }, { type: 'silent' }, failed],
      { phase: 'left' },
    ],
    ['has left when it is gone', [{ type: 'tried' }, { type: 'gone' }], { phase: 'left' }],
    [
      'never comes back from having left',
      [{ type: 'gone' }, { type: 'stands' }, { type: 'tried' }],
      { phase: 'left' },
    ],
    ['cannot fall silent before it was heard', [{ type: 'tried' }, { type: 'silent' }], { phase: 'linking' }],
  ])('[E8] %s', (_, events, state) => {
    expect(after(...events)).toEqual(state);
  });

  it('keeps its reference where nothing changed', () => {
    for (const state of [
      after({ type: 'stands' }),
      after({ type: 'stands' }, { type: 'silent' }),
      after(failed),
      after({ type: 'gone' }),
    ]) {
      const event: ParticipantEvent =
        state.phase === 'present'
          ? { type: 'stands' }
          : state.phase === 'interrupted'
            ? { type: 'silent' }
            : failed;
      expect(nextParticipantState(state, event)).toBe(state);
    }
  });
});
