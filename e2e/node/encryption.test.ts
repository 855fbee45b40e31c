import { linkId, type PeerMessage, type PeerMessageOf } from '@conclave/protocol';
import { webcrypto } from 'node:crypto';

import { afterwards } from '../support/afterwards.js';
import { until } from '../support/wait.js';
import { connectAll, linksOf, play } from './support/actions.js';
import { useCast } from './support/cast.js';
import { Mallory, randomBytes } from './support/mallory.mjs';

const cast = useCast('alice');

/** A key for SRTP in the clear (RFC 4568): whoever carries the description could listen. */
const SDES = 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz';
/** The same description with that key on its first line of media. */
const withKey = (sdp: string) => sdp.replace(/^(a=mid:\S+)$/m, `$1\r\n${SDES}`);

/** Mallory, and an offer of alice to her as libwebrtc makes it. */
async function offered() {
  const alice = cast.peer('alice');
  const [aliceId] = await connectAll(cast.url, alice);
  const mallory = afterwards(await Mallory.join(cast.url));
  const outcome = play(alice, mallory.peerId, 'camera');
  const offer = await until(() => mallory.received.find(({ message }) => message.kind === 'offer')?.message, {
    within: 5_000,
    what: 'an offer',
  });
  return { alice, aliceId: aliceId!, mallory, outcome, offer: offer as PeerMessageOf<'offer'> };
}

/** What the WebRTC of alice has been asked to take, for each of her connections. */
const applied = () =>
  cast.peer('alice').evaluate(() => witnessed.map(({ calls }) => calls['setRemoteDescription']));

test('[B7] an answer that brings keys of its own is refused before WebRTC sees it; without them it is taken', async () => {
  for (const change of [withKey, (sdp: string) => sdp]) {
    const { alice, aliceId, mallory, outcome, offer } = await offered();
    const session = randomBytes(16);
    const sdp = offer.sdp.replaceAll('a=setup:actpass', 'a=setup:active');
    const answer: PeerMessage = {
      kind: 'answer',
      session,
      offerSession: offer.session,
      commitment: randomBytes(32),
      revision: 1,
      sdp: change(sdp.replaceAll('a=recvonly', 'a=sendonly')),
      plays: [],
    };
    await mallory.send(aliceId, answer, await linkId(webcrypto.subtle, offer.session, session));
    if (change === withKey) {
      expect(await outcome).toBe('link/bad-description');
      expect(await applied()).toEqual([0]);
    } else {
      await until(async () => (await applied()).at(-1) === 1, { within: 5_000, what: 'the answer is taken' });
    }
    await alice.evaluate(() => kit.keep.connection.close());
    await outcome;
  }
});

test('[B7] an offer that brings keys of its own is refused before WebRTC sees it; without them it is answered', async () => {
  const { alice, aliceId, offer } = await offered();
  const eve = afterwards(await Mallory.join(cast.url));
  const sessions = [withKey(offer.sdp), offer.sdp].map((sdp) => ({ sdp, session: randomBytes(16) }));
  for (const { sdp, session } of sessions) {
    const commitment = randomBytes(32);
    await eve.send(aliceId, { kind: 'offer', session, commitment, revision: 1, sdp, plays: [] });
  }
  const answers = () =>
    eve.received.flatMap(({ message }) => (message.kind === 'answer' ? [message.offerSession] : []));
  await until(() => answers().length > 0, { within: 5_000, what: 'an answer' });
  expect(answers()).toEqual([sessions[1]!.session]);
  const refusals = eve.received.flatMap(({ message }) => (message.kind === 'refusal' ? [message] : []));
  expect(refusals).toEqual([
    { kind: 'refusal', offerSession: sessions[0]!.session, code: 'link/bad-description' },
  ]);
  expect(await applied()).toEqual([0, 1]); // her own offer to mallory, and the one of eve that may be
  expect(await linksOf(alice)).toEqual([]);
});
