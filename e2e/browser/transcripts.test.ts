import type { PeerId } from '@conclave/core';

import { publish, request, unplay, unpublish, close } from '../support/acts.js';
import { play } from '../support/scene.js';
import {
  bothClose,
  connection,
  notPlayed,
  published,
  START,
  stoppedBySubscriber,
  SUCCESS,
  tellTheSame,
  UNSUBSCRIBED,
  unpublishedAt,
  unsubscribed,
  type Scenario,
} from '../support/transcripts.js';
import { until } from '../support/wait.js';

const refusal = (answer: 'no' | 'throws'): Omit<Scenario, 'title'> => ({
  async run(cast) {
    const { alice, bob, company } = cast;
    await publish(alice, 'camera', answer);
    expect(await play(bob, company.id(alice))).toBe('stream/refused');
    if (answer === 'throws')
      await until(() => alice.takeErrors().length, { within: 5_000, what: 'the mistake is reported' });
    await bothClose(cast);
  },
  told: {
    alice: {
      connection,
      camera: published,
      'camera of bob': ['error NetStream.Connect.Rejected stream/refused'],
    },
    bob: { connection, 'camera of alice': notPlayed('stream/refused') },
  },
});

tellTheSame([
  {
    title: 'a name is taken, and free again',
    async run({ alice }) {
      await publish(alice, 'camera');
      await expect(publish(alice, 'camera')).rejects.toThrow('stream/name-taken');
      await unpublish(alice, 'camera');
      await publish(alice, 'camera');
      await close(alice);
    },
    told: {
      alice: {
        connection,
        camera: [
          'NetStream.Publish.Start',
          'error NetStream.Publish.BadName stream/name-taken',
          'NetStream.Unpublish.Success',
          ...published,
        ],
      },
    },
  },
  {
    title: 'a stream is played, and its publisher closes it',
    async run(cast) {
      const { alice, bob, company } = cast;
      await publish(alice, 'camera');
      expect(await play(bob, company.id(alice))).toBe('playing');
      await unpublish(alice, 'camera');
      await company.told(bob, 'camera of alice', 'NetStream.Play.Stop stream/closed');
      await bothClose(cast);
    },
    told: {
      alice: {
        connection,
        camera: published,
        'camera of bob': [SUCCESS, 'NetStream.Connect.Closed stream/closed'],
      },
      bob: { connection, 'camera of alice': unpublishedAt },
    },
  },
  {
    title: 'a stream is played, its subscriber closes it, and plays it again',
    async run(cast) {
      const { alice, bob, company } = cast;
      await publish(alice, 'camera');
      for (let time = 0; time < 2; time += 1) {
        expect(await play(bob, company.id(alice))).toBe('playing');
        await unplay(bob, 'camera');
        await company.told(alice, 'camera of bob', UNSUBSCRIBED);
      }
      await bothClose(cast);
    },
    told: {
      alice: { connection, camera: published, 'camera of bob': [...unsubscribed, ...unsubscribed] },
      bob: { connection, 'camera of alice': [...stoppedBySubscriber, ...stoppedBySubscriber] },
    },
  },
  { title: 'a subscriber is refused', ...refusal('no') },
  { title: 'a subscriber is refused by a mistake of the application', ...refusal('throws') },
  {
    title: 'somebody plays a peer that is not there',
    async run({ alice }) {
      const nobody = '0'.repeat(64);
      expect(await play(alice, nobody as PeerId)).toBe('peer/unreachable');
      await close(alice);
    },
    told: {
      alice: {
        connection,
        'camera of nobody': [
          'error NetStream.Connect.Failed peer/unreachable',
          ...notPlayed('peer/unreachable'),
        ],
      },
    },
  },
  {
    title: 'a stream is played before it is published',
    async run(cast) {
      const { alice, bob, company } = cast;
      await request(bob, company.id(alice), 'camera');
      const waits = () => bob.evaluate(() => kit.keep.incoming['camera']!.state.get().phase === 'waiting');
      await until(waits, { within: 10_000, what: 'bob waits' });
      await publish(alice, 'camera');
      await company.told(bob, 'camera of alice', START);
      await bothClose(cast, 'camera of bob', UNSUBSCRIBED);
    },
    told: {
      alice: { connection, camera: published, 'camera of bob': unsubscribed },
      bob: {
        connection,
        'camera of alice': ['NetStream.Play.PublishNotify', ...stoppedBySubscriber],
      },
    },
  },
  {
    title: 'two play a stream',
    async run(cast) {
      const { alice, bob, charlie, company } = cast;
      await publish(alice, 'camera');
      const outcomes = await Promise.all([bob, charlie].map((peer) => play(peer, company.id(alice))));
      expect(outcomes).toEqual(['playing', 'playing']);
      await close(charlie);
      await company.told(alice, 'camera of charlie', UNSUBSCRIBED);
      await bothClose(cast, 'camera of bob', UNSUBSCRIBED);
    },
    told: {
      alice: {
        connection,
        camera: published,
        'camera of bob': unsubscribed,
        'camera of charlie': unsubscribed,
      },
      bob: { connection, 'camera of alice': stoppedBySubscriber },
      charlie: { connection, 'camera of alice': stoppedBySubscriber },
    },
  },
  {
    title: 'one too many plays a stream',
    async run(cast) {
      const { alice, bob, charlie, company } = cast;
      await alice.evaluate(() => void (kit.keep.connection.maxPeerConnections = 1));
      await publish(alice, 'camera');
      expect(await play(bob, company.id(alice))).toBe('playing');
      expect(await play(charlie, company.id(alice))).toBe('stream/limit');
      await close(charlie);
      await bothClose(cast, 'camera of bob', UNSUBSCRIBED);
    },
    told: {
      alice: {
        connection,
        camera: published,
        'camera of bob': unsubscribed,
        'camera of charlie': ['error NetStream.Connect.Rejected stream/limit'],
      },
      bob: { connection, 'camera of alice': stoppedBySubscriber },
      charlie: { connection, 'camera of alice': notPlayed('stream/limit') },
    },
  },
  {
    title: 'a subscriber says which kinds of media it wants: no word of that',
    async run(cast) {
      const { alice, bob, company } = cast;
      await publish(alice, 'camera');
      expect(await play(bob, company.id(alice))).toBe('playing');
      await bob.evaluate(async () => {
        const camera = kit.keep.incoming['camera']!;
        for (const on of [false, true]) await camera.receiveAudio(on);
        for (const on of [false, true]) await camera.receiveVideo(on);
      });
      await bothClose(cast, 'camera of bob', UNSUBSCRIBED);
    },
    told: {
      alice: { connection, camera: published, 'camera of bob': unsubscribed },
      bob: { connection, 'camera of alice': stoppedBySubscriber },
    },
  },
]);
