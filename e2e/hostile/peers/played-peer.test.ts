import type { PeerId } from '@conclave/core';

import { linksOf } from '../../node/support/actions.js';
import { useSiege } from './support/siege.js';

const siege = useSiege();

test('[B2] whom bob plays makes him open no more transports than a peer needs, however often she offers', async () => {
  const malloryId = await siege.mallory.evaluate(async (url: string) => {
    const self = await hostile.Hostile.enter(url);
    (hostile.keep as Record<string, unknown>)['self'] = self;
    void self.answerNext().then(async (link) => {
      await link.opened;
      await link.prove();
      link.say({ t: 'granted', request: link.farPlays[0]!.request });
    });
    return self.peerId;
  }, siege.url);
  const outcome = await siege.bob.evaluate((id: PeerId) => {
    const { ready } = kit.keep.connection.play(id, 'show', { media: false });
    return ready.then(
      () => 'playing',
      (error: unknown) => kit.codeOf(error),
    );
  }, malloryId);
  expect(outcome).toBe('playing');
  const transports = () => siege.bob.evaluate(() => witnessed.length);
  const before = await transports();
  await siege.undisturbed(() =>
    siege.mallory.evaluate(async (bobId: PeerId) => {
      const self = (hostile.keep as Record<string, unknown>)['self'] as InstanceType<typeof hostile.Hostile>;
      // Good enough to be read, too little to make a transport of: each would free its place at once.
      const fingerprint = Array.from({ length: 32 }, () => 'AA').join(':');
      const lines = ['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 't=0 0', `a=fingerprint:sha-256 ${fingerprint}`];
      const media = ['a=setup:actpass', 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'a=mid:0', ''];
      const sdp = [...lines, ...media].join('\r\n');
      for (let offer = 0; offer < 200; offer += 1)
        await self.send(bobId, {
          kind: 'offer',
          session: hostile.randomBytes(16),
          commitment: hostile.randomBytes(32),
          revision: 1,
          sdp,
          plays: [],
        });
    }, siege.bobId),
  );
  const opened = (await transports()) - before;
  expect(opened).toBeGreaterThan(0);
  expect(opened).toBeLessThanOrEqual(16); // eight at once, and one each two seconds
  expect([...(await linksOf(siege.bob))].sort()).toEqual([siege.aliceId, malloryId].sort());
});
