import type { PeerId } from '@conclave/core';

import { connectAll } from './support/actions.js';
import { useCast } from './support/cast.js';

const cast = useCast('alice', 'bob');

/** As many as may be linked with somebody who wants nothing of them. */
const CROWD = 24;

test('[E6] as many subscribers as one publisher takes come at once: all are served, some in a moment', async () => {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const [aliceId] = (await connectAll(cast.url, alice)) as [PeerId];
  await alice.evaluate((count: number) => {
    kit.keep.connection.maxPeerConnections = count;
    kit.keep.outgoing['chat'] = kit.keep.connection.publish('chat');
  }, CROWD);
  const outcomes = await bob.evaluate(
    async (url: string, id: PeerId, count: number) => {
      const crowd = await Promise.all(
        Array.from({ length: count }, () => conclave.connect(url, { key: 'demo', iceServers: [] })),
      );
      (kit.keep as unknown as { extras: unknown }).extras = crowd;
      return Promise.all(
        crowd.map((one) =>
          one.play(id, 'chat', { media: false }).ready.then(
            () => 'playing',
            (error: unknown) => kit.codeOf(error),
          ),
        ),
      );
    },
    cast.url,
    aliceId,
    CROWD,
  );
  expect(outcomes).toEqual(Array.from({ length: CROWD }, () => 'playing'));
});
