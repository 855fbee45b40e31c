import { act, renderHook, waitFor } from '@testing-library/react';

import { useJoinRoom, useLocalMedia } from '../src/index.js';
import { FakeHouse } from './support/fake-house.js';
import { FakeDevices } from './support/fake-media.js';

let devices: FakeDevices;
beforeEach(() => {
  devices = new FakeDevices();
  devices.install();
});

function held() {
  const house = new FakeHouse();
  const hook = renderHook(() => useLocalMedia(), { wrapper: house.Wrapper });
  return { house, ...hook };
}

const named = (name: string) => new DOMException('', name);

test('[F4] StrictMode mounts twice, and the user is asked once for both devices', async () => {
  const { result, unmount } = held();
  await waitFor(() => expect(result.current.camera.phase).toBe('on'));
  expect(result.current.microphone.phase).toBe('on');
  expect(devices.asked).toEqual([{ audio: true, video: true }]);
  unmount();
  await waitFor(() => expect(devices.live).toBe(0));
});

test('[F4] who has no camera can still speak', async () => {
  devices.answer = ({ video }) => {
    if (video) throw named('NotFoundError');
  };
  const { result } = held();
  await waitFor(() =>
    expect(result.current.camera).toMatchObject({ phase: 'failed', error: { code: 'media/not-found' } }),
  );
  expect(result.current.microphone.phase).toBe('on');
});

test('[F4] a refusal is a state, and asking again can succeed', async () => {
  devices.answer = () => {
    throw named('NotAllowedError');
  };
  const { result } = held();
  await waitFor(() =>
    expect(result.current.camera).toMatchObject({ phase: 'failed', error: { code: 'media/denied' } }),
  );
  expect(result.current.microphone).toMatchObject({ phase: 'failed', error: { code: 'media/denied' } });
  devices.answer = () => undefined;
  act(() => result.current.setCamera(true));
  await waitFor(() => expect(result.current.camera.phase).toBe('on'));
});

test('[F4] a camera that is off is given back; a microphone that is muted is held, silent', async () => {
  const { result } = held();
  await waitFor(() => expect(result.current.camera.phase).toBe('on'));
  act(() => {
    result.current.setCamera(false);
    result.current.setMicrophone(false);
  });
  expect(result.current.camera.phase).toBe('off');
  expect(result.current.microphone).toMatchObject({
    phase: 'muted',
    track: { enabled: false, readyState: 'live' },
  });
  expect(devices.live).toBe(1);
  act(() => result.current.setMicrophone(true));
  expect(result.current.microphone).toMatchObject({ phase: 'on', track: { enabled: true } });
  expect(devices.asked).toHaveLength(1);
});

test('[F4] a camera that is turned off while the user is still asked stays off', async () => {
  let answer: () => void = () => undefined;
  devices.answer = () => new Promise((resolve) => (answer = resolve));
  const { result } = held();
  await waitFor(() => expect(result.current.camera.phase).toBe('opening'));
  act(() => result.current.setCamera(false));
  await act(async () => answer());
  await waitFor(() => expect(result.current.microphone.phase).toBe('on'));
  expect(result.current.camera.phase).toBe('off');
  expect(devices.live).toBe(1);
});

test('[F4] a device that was unplugged is a state', async () => {
  const { result } = held();
  await waitFor(() => expect(result.current.camera.phase).toBe('on'));
  const camera = devices.opened.find(({ kind }) => kind === 'video');
  act(() => void camera?.dispatchEvent(new Event('ended')));
  expect(result.current.camera).toMatchObject({ phase: 'failed', error: { code: 'media/not-found' } });
});

test('[F4] tracks are attached to the joined room, and taken away when they are off', async () => {
  const house = new FakeHouse();
  const { result } = renderHook(() => [useLocalMedia(), useJoinRoom({ room: 'tea' })] as const, {
    wrapper: house.Wrapper,
  });
  await waitFor(() => expect(house.rooms[0]?.attached.video.at(-1)?.kind).toBe('video'));
  expect(house.room.attached.audio.at(-1)?.kind).toBe('audio');
  act(() => {
    result.current[0].setCamera(false);
    result.current[0].setMicrophone(false);
  });
  expect(house.room.attached.video.at(-1)).toBeNull();
  expect(house.room.attached.audio.at(-1)).toBeNull();
});
