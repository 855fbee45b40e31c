import { act, render, renderHook, screen, waitFor } from '@testing-library/react';

import type { FileState, PeerId } from '@conclave/core';

import { useFiles, useJoinRoom } from '../src/index.js';
import { FakeHouse } from './support/fake-house.js';
import { FakeOffer, fakeParticipant } from './support/fake-room.js';

const bob = fakeParticipant('b'.repeat(64) as PeerId).participant;

/** Alice is in a room and shows what she is offered; `renders` counts. */
async function receiving() {
  const house = new FakeHouse();
  const renders = { count: 0 };
  const hook = renderHook(
    () => {
      renders.count += 1;
      return { joined: useJoinRoom({ room: 'tea' }), got: useFiles(), badge: useFiles() };
    },
    { wrapper: house.Wrapper },
  );
  await waitFor(() => expect(hook.result.current.joined.state.phase).toBe('joined'));
  const offer = (name = 'tea.txt'): FakeOffer => {
    const made = new FakeOffer(name, 10);
    act(() => house.room.offer(bob, made));
    return made;
  };
  const says = (one: FakeOffer, state: FileState) => act(() => one.state.set(state));
  const files = () => hook.result.current.got.files;
  return { house, renders, offer, says, files, ...hook };
}

test('[C16] a file that is offered is listed once, however many components read it, and nothing is taken', async () => {
  const { house, offer, files, result } = await receiving();
  expect(house.room.fileListeners).toBe(1);
  const { accepted } = offer();
  expect(files()).toMatchObject([
    {
      ...{ from: bob.id, name: 'tea.txt', type: 'text/plain', size: 10, metadata: { why: 'tea' } },
      ...{ state: 'offered', bytes: 0 },
      atMs: expect.any(Number),
    },
  ]);
  expect(result.current.badge.files).toBe(files());
  expect(accepted).toEqual([]);
});

test('[C16] a file that is accepted moves, and is done when its blob is there', async () => {
  const { offer, says, files } = await receiving();
  const one = offer();
  act(() => files()[0]!.accept());
  act(() => files()[0]!.accept()); // a second click
  expect(one.accepted).toEqual([{}]);
  expect(files()).toMatchObject([{ state: 'moving', bytes: 0 }]);
  says(one, { phase: 'moving', bytes: 4 });
  await waitFor(() => expect(files()).toMatchObject([{ state: 'moving', bytes: 4 }]));
  says(one, { phase: 'done' });
  await waitFor(() => expect(files()).toMatchObject([{ state: 'moving', bytes: 10 }]));
  const blob = new Blob(['0123456789']);
  await act(async () => one.settle(blob));
  expect(files()).toMatchObject([{ state: 'done', bytes: 10 }]);
  expect(files()[0]!.blob).toBe(blob);
});

test('[C16] a file that is accepted to a place goes there, and no blob is kept', async () => {
  const { offer, says, files } = await receiving();
  const one = offer();
  const to = {} as WritableStream<Uint8Array>;
  act(() => files()[0]!.accept(to));
  expect(one.accepted[0]!.to).toBe(to);
  says(one, { phase: 'done' });
  await act(async () => one.settle());
  expect(files()).toMatchObject([{ state: 'done' }]);
  expect(files()[0]).not.toHaveProperty('blob');
});

test('[C16] a file that fails says why, before it is accepted and after', async () => {
  const { offer, files } = await receiving();
  const [first, second] = [offer('first'), offer('second')];
  act(() => files()[1]!.accept());
  act(() => first.fail('file/cancelled'));
  await act(async () => {
    second.fail('file/corrupt');
    second.settle();
  });
  expect(files()).toMatchObject([
    { name: 'first', state: 'failed', code: 'file/cancelled' },
    { name: 'second', state: 'failed', code: 'file/corrupt' },
  ]);
  act(() => files()[0]!.accept()); // too late: nothing to take
  expect(first.accepted).toEqual([]);
});

test('[C16] a file is refused by refuse, by cancel, and by dismiss, which takes it off the list', async () => {
  const { offer, files } = await receiving();
  const offers = [offer('refused'), offer('cancelled'), offer('dismissed')];
  const [first, second, third] = files();
  act(() => first!.refuse());
  act(() => second!.cancel());
  act(() => third!.dismiss());
  expect(offers.map(({ ends }) => ends)).toEqual([1, 1, 1]);
  expect(files()).toMatchObject([
    { name: 'refused', state: 'failed', code: 'file/refused' },
    { name: 'cancelled', state: 'failed', code: 'file/refused' },
  ]);
});

test('[F4] the progress of a file renders ten times a second at most, the end at once, and no timer is left', async () => {
  const { offer, says, files, renders } = await receiving();
  jest.useFakeTimers();
  try {
    const one = offer();
    act(() => files()[0]!.accept());
    const before = renders.count;
    for (let n = 1; n <= 1_000; n += 1) {
      says(one, { phase: 'moving', bytes: n / 100 });
      act(() => {
        jest.advanceTimersByTime(1);
      });
    }
    const rendered = (renders.count - before) / 2; // StrictMode renders twice
    expect(rendered).toBeGreaterThanOrEqual(9);
    expect(rendered).toBeLessThanOrEqual(11);
    act(() => one.fail('peer/lost'));
    expect(files()).toMatchObject([{ state: 'failed' }]);
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});

test('[F4] what is unrelated renders nobody, and a file that has not changed is the same object', async () => {
  const { house, offer, says, files, renders, result, rerender } = await receiving();
  const [first, second] = [offer('first'), offer('second')];
  const [before] = files();
  says(second, { phase: 'moving', bytes: 1 });
  expect(files()[0]).toBe(before);
  const then = { renders: renders.count, got: result.current.got };
  act(() => house.room.receive(bob, 'chat', 'hello'));
  act(() => house.room.participants.set([bob]));
  expect(renders.count).toBe(then.renders);
  expect(result.current.got).toBe(then.got);
  rerender();
  expect(result.current.got).toBe(then.got);
  expect(first.accepted).toEqual([]);
});

test('[F4] of the files that have ended the latest 100 are kept, and all that are under way', async () => {
  const { offer, files } = await receiving();
  const first = offer('first');
  for (let n = 0; n < 105; n += 1) {
    const one = offer(`${n}`);
    act(() => one.fail('file/cancelled'));
  }
  expect(files()).toHaveLength(101);
  expect(files().slice(0, 2)).toMatchObject([{ name: 'first' }, { name: '5' }]);
  act(() => first.fail('file/cancelled'));
  expect(files()[0]).toMatchObject({ name: '5' });
});

test('[C16] a panel that was closed has missed nothing, and nothing is listened for in a room that was left', async () => {
  const house = new FakeHouse();
  const Joining = () => <p>{useJoinRoom({ room: 'tea' }).state.phase}</p>;
  const Panel = () => (
    <p>
      {useFiles()
        .files.map(({ state }) => state)
        .join() || 'none'}
    </p>
  );
  const tree = (isOpen: boolean) => [<Joining key="join" />, isOpen && <Panel key="panel" />];
  const { rerender } = render(tree(true), { wrapper: house.Wrapper });
  await screen.findByText('joined');
  rerender(tree(false));
  const one = new FakeOffer('tea.txt', 10);
  house.room.offer(bob, one);
  expect(one.ends).toBe(0);
  rerender(tree(true));
  screen.getByText('offered');
  act(() => house.room.state.set({ phase: 'left' }));
  expect(house.room.fileListeners).toBe(0);
  screen.getByText('none');
});
