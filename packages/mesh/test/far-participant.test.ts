import type { Connection, FileOffer, Link, PeerId } from '@conclave/core';

import { FarParticipant, type FarDoors, type FarListener } from '../src/far-participant.js';
import type { ParticipantState } from '../src/logic/participant-state.js';
import { RoomHandlers } from '../src/room-handlers.js';
import { FakeIncoming, idOf } from './support/fake-streams.js';

const bobId = 'b'.repeat(64) as PeerId;
const link = { farId: bobId } as Link;

/** Nobody has tried him yet: what his room does for him is not needed. */
const bobAsSeen = () => new FarParticipant(bobId, {} as FarDoors, {} as FarListener);

describe('a participant', () => {
  afterEach(() => void jest.useRealTimers());

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

  it('[E8] what it says of its links is taken ten times a second, counts for itself, and ends with its control stream', () => {
    jest.useFakeTimers();
    const line = new FakeIncoming();
    const rows: (string | undefined)[] = [];
    const connection = { play: () => line.stream } as unknown as Connection;
    const doors = { connection, room: 'garden', roomKey: undefined, published: [] } as unknown as FarDoors;
    const tells = {
      control: () => undefined,
      row: (linked: ReadonlySet<PeerId> | undefined) =>
        rows.push(linked && [...linked].map((id) => id[0]).join('')),
      bye: () => undefined,
      failed: () => undefined,
    };
    const bob = new FarParticipant(bobId, doors, tells);
    const [alice, charlie] = [idOf('alice'), idOf('charlie')];
    bob.attempt(0);
    line.call('row', [alice, charlie]);
    for (const hostile of [
      {},
      null,
      'row',
      [[alice]],
      ['alice'],
      Array.from({ length: 10_000 }, () => alice),
    ]) {
      line.call('row', hostile);
      jest.advanceTimersByTime(100);
    }
    line.call('row');
    jest.advanceTimersByTime(100);
    line.call('row', [charlie], [alice]); // who he says he is does not matter: nobody says anything of another one's row
    jest.advanceTimersByTime(100);
    expect(rows).toEqual(['ac']);
    for (let ms = 0; ms < 1_000; ms++) {
      line.call('row', ms % 2 ? [alice] : [charlie]);
      jest.advanceTimersByTime(1);
    }
    jest.advanceTimersByTime(200);
    expect(rows.length).toBeLessThanOrEqual(12);
    expect(rows.at(-1)).toBe('a');
    bob.stop();
    expect(rows.at(-1)).toBeUndefined();
    const said = rows.length;
    bob.stop();
    expect(rows).toHaveLength(said);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('[B9] has its messages, questions and files taken only while both ends stand with each other', () => {
    const line = new FakeIncoming();
    const handlers = new RoomHandlers();
    const heard: string[] = [];
    handlers.handle('chat', () => heard.push('message'));
    handlers.respond('name', () => 'alice');
    handlers.onFile(() => heard.push('file'));
    const tells = {
      control: () => undefined,
      row: () => undefined,
      bye: () => undefined,
      failed: () => undefined,
    };
    const doors = { connection: { play: () => line.stream } as unknown as Connection, handlers };
    const bob = new FarParticipant(
      bobId,
      {
        ...doors,
        room: 'garden',
        roomKey: undefined,
        published: [],
        autoPlay: () => true,
      } as unknown as FarDoors,
      tells,
    );
    const takes = (state: ParticipantState) => {
      bob.setState(state);
      bob.listen();
      bob.listen(); // again: changes nothing
      heard.length = 0;
      line.call('app:chat');
      line.offer({} as FileOffer);
      return [...heard, line.ask('app:name')];
    };
    bob.attempt(0);
    expect(takes({ phase: 'linking' })).toEqual(['nobody']);
    expect(takes({ phase: 'present' })).toEqual(['message', 'file', 'alice']);
    expect(takes({ phase: 'interrupted' })).toEqual(['message', 'file', 'alice']);
    expect(takes({ phase: 'left' })).toEqual(['nobody']);
    bob.stop();
  });
});
