import fc from 'fast-check';

import {
  negotiate,
  startNegotiation,
  type Negotiation,
  type NegotiationEffect,
  type NegotiationEvent,
} from '../../src/logic/negotiation.js';

interface Description {
  readonly type: 'far-offer' | 'far-answer';
  readonly revision: number;
}

/** An end as the shell runs it: effects one after the other, each some time after it was decided. */
interface End {
  state: Negotiation;
  readonly work: NegotiationEffect[];
  /** What the browser's signalling state would be. */
  signaling: 'stable' | 'have-local-offer';
  readonly inbox: Description[];
  offers: number;
  /** How many things it has wanted, how many of them its last offer told, and how many the far end has answered. */
  wants: number;
  told: number;
  answered: number;
}

const newEnd = (polite: boolean): End => ({
  state: startNegotiation(polite, 1, 1),
  work: [],
  signaling: 'stable',
  inbox: [],
  offers: 0,
  wants: 0,
  told: 0,
  answered: 0,
});

function on(end: End, event: NegotiationEvent): void {
  const [state, effects] = negotiate(end.state, event);
  end.state = state;
  end.work.push(...effects);
}

/** Does what is next in the operation queue; throws where a browser would. */
function work(end: End, far: End): boolean {
  const effect = end.work.shift();
  if (!effect) return false;
  const mustBe = (signaling: End['signaling']) => {
    if (end.signaling !== signaling) throw new Error(`${effect.do} in ${end.signaling}`);
  };
  if (effect.do === 'offer') {
    mustBe('stable');
    end.signaling = 'have-local-offer';
    end.offers += 1;
    end.told = end.wants;
    far.inbox.push({ type: 'far-offer', revision: effect.revision });
  } else if (effect.do === 'rollback') {
    mustBe('have-local-offer');
    end.signaling = 'stable';
  } else if (effect.do === 'answer') {
    mustBe('stable');
    far.inbox.push({ type: 'far-answer', revision: effect.revision });
    on(end, { type: 'answered' });
  } else {
    mustBe('have-local-offer');
    end.signaling = 'stable';
    end.answered = end.told;
  }
  return true;
}

function receive(end: End): boolean {
  const message = end.inbox.shift();
  if (message) on(end, message);
  return message !== undefined;
}

const steps = fc.array(
  fc.record({
    end: fc.constantFrom(0, 1),
    act: fc.constantFrom('want', 'work', 'receive', 'work', 'receive'),
  }),
  { maxLength: 80 },
);

function run(interleaving: readonly { end: number; act: string }[]): readonly [End, End, number] {
  const ends = [newEnd(true), newEnd(false)] as const;
  let wants = 0;
  const act = (index: number, what: string): boolean => {
    const [end, far] = index === 0 ? ends : [ends[1], ends[0]];
    if (what === 'work') return work(end, far);
    if (what === 'receive') return receive(end);
    wants += 1;
    end.wants += 1;
    on(end, { type: 'want' });
    return true;
  };
  for (const step of interleaving) act(step.end, step.act);
  // Whatever is left on the way arrives; a livelock would never end.
  for (let rounds = 0; rounds < 200; rounds += 1) {
    const moved = [0, 1].map((index) => [act(index, 'work'), act(index, 'receive')]).flat();
    if (!moved.includes(true)) return [...ends, wants];
  }
  throw new Error('they negotiate for ever');
}

test('[D7] two ends that want things at any time, both at once too, always end stable and of one mind', () => {
  fc.assert(
    fc.property(steps, (interleaving) => {
      const [polite, impolite, wants] = run(interleaving);
      for (const end of [polite, impolite]) {
        expect(end.state).toMatchObject({ phase: 'stable', wanted: false });
        expect(end.signaling).toBe('stable');
        expect(end.answered).toBe(end.wants);
      }
      expect(polite.state.nearRevision).toBe(impolite.state.farRevision);
      expect(impolite.state.nearRevision).toBe(polite.state.farRevision);
      // Each glare costs the polite end one offer more, and nothing costs more than that.
      expect(polite.offers + impolite.offers).toBeLessThanOrEqual(2 * wants);
    }),
    { seed: 2026, numRuns: 5000 },
  );
});

test('[D7] what either end wanted was told by an offer that was answered', () => {
  const [polite, impolite] = run([
    { end: 0, act: 'want' },
    { end: 1, act: 'want' },
    { end: 0, act: 'work' },
    { end: 1, act: 'work' },
  ]);
  expect(polite.offers).toBe(2); // the one that it took back, and the one after
  expect(impolite.offers).toBe(1);
});

test('[D7] when both offer at once the polite end takes its offer back and answers', () => {
  const offering = negotiate(startNegotiation(true, 1, 1), { type: 'want' })[0];
  const [after, effects] = negotiate(offering, { type: 'far-offer', revision: 2 });
  expect(effects).toEqual([{ do: 'rollback' }, { do: 'answer', revision: 3 }]);
  expect(after).toMatchObject({ phase: 'stable', wanted: true, farRevision: 2 });
  expect(negotiate(after, { type: 'answered' })[1]).toEqual([{ do: 'offer', revision: 4 }]);
});

test('[D7] when both offer at once the impolite end goes on as if nothing had come', () => {
  const offering = negotiate(startNegotiation(false, 1, 1), { type: 'want' })[0];
  const [after, effects] = negotiate(offering, { type: 'far-offer', revision: 2 });
  expect(effects).toEqual([]);
  expect(after).toMatchObject({ phase: 'offering', farRevision: 2 });
  expect(negotiate(after, { type: 'far-answer', revision: 3 })[1]).toEqual([{ do: 'apply-answer' }]);
});

test('[B2] a description of an old revision, or an answer that nobody asked for, does nothing', () => {
  const stable = startNegotiation(true, 4, 7);
  const offering = negotiate(stable, { type: 'want' })[0];
  for (const revision of [0, 1, 6, 7]) {
    expect(negotiate(stable, { type: 'far-offer', revision })).toEqual([stable, []]);
    expect(negotiate(offering, { type: 'far-offer', revision })).toEqual([offering, []]);
    expect(negotiate(offering, { type: 'far-answer', revision })).toEqual([offering, []]);
  }
  expect(negotiate(stable, { type: 'far-answer', revision: 8 })).toEqual([stable, []]);
});

test('[D7] wants that come while an offer is on its way are told by one more offer', () => {
  let [state] = negotiate(startNegotiation(false, 1, 1), { type: 'want' });
  for (let i = 0; i < 5; i += 1) {
    const [next, effects] = negotiate(state, { type: 'want' });
    expect(effects).toEqual([]);
    state = next;
  }
  const [, effects] = negotiate(state, { type: 'far-answer', revision: 2 });
  expect(effects).toEqual([{ do: 'apply-answer' }, { do: 'offer', revision: 3 }]);
});
