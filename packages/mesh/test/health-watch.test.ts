import { cell, type PeerId } from '@conclave/core';

import { HealthWatch } from '../src/health-watch.js';
import { LINKING_MS } from '../src/logic/health.js';
import type { ParticipantState } from '../src/logic/participant-state.js';
import type { Participant } from '../src/participant.js';
import { idOf } from './support/fake-streams.js';

const [aliceId, bobId, charlieId] = [idOf('alice'), idOf('bob'), idOf('charlie')];

/** Alice's watch over two others, whose states a test sets. */
function watching() {
  const participants = [bobId, charlieId].map((id) => ({
    id,
    state: cell<ParticipantState>({ phase: 'linking' }),
  }));
  const reports: string[] = [];
  const watch = new HealthWatch({
    nearId: aliceId,
    participants: () => participants as unknown as readonly Participant[],
    report: (linked) => reports.push(linked.map((id) => id[0]).join('')),
  });
  const seen = () => watch.health.get().pairs.map(({ a, b, state }) => `${a[0]}${b[0]} ${state}`);
  const all = (state: ParticipantState) => {
    for (const participant of participants) participant.state.set(state);
    watch.changed();
  };
  const says = (who: PeerId, ...linked: PeerId[]) => watch.reported(who, new Set(linked));
  return { watch, participants, reports, seen, all, says };
}

describe('the watch over who is linked with whom', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('[E8] a pair that never links is broken within 5 s, though nothing happens meanwhile', () => {
    const { watch, seen, all, says } = watching();
    all({ phase: 'present' });
    says(bobId, aliceId);
    says(charlieId, aliceId);
    jest.advanceTimersByTime(200);
    expect(seen()).toEqual(['ab linked', 'ac linked', 'bc linking']);
    jest.advanceTimersByTime(LINKING_MS + 200);
    expect(seen()).toEqual(['ab linked', 'ac linked', 'bc broken']);
    expect(LINKING_MS + 400).toBeLessThan(5_000);
    watch.close();
  });

  it('[E8] tells the others with whom it is linked when that changes, and only then', () => {
    const { watch, participants, reports, all } = watching();
    watch.changed();
    expect(reports).toEqual([]);
    all({ phase: 'present' });
    all({ phase: 'present' });
    participants[0]!.state.set({ phase: 'interrupted' });
    watch.changed();
    watch.changed();
    all({ phase: 'present' });
    expect(reports).toEqual(['bc', 'c', 'bc']);
    watch.close();
  });

  it('[E8] a flood of rows is looked at ten times a second', () => {
    const { watch, all, says } = watching();
    all({ phase: 'present' });
    let changes = 0;
    watch.health.subscribe(() => (changes += 1));
    for (let ms = 0; ms < 1_000; ms++) {
      if (ms % 2) says(bobId, aliceId);
      else says(bobId, aliceId, charlieId);
      jest.advanceTimersByTime(1);
    }
    expect(changes).toBeLessThanOrEqual(11);
    watch.close();
  });

  it('[E8] who is listed without the secret of the room is no member, and who cannot be reached is a broken pair', () => {
    const { watch, participants, seen } = watching();
    participants[0]!.state.set({ phase: 'unreachable', code: 'room/not-admitted' });
    participants[1]!.state.set({ phase: 'unreachable', code: 'peer/unreachable' });
    watch.changed();
    expect(seen()).toEqual(['ac broken']);
    expect(watch.health.get().isWhole).toBe(false);
    watch.close();
  });

  it('[E8] what somebody said holds no longer once its control stream has ended', () => {
    const { watch, seen, all, says } = watching();
    all({ phase: 'present' });
    says(bobId, aliceId, charlieId);
    says(charlieId, aliceId, bobId);
    jest.advanceTimersByTime(200);
    expect(watch.health.get().isWhole).toBe(true);
    watch.reported(bobId, undefined);
    watch.reported(charlieId, undefined);
    jest.advanceTimersByTime(200);
    expect(seen()).toContain('bc linking');
    watch.close();
  });

  it('[E8] leaves no timer behind', () => {
    const { watch, all } = watching();
    all({ phase: 'present' });
    jest.advanceTimersByTime(500);
    expect(watch.health.get().pairs).not.toEqual([]);
    watch.close();
    expect(jest.getTimerCount()).toBe(0);
    expect(watch.health.get()).toEqual({ pairs: [], isWhole: true });
  });
});
