import type { PeerId } from '@conclave/core';
import type { PeerMessageOf } from '@conclave/protocol';

import { afterwards } from '../support/afterwards.js';
import { throughout, until } from '../support/wait.js';
import { connectAll, play, publish } from './support/actions.js';
import { useCast } from './support/cast.js';
import { Mallory, randomBytes } from './support/mallory.mjs';

const cast = useCast('alice', 'bob');
/** As many as one peer lets prove themselves at a time (core's `MAX_UNPROVEN_INBOUND`). */
const STRANGERS = 4;

/** Alice and bob, connected so that bob is the one that gives way, or does not (DESIGN section 4: the lower ID does). */
async function connect(bobGivesWay: boolean): Promise<readonly [PeerId, PeerId]> {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const [aliceId] = await connectAll(cast.url, alice);
  for (;;) {
    const [bobId] = await connectAll(cast.url, bob);
    if (bobId! < aliceId! === bobGivesWay) return [aliceId!, bobId!];
    await bob.evaluate(() => kit.keep.connection.close());
  }
}

/** Strangers who offer links to a peer and never prove who they are. */
async function crowd(farId: PeerId): Promise<void> {
  const joining = Array.from({ length: STRANGERS + 1 }, async () => afterwards(await Mallory.join(cast.url)));
  const strangers = await Promise.all(joining);
  const [model, ...others] = strangers;
  void play(cast.peer('bob'), model!.peerId, 'camera'); // only for an offer as WebRTC makes it
  const offer = await until(() => model!.received.find(({ message }) => message.kind === 'offer')?.message, {
    within: 5_000,
    what: 'an offer',
  });
  const { sdp } = offer as PeerMessageOf<'offer'>;
  for (const stranger of others) {
    const [session, commitment] = [randomBytes(16), randomBytes(32)];
    await stranger.send(farId, { kind: 'offer', session, commitment, revision: 1, sdp, plays: [] });
  }
}

const openAt = (name: string) =>
  cast
    .peer(name)
    .evaluate(() =>
      witnessed.filter(({ pc }) => pc.signalingState !== 'closed').map((one) => one.pc.connectionState),
    );

test.each([
  { how: 'bob gives way', bobGivesWay: true },
  { how: 'bob insists', bobGivesWay: false },
])(
  '[D7] two that want each other get one link, at once, though strangers fill every place: $how',
  async ({ bobGivesWay }) => {
    const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
    const [aliceId, bobId] = await connect(bobGivesWay);
    await Promise.all([publish(alice, 'camera'), publish(bob, 'camera')]);
    await crowd(aliceId);
    await until(async () => (await openAt('alice')).length === STRANGERS, {
      within: 5_000,
      what: 'the strangers fill every place',
    });

    const ofBob = play(bob, aliceId, 'camera');
    const hasOffered = () =>
      cast.passed.some(({ kind, from, to }) => kind === 'candidates' && from === bobId && to === aliceId);
    await until(hasOffered, { within: 5_000, what: 'bob has offered' });
    const startMs = performance.now();
    expect(await play(alice, bobId, 'camera')).toBe('playing');
    expect(await ofBob).toBe('playing');
    expect(performance.now() - startMs).toBeLessThan(5_000); // not the 15 s that strangers are given

    // What bob gave up is not answered either, when the strangers have gone.
    if (bobGivesWay) {
      await until(async () => (await openAt('alice')).length === 1, {
        within: 17_000,
        what: 'they have gone',
      });
      await throughout(1_000, async () => expect(await openAt('alice')).toEqual(['connected']));
    }
  },
);
