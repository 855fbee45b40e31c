import { useState } from 'react';

import { act, render, screen } from '@testing-library/react';

import { cell, type IncomingState, type IncomingStream, type PeerId } from '@conclave/core';

import { useJoinRoom, useVideoDemand, Video } from '../src/index.js';
import { DEMAND_SETTLE_MS, UNSEEN_OFF_MS } from '../src/limits.js';
import { FakeHouse } from './support/fake-house.js';
import { installPlayback } from './support/fake-media.js';
import { FakeObservers, showPicture, showTab, showWindow } from './support/fake-observers.js';

const bobId = 'b'.repeat(64) as PeerId;

/** A stream of bob that keeps what is asked of him, in its order; what was asked before is not asked again. */
function bobsStream() {
  const asked: unknown[] = [];
  let before = '';
  const request = (demand: unknown) => {
    if (before !== JSON.stringify(demand)) asked.push(demand);
    before = JSON.stringify(demand);
  };
  const state = cell<IncomingState>({ phase: 'playing' });
  const receiveVideo = async (on: boolean) => void asked.push(on ? 'on' : 'off');
  const stream = {
    farId: bobId,
    state: state.readable,
    video: cell<MediaStreamTrack | undefined>(undefined).readable,
    request,
    receiveVideo,
  } as unknown as IncomingStream;
  return { stream, asked, state, take: () => asked.splice(0) };
}

const pass = (ms: number) => act(() => jest.advanceTimersByTime(ms));
const tiles = () => [...document.querySelectorAll('video')];

let observers = new FakeObservers();
beforeEach(() => {
  jest.useFakeTimers();
  installPlayback();
  observers = new FakeObservers();
  observers.install();
});
afterEach(() => {
  observers.uninstall();
  showTab(true);
  Reflect.deleteProperty(document, 'pictureInPictureElement');
  Object.assign(globalThis, { devicePixelRatio: 1 });
  jest.useRealTimers();
});

test('[C12] a tile asks for its size in device pixels, at once, and then only when it has stood still', () => {
  Object.assign(globalThis, { devicePixelRatio: 2 });
  const { stream, take } = bobsStream();
  render(<Video stream={stream} />);
  expect(take()).toEqual([{ maxHeight: 360, weight: 1 }]);
  const [tile] = tiles();
  for (const height of [200, 240, 270]) {
    act(() => observers.show(tile!, { width: height * 2, height }));
    pass(DEMAND_SETTLE_MS - 1);
    expect(take()).toEqual([]);
  }
  pass(1);
  expect(take()).toEqual([{ maxHeight: 540, weight: 1 }]);
  act(() => observers.show(tile!, { height: 269 }));
  pass(DEMAND_SETTLE_MS);
  expect(take()).toEqual([]);
});

test('[C12] however small or large a tile is, what it asks for is still a picture', () => {
  const { stream, take } = bobsStream();
  render(<Video stream={stream} />);
  take();
  act(() => observers.show(tiles()[0]!, { width: 16, height: 9 }));
  pass(DEMAND_SETTLE_MS);
  expect(take()).toEqual([{ maxHeight: 90, weight: 1 }]);
  act(() => observers.show(tiles()[0]!, { width: 16_000, height: 9_000 }));
  pass(DEMAND_SETTLE_MS);
  expect(take()).toEqual([{ maxHeight: 4_320, weight: 1 }]);
});

test('[C12] a picture of another shape than its tile counts as high as it is drawn', () => {
  const { stream, take } = bobsStream();
  render(<Video stream={stream} style={{ objectFit: 'cover' }} />);
  take();
  act(() => showPicture(tiles()[0]!, 640, 480));
  pass(DEMAND_SETTLE_MS);
  expect(take()).toEqual([{ maxHeight: 270, weight: 1 }]); // 320 wide: 240 high, cut off above and below
  tiles()[0]!.style.objectFit = 'contain';
  act(() => showPicture(tiles()[0]!, 640, 180));
  pass(DEMAND_SETTLE_MS);
  expect(take()).toEqual([{ maxHeight: 90, weight: 1 }]);
});

test('[C12] of several tiles of one stream the largest that can be seen decides', () => {
  const { stream, take } = bobsStream();
  const { rerender } = render([<Video key="a" stream={stream} />, <Video key="b" stream={stream} />]);
  take();
  const [first, second] = tiles();
  act(() => observers.show(second!, { width: 1280, height: 720 }));
  pass(DEMAND_SETTLE_MS);
  expect(take()).toEqual([{ maxHeight: 720, weight: 1 }]);
  act(() => observers.show(second!, { isInView: false }));
  pass(DEMAND_SETTLE_MS);
  expect(take()).toEqual([{ maxHeight: 180, weight: 1 }]);
  act(() => observers.show(first!, { height: 90, width: 160 }));
  rerender([<Video key="a" stream={stream} />]);
  pass(UNSEEN_OFF_MS);
  expect(take()).toEqual([{ maxHeight: 90, weight: 1 }]);
});

test.each([
  ['has scrolled away', () => observers.show(tiles()[0]!, { isInView: false })],
  ['is in a tab that is hidden', () => showTab(false)],
])('[C12] a tile that %s for some seconds turns the video off, and back on at once', (_, hide) => {
  const { stream, take } = bobsStream();
  render(<Video stream={stream} />);
  take();
  act(hide);
  pass(UNSEEN_OFF_MS - 1);
  expect(take()).toEqual([]);
  pass(1);
  expect(take()).toEqual(['off']);
  pass(UNSEEN_OFF_MS);
  act(() => {
    observers.show(tiles()[0]!, { isInView: true, height: 360 });
    showTab(true);
  });
  expect(take()).toEqual(['on', { maxHeight: 360, weight: 1 }]);
});

test('[C12] who looks away for a moment finds the video running', () => {
  const { stream, take } = bobsStream();
  render(<Video stream={stream} />);
  take();
  act(() => showTab(false));
  pass(UNSEEN_OFF_MS - 1);
  act(() => showTab(true));
  pass(2 * UNSEEN_OFF_MS);
  expect(take()).toEqual([]);
});

test.each([
  ['its tab is not', () => showTab(false)],
  ['it has scrolled away', () => observers.show(tiles()[0]!, { isInView: false })],
])('[C12] a tile in a picture-in-picture window is seen while %s', (_, hide) => {
  const { stream, take } = bobsStream();
  render(<Video stream={stream} />);
  take();
  act(() => showWindow(tiles()[0]!, true));
  act(hide);
  pass(2 * UNSEEN_OFF_MS);
  expect(take()).toEqual([]);
  act(() => showWindow(tiles()[0]!, false));
  pass(UNSEEN_OFF_MS);
  expect(take()).toEqual(['off']);
});

test('[C12] a tile that the browser puts into a picture-in-picture window once its tab is hidden goes on', () => {
  const { stream, take } = bobsStream();
  render(<Video stream={stream} />);
  take();
  act(() => showTab(false));
  act(() => showWindow(tiles()[0]!, true));
  pass(2 * UNSEEN_OFF_MS);
  expect(take()).toEqual([]);
});

test('[C12] a tile that moves to another place asks for nothing anew; one that goes turns the video off', () => {
  const { stream, take } = bobsStream();
  const { rerender, unmount } = render(<Video key="here" stream={stream} />);
  expect(take()).toEqual([{ maxHeight: 180, weight: 1 }]);
  rerender(<Video key="there" stream={stream} />);
  pass(2 * UNSEEN_OFF_MS);
  expect(take()).toEqual([]);
  unmount();
  expect(observers.watching).toBe(0);
  pass(UNSEEN_OFF_MS);
  expect(take()).toEqual(['off']);
  render(<Video stream={stream} />);
  expect(take()).toEqual(['on']);
});

test('[C12] nothing is asked of a stream that is closed', () => {
  const { stream, take, state } = bobsStream();
  const { unmount } = render(<Video stream={stream} />);
  take();
  state.set({ phase: 'closed', code: 'stream/unsubscribed' });
  act(() => observers.show(tiles()[0]!, { height: 720 }));
  pass(DEMAND_SETTLE_MS);
  unmount();
  pass(UNSEEN_OFF_MS);
  expect(take()).toEqual([]);
});

test('[C12] the active speaker weighs more, and a weight that was given counts, to a bound', async () => {
  jest.useRealTimers();
  const house = new FakeHouse();
  const { stream, take } = bobsStream();
  const Room = ({ weight }: { readonly weight?: number }) => (
    <>
      <p>{useJoinRoom({ room: 'tea' }).state.phase}</p>
      <Video stream={stream} weight={weight} />
    </>
  );
  const { rerender } = render(<Room />, { wrapper: house.Wrapper });
  await screen.findByText('joined');
  jest.useFakeTimers();
  const asked = () => (pass(DEMAND_SETTLE_MS), take());
  expect(asked()).toEqual([{ maxHeight: 180, weight: 1 }]);
  act(() => house.room.activeSpeaker.set(bobId));
  expect(asked()).toEqual([{ maxHeight: 180, weight: 3 }]);
  rerender(<Room weight={50} />);
  expect(asked()).toEqual([{ maxHeight: 180, weight: 100 }]);
  act(() => house.room.activeSpeaker.set('c'.repeat(64) as PeerId));
  expect(asked()).toEqual([{ maxHeight: 180, weight: 50 }]);
});

test('[C12] an element of any kind can ask, also one that comes and goes', () => {
  const { stream, take } = bobsStream();
  const Picture = () => {
    const seen = useVideoDemand(stream);
    const [isOpen, setOpen] = useState(false);
    return (
      <>
        <button onClick={() => setOpen(!isOpen)}>look</button>
        {isOpen && <canvas ref={seen} />}
      </>
    );
  };
  render(<Picture />);
  expect(take()).toEqual([]);
  act(() => screen.getByText('look').click());
  expect(take()).toEqual([{ maxHeight: 180, weight: 1 }]);
  act(() => screen.getByText('look').click());
  pass(UNSEEN_OFF_MS);
  expect(take()).toEqual(['off']);
});

test('[C12] where elements cannot be observed nothing is asked, and the video is shown', () => {
  observers.uninstall();
  const { stream, take } = bobsStream();
  render(<Video stream={stream} />).unmount();
  pass(UNSEEN_OFF_MS);
  expect(take()).toEqual([]);
});
