import { publish, request, close, inPhase } from '../support/acts.js';
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
  unpublishedAt,
  UNSUBSCRIBED,
  unsubscribed,
} from '../support/transcripts.js';

const revoked = ['NetConnection.Connect.Success', 'error NetConnection.Connect.Rejected auth/revoked'];

tellTheSame([
  {
    title: 'a connection is closed, twice',
    run: async ({ alice }) => {
      await close(alice);
      await close(alice);
    },
    told: { alice: { connection } },
  },
  {
    title: 'a connection that is refused tells its caller, and no other hears of it',
    async run({ alice, rendezvous }) {
      const codes = await alice.evaluate(
        (url: string) =>
          Promise.all([
            conclave.connect(url, { key: 'nobody-knows-it' }).catch(kit.codeOf),
            conclave.connect('ftp://localhost', { key: 'demo' }).catch(kit.codeOf),
            conclave.connect('ws://127.0.0.1:1', { key: 'demo' }).catch(kit.codeOf),
          ]),
        rendezvous.url,
      );
      expect(codes).toEqual(['auth/unknown-key', 'rendezvous/invalid-url', 'rendezvous/refused']);
      await close(alice);
    },
    told: { alice: { connection } },
  },
  {
    title: 'the publisher closes its connection',
    async run(cast) {
      const { alice, bob, company } = cast;
      await publish(alice, 'camera');
      expect(await play(bob, company.id(alice))).toBe('playing');
      await close(alice);
      await company.told(bob, 'camera of alice', 'NetStream.Play.Stop stream/closed');
      await close(bob);
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
    title: 'the page of the subscriber is loaded again',
    async run({ alice, bob, company }) {
      await publish(alice, 'camera');
      expect(await play(bob, company.id(alice))).toBe('playing');
      await bob.reload();
      await company.told(alice, 'camera of bob', 'NetStream.Connect.Closed peer/closed');
      await close(alice);
    },
    told: {
      alice: {
        connection,
        camera: published,
        'camera of bob': [SUCCESS, 'NetStream.Connect.Closed peer/closed'],
      },
      bob: {}, // a new page, not connected
    },
  },
  {
    title: 'a far end that publishes and subscribes is killed',
    async run({ alice, company, stage }) {
      // A process of its own: the one page that every browser lets us kill.
      const dave = await stage.start('dave');
      await company.connect(dave);
      await Promise.all([publish(alice, 'camera'), publish(dave, 'screen')]);
      expect(await play(alice, company.id(dave), 'screen')).toBe('playing');
      await request(dave, company.id(alice), 'camera');
      await company.told(alice, 'camera of dave', SUCCESS);
      await dave.kill();
      await company.told(alice, 'screen of dave', 'NetStream.Play.Stop peer/lost');
      await close(alice);
    },
    told: {
      alice: {
        connection,
        camera: published,
        'camera of dave': [SUCCESS, 'NetStream.Connect.Closed peer/lost'],
        'screen of dave': [START, ...notPlayed('peer/lost')],
      },
    },
  },
  {
    title: 'the rendezvous is lost and comes back: no word of that, and calls stand',
    async run(cast) {
      const { alice, bob, company, rendezvous } = cast;
      await publish(alice, 'camera');
      expect(await play(bob, company.id(alice))).toBe('playing');
      await rendezvous.stop();
      await Promise.all([inPhase(alice, 'reconnecting'), inPhase(bob, 'reconnecting')]);
      await rendezvous.start();
      await Promise.all([inPhase(alice, 'connected'), inPhase(bob, 'connected')]);
      await bothClose(cast, 'camera of bob', UNSUBSCRIBED);
    },
    told: {
      alice: { connection, camera: published, 'camera of bob': unsubscribed },
      bob: { connection, 'camera of alice': stoppedBySubscriber },
    },
  },
  {
    title: 'the rendezvous is lost to a peer that is strict about it',
    strict: true,
    async run({ alice, bob, company, rendezvous }) {
      await publish(alice, 'camera');
      expect(await play(bob, company.id(alice))).toBe('playing');
      await rendezvous.stop();
      await inPhase(alice, 'closed');
      await company.told(bob, 'camera of alice', 'NetStream.Play.Stop stream/closed');
      await close(bob);
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
    title: 'the key is withdrawn: calls stand',
    async run(cast) {
      const { alice, bob, company, rendezvous } = cast;
      await publish(alice, 'camera');
      expect(await play(bob, company.id(alice))).toBe('playing');
      rendezvous.revoke();
      await Promise.all([inPhase(alice, 'closed'), inPhase(bob, 'closed')]);
      await bothClose(cast, 'camera of bob', UNSUBSCRIBED);
    },
    told: {
      alice: { connection: revoked, camera: published, 'camera of bob': unsubscribed },
      bob: { connection: revoked, 'camera of alice': stoppedBySubscriber },
    },
  },
  {
    title: 'the same identity registers elsewhere',
    async run({ alice, rendezvous }) {
      await alice.evaluate(async (url: string) => {
        await kit.keep.connection.close();
        const identity = await conclave.Identity.create();
        await kit.connect(url, { identity });
        Object.assign(kit.keep, { elsewhere: await conclave.connect(url, { key: 'demo', identity }) });
      }, rendezvous.url);
      await inPhase(alice, 'closed');
      await alice.evaluate(() =>
        (kit.keep as unknown as { elsewhere: typeof kit.keep.connection }).elsewhere.close(),
      );
      await close(alice);
    },
    told: {
      alice: {
        connection: [
          ...connection,
          'NetConnection.Connect.Success',
          'error NetConnection.Connect.Failed rendezvous/replaced',
        ],
      },
    },
  },
]);
