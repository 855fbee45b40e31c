import { act, render, screen, waitFor } from '@testing-library/react';

import { cell, type IncomingStream, type PeerId } from '@conclave/core';

import {
  RoomAudio,
  useJoinRoom,
  usePlayback,
  useTrackElement,
  Video,
  type TrackSource,
} from '../src/index.js';
import { FakeHouse } from './support/fake-house.js';
import { fakeTrack, installPlayback } from './support/fake-media.js';
import { fakeParticipant } from './support/fake-room.js';

const tracksOf = (element: Element | null) =>
  ((element as HTMLMediaElement | null)?.srcObject as MediaStream | null)?.getTracks() ?? [];

test('[F4] an element follows the track that it was given, and lets go of it', () => {
  installPlayback();
  const [first, second] = [fakeTrack('video'), fakeTrack('video')];
  const { Wrapper } = new FakeHouse();
  const { container, rerender } = render(<Video track={first} />, { wrapper: Wrapper });
  const video = container.querySelector('video');
  expect(tracksOf(video)).toEqual([first]);
  expect(video?.muted).toBe(true);
  rerender(<Video track={second} />);
  expect(tracksOf(video)).toEqual([second]);
  rerender(<Video track={undefined} />);
  expect(tracksOf(video)).toEqual([]);
});

test('[F4] an element follows the readable of an incoming stream', () => {
  installPlayback();
  const video = cell<MediaStreamTrack | undefined>(undefined);
  const { Wrapper } = new FakeHouse();
  const { container } = render(<Video track={video.readable} />, { wrapper: Wrapper });
  expect(tracksOf(container.querySelector('video'))).toEqual([]);
  const track = fakeTrack('video');
  act(() => video.set(track));
  expect(tracksOf(container.querySelector('video'))).toEqual([track]);
});

test('[F4] sound that the browser holds back is one state, and one call starts all of it', async () => {
  const playback = installPlayback();
  playback.isAllowed = false;
  const house = new FakeHouse();
  const Room = () => {
    const { state } = useJoinRoom({ room: 'tea' });
    const sound = usePlayback();
    return (
      <>
        <RoomAudio />
        <p>{state.phase}</p>
        {sound.phase === 'blocked' ? <button onClick={sound.start}>start</button> : <i>heard</i>}
      </>
    );
  };
  const { container } = render(<Room />, { wrapper: house.Wrapper });
  await screen.findByText('joined');
  await screen.findByText('heard');
  const people = ['b', 'c'].map((letter) => {
    const { participant, streams } = fakeParticipant(letter.repeat(64) as PeerId);
    const audio = cell<MediaStreamTrack | undefined>(fakeTrack('audio')).readable;
    streams.set(new Map([['camera', { audio } as unknown as IncomingStream]]));
    return participant;
  });
  act(() => house.room.participants.set(people));
  const button = await screen.findByText('start');
  expect(container.querySelectorAll('audio')).toHaveLength(2);

  playback.isAllowed = true;
  const before = playback.calls();
  act(() => button.click());
  await screen.findByText('heard');
  expect(playback.calls() - before).toBe(2);
});

test('[F4] an element outside a room has the state for itself', async () => {
  const playback = installPlayback();
  playback.isAllowed = false;
  const Sound = ({ source }: { readonly source: TrackSource }) => {
    const { ref, state, start } = useTrackElement(source);
    return (
      <>
        <audio ref={ref} />
        <button onClick={start}>{state.phase}</button>
      </>
    );
  };
  const { rerender } = render(<Sound source={fakeTrack('audio')} />);
  const button = await screen.findByText('blocked');
  playback.isAllowed = true;
  act(() => button.click());
  await waitFor(() => expect(button.textContent).toBe('playing'));
  rerender(<Sound source={null} />);
  expect(button.textContent).toBe('empty');
});
