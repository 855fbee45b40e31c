import { act, renderHook, waitFor } from '@testing-library/react';

import type { UplinkChange } from '@conclave/mesh';

import { useJoinRoom, useRoomCapacity, useUplink, useUplinkChanges } from '../src/index.js';
import { FakeHouse } from './support/fake-house.js';

const change: UplinkChange = {
  farId: 'b'.repeat(64),
  stream: 'camera',
  change: 'degraded',
  state: 'reduced',
  why: 'uplink',
  words: 'gets a smaller picture',
};

test('[E5] the plan and the capacity of the joined room are read as they change, and nothing before', async () => {
  const house = new FakeHouse();
  const { result } = renderHook(
    () => ({
      phase: useJoinRoom({ room: 'tea' }).state.phase,
      plan: useUplink(),
      capacity: useRoomCapacity(),
    }),
    { wrapper: house.Wrapper },
  );
  expect(result.current).toMatchObject({ plan: undefined, capacity: undefined });
  await waitFor(() => expect(result.current.phase).toBe('joined'));
  expect(result.current.plan).toBe(house.room.uplink.readable.get());
  const now = { now: 3, limit: 5, bound: 'uplink' } as const;
  act(() => house.room.capacity.set(now));
  expect(result.current.capacity).toBe(now);
});

test('[E5] a change for somebody is told to the callback that was rendered last, once', async () => {
  const house = new FakeHouse();
  const heard: string[] = [];
  const { result, rerender, unmount } = renderHook(
    ({ as }: { readonly as: string }) => {
      useUplinkChanges(({ words }) => heard.push(`${as}: ${words}`));
      return useJoinRoom({ room: 'tea' }).state.phase;
    },
    { wrapper: house.Wrapper, initialProps: { as: 'first' } },
  );
  await waitFor(() => expect(result.current).toBe('joined'));
  rerender({ as: 'second' });
  act(() => house.room.changeUplink(change));
  expect(heard).toEqual(['second: gets a smaller picture']);
  unmount();
  house.room.changeUplink(change);
  expect(heard).toHaveLength(1);
});
