import { act, render, screen } from '@testing-library/react';

import type { PeerId } from '@conclave/core';

import { useActiveSpeaker, useConnectionQuality, useJoinRoom, useRoomHealth } from '../src/index.js';
import { FakeHouse } from './support/fake-house.js';
import { fakeParticipant } from './support/fake-room.js';

const [aliceId, bobId, charlieId] = ['a', 'b', 'c'].map((letter) => letter.repeat(64)) as [
  PeerId,
  PeerId,
  PeerId,
];

/** Shows who speaks, how the connections with bob and charlie are, and what is broken; each part counts its renders. */
async function watching(house: FakeHouse) {
  const renders: Record<string, number> = {};
  const count = (what: string) => (renders[what] = (renders[what] ?? 0) + 1);
  const Speaker = () => {
    const speaker = useActiveSpeaker();
    count('speaker');
    return <p>{`speaker ${speaker?.[0] ?? 'nobody'}`}</p>;
  };
  const Quality = ({ id }: { readonly id: PeerId }) => {
    const quality = useConnectionQuality(id);
    count(id);
    return <p>{`${id[0]} ${quality}`}</p>;
  };
  const Health = () => {
    const health = useRoomHealth();
    count('health');
    const broken = health?.pairs
      .filter(({ state }) => state === 'broken')
      .map(({ a, b }) => `${a[0]}${b[0]}`);
    return <p>{`health ${health ? `broken: ${broken?.join() ?? ''}` : 'of no room'}`}</p>;
  };
  const Joining = () => <p>{useJoinRoom({ room: 'tea' }).state.phase}</p>;
  const parts = [
    <Speaker key="speaker" />,
    <Quality key="bob" id={bobId} />,
    <Quality key="charlie" id={charlieId} />,
    <Health key="health" />,
  ];
  render([<Joining key="joining" />, ...parts], { wrapper: house.Wrapper });
  // What is there before the room is.
  screen.getByText('speaker nobody');
  screen.getByText('b unknown');
  screen.getByText('health of no room');
  await screen.findByText('joined');
  const [bob, charlie] = [fakeParticipant(bobId), fakeParticipant(charlieId)];
  act(() => house.room.participants.set([bob.participant, charlie.participant]));
  return { bob, charlie, renders: () => ({ ...renders }) };
}

test('[E9] who speaks is shown, and renders whoever reads it only', async () => {
  const house = new FakeHouse();
  const { renders } = await watching(house);
  const before = renders();
  act(() => house.room.activeSpeaker.set(bobId));
  await screen.findByText('speaker b');
  expect(renders()).toEqual({ ...before, speaker: expect.any(Number) });
  expect(renders()['speaker']).toBeGreaterThan(before['speaker']!);
  act(() => house.room.activeSpeaker.set(undefined));
  await screen.findByText('speaker nobody');
});

test('[E9] the quality of one connection renders that one alone, and is unknown again when its peer has gone', async () => {
  const house = new FakeHouse();
  const { bob, charlie, renders } = await watching(house);
  act(() => bob.quality.set('good'));
  act(() => charlie.quality.set('poor'));
  await screen.findByText('b good');
  await screen.findByText('c poor');
  const before = renders();
  act(() => bob.quality.set('lost'));
  await screen.findByText('b lost');
  expect(renders()).toEqual({ ...before, [bobId]: expect.any(Number) });
  act(() => bob.metadata.set('Bob'));
  act(() => house.room.participants.set([charlie.participant]));
  await screen.findByText('b unknown');
  await screen.findByText('c poor');
});

test('[E8] a broken pair is shown, and renders whoever reads it only', async () => {
  const house = new FakeHouse();
  const { renders } = await watching(house);
  await screen.findByText('health broken:');
  const before = renders();
  const pairs = [
    { a: aliceId, b: bobId, state: 'linked' },
    { a: bobId, b: charlieId, state: 'broken' },
  ] as const;
  act(() => house.room.health.set({ pairs, isWhole: false }));
  await screen.findByText('health broken: bc');
  expect(renders()).toEqual({ ...before, health: expect.any(Number) });
});
