import { act, render, renderHook, screen, waitFor } from '@testing-library/react';

import type { FileState, PeerId } from '@conclave/core';

import { useJoinRoom, useSendFile } from '../src/index.js';
import { FakeHouse } from './support/fake-house.js';
import { fakeParticipant, type FakeTransfer } from './support/fake-room.js';

const bob = fakeParticipant('b'.repeat(64) as PeerId).participant;
const charlie = fakeParticipant('c'.repeat(64) as PeerId).participant;
const tea = new File(['0123456789'], 'tea.txt', { type: 'text/plain' });

/** Alice is in a room with bob and charlie, and shows what she sends; `renders` counts. */
async function sending() {
  const house = new FakeHouse();
  const renders = { count: 0 };
  const hook = renderHook(
    () => {
      renders.count += 1;
      return { joined: useJoinRoom({ room: 'tea' }), sent: useSendFile() };
    },
    { wrapper: house.Wrapper },
  );
  await waitFor(() => expect(hook.result.current.joined.state.phase).toBe('joined'));
  act(() => house.room.participants.set([bob, charlie]));
  const send = (): FakeTransfer => {
    act(() => void hook.result.current.sent.sendFile(tea));
    return house.room.transfers.at(-1)!;
  };
  const says = (transfer: FakeTransfer, ...states: FileState[]) => {
    const ids = [bob.id, charlie.id];
    act(() => transfer.peers.set(new Map(states.map((state, index) => [ids[index]!, state]))));
  };
  return { house, renders, send, says, ...hook };
}

const offered: FileState = { phase: 'offered' };
const moving = (bytes: number): FileState => ({ phase: 'moving', bytes });
const done: FileState = { phase: 'done' };
const refused: FileState = { phase: 'failed', code: 'file/refused' };
const lost: FileState = { phase: 'failed', code: 'peer/lost' };

test('[C16] a file that is sent is listed with its name, its size and how it is doing with each', async () => {
  const { send, result } = await sending();
  send();
  expect(result.current.sent.files).toMatchObject([
    { name: 'tea.txt', type: 'text/plain', size: 10, state: 'offered', bytes: 0, atMs: expect.any(Number) },
  ]);
  expect([...result.current.sent.files[0]!.peers.keys()]).toEqual([bob.id, charlie.id]);
});

test.each<[string, FileState[], object]>([
  ['moving, by the slower of those who take it', [moving(2), moving(7)], { state: 'moving', bytes: 2 }],
  ['moving, though one has not decided', [moving(2), offered], { state: 'moving', bytes: 2 }],
  ['moving, while one has it and one has not decided', [done, offered], { state: 'moving', bytes: 10 }],
  ['moving, though one does not want it', [refused, moving(4)], { state: 'moving', code: 'file/refused' }],
  ['offered, though one does not want it', [refused, offered], { state: 'offered', code: 'file/refused' }],
  ['done, where all have it', [done, done], { state: 'done', bytes: 10 }],
  ['partly done, with the reason', [done, lost], { state: 'partly', bytes: 10, code: 'peer/lost' }],
  ['failed, with the first reason', [refused, lost], { state: 'failed', bytes: 0, code: 'file/refused' }],
  ['failed, where nobody was there', [], { state: 'failed', bytes: 0, code: 'file/no-receiver' }],
])('[C16] a file that is sent is %s', async (_, states, expected) => {
  const { send, says, result } = await sending();
  says(send(), ...states);
  await waitFor(() => expect(result.current.sent.files).toMatchObject([expected]));
  if (!('code' in expected)) expect(result.current.sent.files[0]).not.toHaveProperty('code');
});

test('[F4] the progress of a file renders ten times a second at most, the end at once, and no timer is left', async () => {
  const { send, says, result, renders } = await sending();
  jest.useFakeTimers();
  try {
    const transfer = send();
    const before = renders.count;
    for (let n = 1; n <= 1_000; n += 1) {
      says(transfer, moving(n / 100), moving(10));
      act(() => {
        jest.advanceTimersByTime(1);
      });
    }
    const rendered = (renders.count - before) / 2; // StrictMode renders twice
    expect(rendered).toBeGreaterThanOrEqual(9);
    expect(rendered).toBeLessThanOrEqual(11);
    says(transfer, moving(9.5), done);
    says(transfer, done, done);
    expect(result.current.sent.files).toMatchObject([{ state: 'done' }]);
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});

test('[F4] one file that moves leaves the others as they are, and what is unrelated renders nobody', async () => {
  const { house, send, says, result, rerender, renders } = await sending();
  send();
  const second = send();
  const [first] = result.current.sent.files;
  says(second, moving(1), offered);
  expect(result.current.sent.files[0]).toBe(first);
  const before = { renders: renders.count, sent: result.current.sent };
  act(() => house.room.participants.set([bob]));
  act(() => house.room.receive(bob, 'chat', 'hello'));
  expect(renders.count).toBe(before.renders);
  expect(result.current.sent).toBe(before.sent);
  rerender();
  expect(result.current.sent).toBe(before.sent);
});

test('[C16] a file is taken back by cancel, and by dismiss, which takes it off the list', async () => {
  const { send, result } = await sending();
  const [first, second] = [send(), send()];
  act(() => result.current.sent.files[0]!.cancel());
  expect([first.cancels, second.cancels]).toEqual([1, 0]);
  expect(result.current.sent.files).toHaveLength(2);
  act(() => result.current.sent.files[1]!.dismiss());
  expect([first.cancels, second.cancels]).toEqual([1, 1]);
  expect(result.current.sent.files.map(({ id }) => id)).toEqual([0]);
  act(() => second.peers.set(new Map([[bob.id, refused]])));
  expect(result.current.sent.files.map(({ id }) => id)).toEqual([0]);
});

test('[F4] of the files that have ended the latest 100 are kept, and all that are under way', async () => {
  const { send, says, result } = await sending();
  const first = send();
  for (let n = 0; n < 105; n += 1) says(send(), done);
  const ids = result.current.sent.files.map(({ id }) => id);
  expect(ids).toEqual([0, ...Array.from({ length: 100 }, (_, index) => index + 6)]);
  says(first, done);
  expect(result.current.sent.files.map(({ id }) => id)).toEqual(ids.slice(1));
});

test('[C16] a file goes on while no component shows it, and is found again', async () => {
  const house = new FakeHouse();
  const Joining = () => <p>{useJoinRoom({ room: 'tea' }).state.phase}</p>;
  const Panel = () => {
    const { sendFile, files } = useSendFile();
    return (
      <button onClick={() => void sendFile(tea)}>{files.map(({ state }) => state).join() || 'none'}</button>
    );
  };
  const tree = (isOpen: boolean) => [<Joining key="join" />, isOpen && <Panel key="panel" />];
  const { rerender } = render(tree(true), { wrapper: house.Wrapper });
  await screen.findByText('joined');
  act(() => house.room.participants.set([bob]));
  act(() => screen.getByText('none').click());
  screen.getByText('offered');
  rerender(tree(false));
  const [transfer] = house.room.transfers;
  expect(transfer!.cancels).toBe(0);
  transfer!.peers.set(new Map([[bob.id, done]]));
  rerender(tree(true));
  screen.getByText('done');
});

test('[F4] sending a file without a room is refused with a code', () => {
  const house = new FakeHouse();
  const { result } = renderHook(() => useSendFile(), { wrapper: house.Wrapper });
  expect(result.current.files).toEqual([]);
  expect(() => result.current.sendFile(tea)).toThrow(expect.objectContaining({ code: 'usage/closed' }));
});
