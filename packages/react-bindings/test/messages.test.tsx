import { act, renderHook, waitFor } from '@testing-library/react';

import type { PeerId } from '@conclave/core';

import { useJoinRoom, useMessages } from '../src/index.js';
import { FakeHouse } from './support/fake-house.js';
import { fakeParticipant } from './support/fake-room.js';

const bob = fakeParticipant('b'.repeat(64) as PeerId);

async function chatting() {
  const house = new FakeHouse();
  const hook = renderHook(
    ({ isOpen }: { readonly isOpen: boolean }) => ({
      state: useJoinRoom({ room: 'tea' }).state,
      chat: useMessages(isOpen ? 'chat' : 'other'),
      badge: useMessages(isOpen ? 'chat' : 'other'),
    }),
    { wrapper: house.Wrapper, initialProps: { isOpen: true } },
  );
  await waitFor(() => expect(hook.result.current.state.phase).toBe('joined'));
  act(() => house.room.participants.set([bob.participant]));
  return { house, ...hook };
}

test('[F4] messages of all are listed once each, however many components read them', async () => {
  const { house, result } = await chatting();
  expect(house.room.listeners('chat')).toBe(1);
  act(() => house.room.receive(bob.participant, 'chat', 'hello'));
  act(() => void result.current.chat.send('hi'));
  expect(result.current.chat.messages).toMatchObject([
    { from: bob.participant.id, value: 'hello' },
    { from: house.room.room.nearId, value: 'hi', sent: { phase: 'sending' } },
  ]);
});

test('[F4] a message of ours says what became of it', async () => {
  const { house, result } = await chatting();
  act(() => void result.current.chat.send('one'));
  act(() => void result.current.chat.send('two'));
  await act(async () => house.room.sent[0]?.settle('delivered'));
  await act(async () => house.room.sent[1]?.settle('unknown'));
  await waitFor(() =>
    expect(result.current.chat.messages.map(({ sent }) => sent)).toEqual([
      { phase: 'delivered', to: [bob.participant.id] },
      { phase: 'incomplete', to: [], missedBy: [bob.participant.id] },
    ]),
  );
});

test('[C9] a message with nobody present says that nobody has it', async () => {
  const { house, result } = await chatting();
  act(() => house.room.participants.set([]));
  act(() => void result.current.chat.send('echo?'));
  await act(async () => house.room.sent[0]?.settle('delivered'));
  expect(result.current.chat.messages[0]?.sent).toEqual({ phase: 'delivered', to: [] });
});

test('[F4] what becomes of a message that is kept no more renders nobody', async () => {
  const { house, result } = await chatting();
  act(() => void result.current.chat.send('old'));
  act(() => {
    for (let n = 0; n < 1_000; n += 1) house.room.receive(bob.participant, 'chat', n);
  });
  const { messages } = result.current.chat;
  await act(async () => house.room.sent[0]?.settle('delivered'));
  expect(result.current.chat.messages).toBe(messages);
});

test('[F4] a panel that was closed has missed nothing', async () => {
  const { house, result, rerender } = await chatting();
  rerender({ isOpen: false });
  act(() => house.room.receive(bob.participant, 'chat', 'while closed'));
  expect(result.current.chat.messages).toEqual([]);
  rerender({ isOpen: true });
  expect(result.current.chat.messages).toMatchObject([{ value: 'while closed' }]);
});

test('[F4] only the latest thousand messages are kept', async () => {
  const { house, result } = await chatting();
  act(() => {
    for (let n = 0; n < 1_010; n += 1) house.room.receive(bob.participant, 'chat', n);
  });
  expect(result.current.chat.messages).toHaveLength(1_000);
  expect(result.current.chat.messages[0]?.value).toBe(10);
});

test('[F4] sending without a room is refused with a code', () => {
  const house = new FakeHouse();
  const { result } = renderHook(() => useMessages('chat'), { wrapper: house.Wrapper });
  expect(() => result.current.send('x')).toThrow(expect.objectContaining({ code: 'usage/closed' }));
});
