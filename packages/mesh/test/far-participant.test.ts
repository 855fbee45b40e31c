import type { Link, PeerId } from '@conclave/core';

import { FarParticipant, type FarDoors, type FarListener } from '../src/far-participant.js';
import type { ParticipantState } from '../src/logic/participant-state.js';

const bobId = 'b'.repeat(64) as PeerId;
const link = { farId: bobId } as Link;

/** Nobody has tried him yet: what his room does for him is not needed. */
const bobAsSeen = () => new FarParticipant(bobId, {} as FarDoors, {} as FarListener);

describe('a participant', () => {
  it('[B5] shows its link while it is linked in this room only, and its state first', () => {
    const bob = bobAsSeen();
    const { participant } = bob;
    const seen: string[] = [];
    participant.link.subscribe(() => {
      seen.push(`${participant.state.get().phase}: ${participant.link.get() === link ? 'link' : 'none'}`);
    });
    const states: ParticipantState[] = [
      { phase: 'linking' },
      { phase: 'unreachable', code: 'room/not-admitted' },
      { phase: 'present' },
      { phase: 'interrupted' },
      { phase: 'present' },
      { phase: 'left' },
    ];
    bob.setLink(link);
    for (const state of states) bob.setState(state);
    bob.setLink(undefined);
    bob.setLink(link);
    expect(participant.link.get()).toBeUndefined();
    expect(seen).toEqual(['present: link', 'left: none']);
  });

  it('[B5] shows another link as soon as it is there', () => {
    const bob = bobAsSeen();
    bob.setState({ phase: 'present' });
    expect(bob.participant.link.get()).toBeUndefined();
    for (const one of [link, undefined, { ...link }]) {
      bob.setLink(one);
      expect(bob.participant.link.get()).toBe(one);
    }
  });
});
