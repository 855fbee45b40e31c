import { act, render, screen } from '@testing-library/react';

import type { PeerId } from '@conclave/core';

import { useJoinRoom, useParticipant, useParticipantIds } from '../src/index.js';
import { FakeHouse } from './support/fake-house.js';
import { fakeParticipant } from './support/fake-room.js';

const bobId = 'b'.repeat(64) as PeerId;
const charlieId = 'c'.repeat(64) as PeerId;

/** A list of people that counts its renders, and those of each of them. */
function people(house: FakeHouse) {
  const renders = { list: 0, [bobId]: 0, [charlieId]: 0 } as Record<string, number>;
  const Person = ({ id }: { readonly id: PeerId }) => {
    const person = useParticipant(id);
    renders[id] = (renders[id] ?? 0) + 1;
    return <li>{`${id[0]}:${person?.state.phase ?? 'nobody'}:${JSON.stringify(person?.metadata)}`}</li>;
  };
  const List = () => {
    const ids = useParticipantIds();
    renders['list'] = (renders['list'] ?? 0) + 1;
    return ids.map((id) => <Person key={id} id={id} />);
  };
  const Joining = () => <p>{useJoinRoom({ room: 'tea' }).state.phase}</p>;
  render([<Joining key="join" />, <List key="list" />], { wrapper: house.Wrapper });
  return renders;
}

test('[F4] what one participant does renders that one alone', async () => {
  const house = new FakeHouse();
  const renders = people(house);
  await screen.findByText('joined');
  const [bob, charlie] = [fakeParticipant(bobId), fakeParticipant(charlieId)];
  act(() => house.room.participants.set([bob.participant, charlie.participant]));
  await screen.findByText('c:present:undefined');

  const before = { ...renders };
  act(() => bob.metadata.set('Bob'));
  await screen.findByText('b:present:"Bob"');
  expect(renders[charlieId]).toBe(before[charlieId]);
  expect(renders['list']).toBe(before['list']);
  expect(renders[bobId]).toBeGreaterThan(before[bobId]!);
});

test('[F4] a list that was written anew with the same people renders nobody', async () => {
  const house = new FakeHouse();
  const renders = people(house);
  await screen.findByText('joined');
  const bob = fakeParticipant(bobId);
  act(() => house.room.participants.set([bob.participant]));
  await screen.findByText('b:present:undefined');
  const before = { ...renders };
  act(() => house.room.participants.set([bob.participant]));
  expect(renders).toEqual(before);
});

test('[F4] who goes is gone from the list, and who comes back is shown as the new one', async () => {
  const house = new FakeHouse();
  people(house);
  await screen.findByText('joined');
  const first = fakeParticipant(bobId);
  first.metadata.set('first');
  act(() => house.room.participants.set([first.participant]));
  await screen.findByText('b:present:"first"');
  act(() => house.room.participants.set([]));
  expect(screen.queryByText(/^b:/)).toBeNull();
  const second = fakeParticipant(bobId);
  second.metadata.set('second');
  act(() => house.room.participants.set([second.participant]));
  await screen.findByText('b:present:"second"');
});
