import { act, render, screen } from '@testing-library/react';

import { cell, type Link, type PeerId, type VerificationCode } from '@conclave/core';
import { VERIFICATION_EMOJI } from '@conclave/protocol';

import { useJoinRoom, useVerification } from '../src/index.js';
import { FakeHouse } from './support/fake-house.js';
import { fakeLink, fakeParticipant } from './support/fake-room.js';

const bobId = 'b'.repeat(64) as PeerId;
const code: VerificationCode = { digits: '012345', emoji: ['🐝', '🐳', '🐝', '🧭', '⛵'] };

/** Bob's code in a room, and a button that says that it was the same. */
async function comparing(house: FakeHouse) {
  let renders = 0;
  const Code = () => {
    const seen = useVerification(bobId);
    renders += 1;
    if (!seen) return <p>unlinked</p>;
    const names = seen.emoji.map(({ symbol, name }) => `${symbol} ${name}`).join(', ');
    return <button onClick={seen.verify}>{`${seen.digits} ${names} ${String(seen.isVerified)}`}</button>;
  };
  const Joining = () => <p>{useJoinRoom({ room: 'tea' }).state.phase}</p>;
  render([<Joining key="join" />, <Code key="code" />], { wrapper: house.Wrapper });
  await screen.findByText('joined');
  const bob = fakeParticipant(bobId);
  act(() => house.room.participants.set([bob.participant]));
  return { bob, renders: () => renders };
}

test('[B5] a code is there with its link, its pictures with the names to say for them', async () => {
  const { bob } = await comparing(new FakeHouse());
  await screen.findByText('unlinked');
  act(() => bob.link.set(fakeLink(code) as Link));
  await screen.findByText('012345 🐝 bee, 🐳 whale, 🐝 bee, 🧭 compass, ⛵ sailing boat false');
  act(() => bob.link.set(undefined));
  await screen.findByText('unlinked');
});

test('[B5] who was verified stays so on a link that is built anew, which has another code', async () => {
  const { bob } = await comparing(new FakeHouse());
  const verified = cell(false);
  act(() => bob.link.set(fakeLink(code, verified) as Link));
  const button = await screen.findByRole('button');
  act(() => button.click());
  await screen.findByText(/^012345 .* true$/);
  act(() => bob.link.set(fakeLink({ ...code, digits: '999999' }, verified) as Link));
  await screen.findByText(/^999999 .* true$/);
});

test('[F4] what else a participant does renders nobody who reads the code', async () => {
  const { bob, renders } = await comparing(new FakeHouse());
  act(() => bob.link.set(fakeLink(code) as Link));
  await screen.findByRole('button');
  const before = renders();
  act(() => bob.metadata.set({ name: 'Bob' }));
  act(() => bob.state.set({ phase: 'interrupted' }));
  expect(renders()).toBe(before);
});

test('[B5] each of the 64 pictures has a name of its own', async () => {
  const { bob } = await comparing(new FakeHouse());
  const names = new Set<string>();
  for (const symbol of VERIFICATION_EMOJI) {
    act(() => bob.link.set(fakeLink({ digits: '000000', emoji: [symbol] }) as Link));
    const text = (await screen.findByRole('button')).textContent ?? '';
    names.add(text.replace(`000000 ${symbol} `, '').replace(/ false$/, ''));
  }
  expect(names.size).toBe(64);
  for (const name of names) expect(name).toMatch(/^[a-z ]{3,12}$/);
});
