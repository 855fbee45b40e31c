import { act, renderHook, screen, render, waitFor } from '@testing-library/react';

import { ConclaveError, type PeerId } from '@conclave/core';

import type { RoomSecret } from '@conclave/mesh';

import { useConnectionState, useJoinRoom, useRoom, type JoinedRoom } from '../src/index.js';
import { FakeHouse } from './support/fake-house.js';

async function joined(house: FakeHouse, room = 'tea') {
  const hook = renderHook((props: { readonly room: string }) => useJoinRoom(props), {
    wrapper: house.Wrapper,
    initialProps: { room },
  });
  await waitFor(() => expect(hook.result.current.state.phase).toBe('joined'));
  return hook;
}

test('[F4] StrictMode mounts twice, and one connection is made and kept', async () => {
  const house = new FakeHouse();
  const { result } = await joined(house);
  expect(house.connections).toHaveLength(1);
  expect(house.rooms).toHaveLength(1);
  expect(house.connection.closes).toBe(0);
  expect(house.signals[0]?.aborted).toBe(false);
  expect(result.current.state).toMatchObject({ phase: 'joined', room: house.room.room });
});

test('[F4] two components that join the same room share it, until the last of them is gone', async () => {
  const house = new FakeHouse();
  const One = () => useJoinRoom({ room: 'tea' }).state.phase;
  const view = render([<One key="a" />, <One key="b" />], { wrapper: house.Wrapper });
  await screen.findByText('joinedjoined');
  view.rerender([<One key="a" />]);
  await screen.findByText('joined');
  expect(house.rooms).toHaveLength(1);
  expect(house.room.leaves).toBe(0);
  view.unmount();
  await waitFor(() => expect(house.connection.closes).toBe(1));
});

test('[F4] a component that is gone has left the room, and then closed the connection', async () => {
  const house = new FakeHouse();
  const { unmount } = await joined(house);
  unmount();
  await waitFor(() => expect(house.connection.closes).toBe(1));
  expect(house.room.leaves).toBeGreaterThanOrEqual(1);
});

test('[F4] a component that is gone before the rendezvous answered leaves no connection behind', async () => {
  const house = new FakeHouse();
  let answer: () => void = () => undefined;
  house.onConnect = () => new Promise((resolve) => (answer = resolve));
  const { unmount } = renderHook(() => useJoinRoom({ room: 'tea' }), { wrapper: house.Wrapper });
  unmount();
  await waitFor(() => expect(house.signals[0]?.aborted).toBe(true));
  answer();
  await waitFor(() => expect(house.connection.closes).toBe(1));
  expect(house.rooms).toHaveLength(0);
});

test('[F4] another room is another connection, and the former one is left', async () => {
  const house = new FakeHouse();
  const { result, rerender } = await joined(house, 'tea');
  rerender({ room: 'coffee' });
  await waitFor(() =>
    expect(result.current.state).toMatchObject({ phase: 'joined', room: { name: 'coffee' } }),
  );
  expect(house.connections.map(({ closes }) => closes)).toEqual([1, 0]);
  expect(house.rooms.map(({ leaves }) => leaves > 0)).toEqual([true, false]);
});

test('[F4] another secret is another room, even under the same name', async () => {
  const house = new FakeHouse();
  const [first, second] = ['first', 'second'] as unknown as readonly [RoomSecret, RoomSecret];
  const { result, rerender } = renderHook(
    ({ secret }: { readonly secret: RoomSecret }) => useJoinRoom({ room: 'tea', secret }),
    { wrapper: house.Wrapper, initialProps: { secret: first } },
  );
  await waitFor(() => expect(result.current.state.phase).toBe('joined'));
  rerender({ secret: first });
  expect(house.rooms).toHaveLength(1);
  rerender({ secret: second });
  await waitFor(() => expect(house.rooms).toHaveLength(2));
  await waitFor(() => expect(result.current.state.phase).toBe('joined'));
  expect(house.joined.map(({ secret }) => secret)).toEqual([first, second]);
  await waitFor(() => expect(house.connections.map(({ closes }) => closes)).toEqual([1, 0]));
});

test('[F4] an admit that is written anew joins nothing anew, and the latest one is asked', async () => {
  const house = new FakeHouse();
  const { result, rerender } = renderHook(
    ({ friends }: { readonly friends: readonly string[] }) =>
      useJoinRoom({ room: 'tea', admit: ({ id }) => friends.includes(id) }),
    { wrapper: house.Wrapper, initialProps: { friends: ['bob'] } },
  );
  await waitFor(() => expect(result.current.state.phase).toBe('joined'));
  const isAdmitted = (id: string) => house.joined[0]?.admit?.({ id: id as PeerId }, house.signals[0]!);
  expect([isAdmitted('bob'), isAdmitted('charlie')]).toEqual([true, false]);
  rerender({ friends: ['charlie'] });
  expect([isAdmitted('bob'), isAdmitted('charlie')]).toEqual([false, true]);
  expect(house.rooms).toHaveLength(1);
  expect(house.connection.closes).toBe(0);
});

test('[F4] a failure is a state with its code, and retry tries again', async () => {
  const house = new FakeHouse();
  house.onConnect = () => {
    throw new ConclaveError('rendezvous/refused');
  };
  const { result } = renderHook(() => useJoinRoom({ room: 'tea' }), { wrapper: house.Wrapper });
  await waitFor(() =>
    expect(result.current.state).toMatchObject({ phase: 'failed', error: { code: 'rendezvous/refused' } }),
  );
  house.onConnect = () => undefined;
  act(() => {
    result.current.retry();
    result.current.retry(); // a second click changes nothing
  });
  await waitFor(() => expect(result.current.state.phase).toBe('joined'));
  expect(house.connections).toHaveLength(2);
});

test('[F4] leave is seen at once, a second one changes nothing, and retry joins again', async () => {
  const house = new FakeHouse();
  const { result } = await joined(house);
  await act(() => Promise.all([result.current.leave(), result.current.leave()]));
  expect(result.current.state).toEqual({ phase: 'left' });
  expect(house.connection.closes).toBe(1);
  act(() => result.current.retry());
  await waitFor(() => expect(result.current.state.phase).toBe('joined'));
  expect(house.rooms).toHaveLength(2);
});

test('[F4] a room that was lost is left with its error', async () => {
  const house = new FakeHouse();
  const { result } = await joined(house);
  const error = new ConclaveError('room/not-a-member');
  await act(async () => house.room.state.set({ phase: 'left', error }));
  expect(result.current.state).toEqual({ phase: 'left', error });
  await waitFor(() => expect(house.connection.closes).toBe(1));
});

test('[F4] metadata that is written anew but says the same is not said again', async () => {
  const house = new FakeHouse();
  const { result, rerender } = renderHook(
    ({ name }: { readonly name: string }) => useJoinRoom({ room: 'tea', metadata: { name, tags: ['x'] } }),
    { wrapper: house.Wrapper, initialProps: { name: 'Alice' } },
  );
  await waitFor(() => expect(result.current.state.phase).toBe('joined'));
  expect(house.joined[0]?.metadata).toEqual({ name: 'Alice', tags: ['x'] });
  rerender({ name: 'Alice' });
  expect(house.room.said).toEqual([]);
  rerender({ name: 'Alicia' });
  expect(house.room.said).toEqual([{ name: 'Alicia', tags: ['x'] }]);
});

test('[F4] the result is the same object until the state changes', async () => {
  const house = new FakeHouse();
  const { result, rerender } = await joined(house);
  const before: JoinedRoom = result.current;
  rerender({ room: 'tea' });
  expect(result.current).toBe(before);
});

test('[F4] a lost rendezvous renders whoever reads it, and nobody else', async () => {
  const house = new FakeHouse();
  let roomRenders = 0;
  const Joining = () => (useJoinRoom({ room: 'tea' }), null);
  const Reader = () => <p>{useConnectionState()?.phase ?? 'none'}</p>;
  const Counter = () => {
    useRoom();
    roomRenders += 1;
    return null;
  };
  render([<Joining key="a" />, <Reader key="b" />, <Counter key="c" />], { wrapper: house.Wrapper });
  await screen.findByText('connected');
  const before = roomRenders;
  act(() =>
    house.connection.state.set({
      phase: 'reconnecting',
      attempt: 1,
      lastError: new ConclaveError('rendezvous/lost'),
    }),
  );
  await screen.findByText('reconnecting');
  expect(roomRenders).toBe(before);
});
