import timers from 'node:timers';

import { StrictMode } from 'react';

import { render, screen, waitFor } from '@testing-library/react';

import type { RtcImplementation } from '@conclave/core';
import { createRendezvous, type Rendezvous } from '@conclave/rendezvous';

import { RoomProvider, useConnectionState, useJoinRoom } from '../src/index.js';

// The rendezvous runs in this process, and needs the timers of Node rather than those of a window.
const { setTimeout, clearTimeout, setInterval, clearInterval } = timers;
Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval });

let rendezvous: Rendezvous;
beforeEach(async () => {
  rendezvous = await createRendezvous();
});
afterEach(() => rendezvous.close());

// Nobody is linked here: that there is a WebRTC is all that connecting asks for.
const rtc = {
  RTCPeerConnection: EventTarget,
  MediaStream: EventTarget,
} as unknown as RtcImplementation;

const Call = () => {
  const { state } = useJoinRoom({ room: 'tea', metadata: { name: 'Alice' } });
  const connection = useConnectionState();
  return <p>{`${state.phase} ${connection?.phase ?? 'none'}`}</p>;
};

test('[F4] a StrictMode tree holds one socket at a real rendezvous, and none when it is gone', async () => {
  const { unmount } = render(
    <StrictMode>
      <RoomProvider url={rendezvous.url} options={{ key: 'demo', rtc }}>
        <Call />
      </RoomProvider>
    </StrictMode>,
  );
  await screen.findByText('joined connected');
  expect(rendezvous.sockets).toBe(1);
  unmount();
  await waitFor(() => expect(rendezvous.sockets).toBe(0));
});

test('[F4] a key that a real rendezvous does not know is a failed state with its code', async () => {
  const Failing = () => {
    const { state } = useJoinRoom({ room: 'tea' });
    return <p>{state.phase === 'failed' ? state.error.code : state.phase}</p>;
  };
  render(
    <StrictMode>
      <RoomProvider url={rendezvous.url} options={{ key: 'unknown', rtc }}>
        <Failing />
      </RoomProvider>
    </StrictMode>,
  );
  await screen.findByText('auth/unknown-key');
});
