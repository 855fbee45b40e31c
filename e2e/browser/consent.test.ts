import type { PeerId } from '@conclave/core';

import type { Peer } from '../support/peer.js';
import { connectAll, framesFlow, play, publishCamera, received, totalReceived } from '../support/scene.js';
import { useStage } from '../support/stage.js';
import { standsStill, throughout, until } from '../support/wait.js';
import { describeIn, type BrowserName } from '../support/where.js';
import { readTransports, transportBetween } from '../support/witness.js';

/** Publishes streams of which each refuses in its own way, and keeps in `heard` who was asked about. */
const publishRefusing = (peer: Peer) =>
  peer.evaluate(async () => {
    const { audio, video } = await kit.media();
    const refusals: Record<string, () => boolean | Promise<boolean>> = {
      says_no: () => false,
      throws: () => {
        throw new Error('a mistake of the application');
      },
      rejects: () => Promise.reject(new Error('a mistake of the application')),
      is_silent: () => new Promise<boolean>(() => undefined),
    };
    for (const [name, refuse] of Object.entries(refusals)) {
      const onPeerConnect = () => {
        kit.keep.heard.push(name);
        return refuse();
      };
      const stream = kit.keep.connection.publish(name, { onPeerConnect });
      await Promise.all([stream.attachAudio(audio), stream.attachVideo(video)]);
    }
  });

const heard = (peer: Peer) => peer.evaluate(() => [...(kit.keep.heard as string[])].sort());

describeIn(['chromium'], 'consent', () => {
  const stage = useStage('chromium');

  it('[C7] a refused subscriber gets no byte, sees stream/refused, and is asked about once on each try', async () => {
    const [alice, bob] = await Promise.all([stage.open('alice'), stage.open('bob')]);
    const [aliceId] = await connectAll(stage, alice, bob);
    await publishRefusing(alice);
    const names = ['says_no', 'throws', 'rejects', 'is_silent'];

    const outcomes = await Promise.all(names.map((name) => play(bob, aliceId, name)));

    expect(outcomes).toEqual(names.map(() => 'stream/refused'));
    expect(await heard(alice)).toEqual([...names].sort());
    expect(await play(bob, aliceId, 'says_no')).toBe('stream/refused');
    expect(await heard(alice)).toEqual([...names, 'says_no'].sort());
    expect(await totalReceived(bob)).toEqual({ bytes: 0, packets: 0 });
    expect((await transportBetween(alice, bob)).sending).toEqual([]);
    expect(alice.takeErrors()).toHaveLength(2); // what the application threw is reported, and reaches nobody else
  });

  it('[C7] a stream without onPeerConnect accepts everybody', async () => {
    const [alice, bob] = await Promise.all([stage.open('alice'), stage.open('bob')]);
    const [aliceId] = await connectAll(stage, alice, bob);
    await publishCamera(alice);

    expect(await play(bob, aliceId)).toBe('playing');
    await framesFlow(bob, alice);
  });

  it('[E6] of four who play at once, as many as the limit says get in; the others are told in under a second', async () => {
    const alice = await stage.open('alice');
    const others = await Promise.all(['bob', 'charlie', 'dave', 'erin'].map((name) => stage.open(name)));
    const [aliceId] = await connectAll(stage, alice, ...others);
    await alice.evaluate(async () => {
      const { video } = await kit.media();
      kit.keep.connection.maxPeerConnections = 2;
      // Nobody is answered before all were asked about: the limit has to hold at the yes, too.
      const asked = new Set<string>();
      const all: (() => void)[] = [];
      const onPeerConnect = async ({ farId }: { farId: string }) => {
        asked.add(farId);
        if (asked.size < 4) await new Promise<void>((resolve) => all.push(resolve));
        all.forEach((answer) => answer());
        return true;
      };
      const camera = kit.keep.connection.publish('camera', { onPeerConnect });
      kit.keep.outgoing['camera'] = camera;
      await camera.attachVideo(video);
    });

    const outcomes = await Promise.all(others.map((peer) => play(peer, aliceId)));

    expect([...outcomes].sort()).toEqual(['playing', 'playing', 'stream/limit', 'stream/limit']);
    const subscribers = () => alice.evaluate(() => kit.keep.outgoing['camera']!.peerStreams.get().length);
    expect(await subscribers()).toBe(2);

    const refused = others[outcomes.indexOf('stream/limit')]!;
    const admitted = others[outcomes.indexOf('playing')]!;
    const again = await refused.evaluate(async (id: PeerId) => {
      const start = performance.now();
      const code = await kit.keep.connection.play(id, 'camera').ready.then(() => 'playing', kit.codeOf);
      return { code, ms: performance.now() - start };
    }, aliceId);
    expect(again.code).toBe('stream/limit');
    expect(again.ms).toBeLessThan(1000);
    expect(await totalReceived(refused)).toEqual({ bytes: 0, packets: 0 });

    await alice.evaluate(() => void (kit.keep.connection.maxPeerConnections = 1));
    await framesFlow(admitted, alice);
    expect(await subscribers()).toBe(2);
  });
});

describe.each<BrowserName>(['chromium', 'firefox'])('privacy in %s', (browser) => {
  describeIn([browser], 'camera', () => {
    const stage = useStage(browser);

    it('[B8] nobody is sent a byte before he may see, nor after he left', async () => {
      const [alice, bob] = await Promise.all([stage.open('alice'), stage.open('bob')]);
      const [aliceId] = await connectAll(stage, alice, bob);
      await alice.evaluate(async () => {
        const { audio, video } = await kit.media();
        let asked = 0;
        const onPeerConnect = () => (++asked === 1 ? new Promise<boolean>(() => undefined) : true);
        const camera = kit.keep.connection.publish('camera', { onPeerConnect });
        await Promise.all([camera.attachAudio(audio), camera.attachVideo(video)]);
        kit.keep.outgoing['chat'] = kit.keep.connection.publish('chat');
      });
      await bob.evaluate(async (id: PeerId) => {
        const chat = kit.keep.connection.play(id, 'chat', { media: false });
        chat.handle('hello', (...args) => kit.keep.heard.push(...args));
        await chat.ready;
        kit.keep.incoming['undecided'] = kit.keep.connection.play(id, 'camera');
      }, aliceId);
      await alice.evaluate(() => void kit.keep.outgoing['chat']!.send('hello', 'over a proven link'));
      await until(async () => (await bob.evaluate(() => kit.keep.heard.length)) === 1, {
        within: 5000,
        what: 'a message',
      });

      await throughout(10_000, async () => {
        const [transport] = await readTransports(alice);
        expect(transport!.sending).toEqual([]);
        expect(transport!.outgoing.video).toMatchObject({ bytes: 0, packets: 0, frames: 0 });
        expect(transport!.outgoing.audio).toMatchObject({ bytes: 0, packets: 0 });
        expect(await totalReceived(bob)).toEqual({ bytes: 0, packets: 0 });
      });

      expect(await play(bob, aliceId)).toBe('playing');
      await framesFlow(bob, alice);
      expect((await transportBetween(alice, bob)).sending.toSorted()).toEqual(['audio', 'video']);

      await bob.evaluate(() => kit.keep.incoming['camera']!.close());
      await standsStill(async () => (await totalReceived(bob)).packets, {
        within: 1000,
        forMs: 3000,
        what: 'packets at bob',
      });
      expect((await transportBetween(alice, bob)).sending).toEqual([]);
      const { frames } = (await transportBetween(alice, bob)).outgoing.video;
      expect(frames).toBeGreaterThan(0);
      expect((await received(bob, alice, 'video')).frames).toBeGreaterThan(0);
    });
  });
});
