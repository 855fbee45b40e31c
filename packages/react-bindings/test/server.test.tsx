/** @jest-environment node */
import { renderToString } from 'react-dom/server';

import type { PeerId } from '@conclave/core';

import {
  RoomAudio,
  RoomProvider,
  useConnectionState,
  useJoinRoom,
  useLocalMedia,
  useMessages,
  useParticipantIds,
  usePlayback,
  useVerification,
  Video,
} from '../src/index.js';

function Everything() {
  const { state } = useJoinRoom({ room: 'tea' });
  const { camera } = useLocalMedia();
  const { messages } = useMessages('chat');
  const ids = useParticipantIds();
  const connection = useConnectionState();
  const playback = usePlayback();
  const code = useVerification('b'.repeat(64) as PeerId);
  return (
    <p>
      {[
        state.phase,
        camera.phase,
        messages.length,
        ids.length,
        connection?.phase ?? 'none',
        playback.phase,
        code?.digits ?? 'unlinked',
      ].join(' ')}
      <Video track={undefined} />
      <RoomAudio />
    </p>
  );
}

test('[F4] everything renders where there is no window, and nothing is opened', () => {
  expect('window' in globalThis).toBe(false);
  const html = renderToString(
    <RoomProvider url="ws://127.0.0.1:1" options={{ key: 'demo' }}>
      <Everything />
    </RoomProvider>,
  );
  expect(html).toContain('idle off 0 0 none allowed unlinked');
});
