import { connectAll, framesFlow, play, publishCamera } from '../support/scene.js';
import { useStage } from '../support/stage.js';
import { until } from '../support/wait.js';
import { describeIn, type BrowserName } from '../support/where.js';
import { readTransports } from '../support/witness.js';

// A cipher that is null or absent is one of the words `null` and `undefined` here.
/** Ciphers of DTLS that protect with one algorithm what they encrypt (RFC 5116). */
const AEAD = /^TLS_(\w+_)?(AES_(128|256)_[CG]CM(_8)?|CHACHA20_POLY1305)(_SHA\d+)?$/;
/** Profiles of SRTP with encryption and a tag of 80 bits or more (RFC 5764 section 4.1.2, RFC 7714 section 14.2). */
const PROTECTING = /^(SRTP_)?(AES_?(CM_)?(128|256)_(CM_)?HMAC_SHA1_80|AEAD_AES_(128|256)_GCM)$/;

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browser) => {
  describeIn([browser], 'identity and encryption', () => {
    const stage = useStage(browser);

    it('[A1] connecting gives an ID, the state connected, and one Connect.Success', async () => {
      const alice = await stage.open('alice');
      const [aliceId] = await connectAll(stage, alice);

      expect(aliceId).toMatch(/^[0-9a-f]{64}$/);
      const state = await alice.evaluate(() => kit.keep.connection.state.get());
      expect(state).toMatchObject({ phase: 'connected', url: stage.url });
      const codes = () => alice.evaluate(() => kit.keep.statuses.map(({ code }) => code));
      await until(async () => (await codes()).length > 0, { within: 1000, what: 'a status' });
      await alice.evaluate(async () => {
        const stream = kit.keep.connection.publish('camera');
        try {
          kit.keep.connection.publish('camera');
        } catch (error) {
          kit.keep.heard.push(kit.codeOf(error));
        }
        await stream.close();
        await kit.keep.connection.close();
      });
      expect(await alice.evaluate(() => kit.keep.heard)).toEqual(['stream/name-taken']);
      expect(await codes()).toEqual([
        'NetConnection.Connect.Success',
        'NetStream.Publish.Start',
        'NetStream.Publish.BadName',
        'NetStream.Unpublish.Success',
        'NetConnection.Connect.Closed',
      ]);
    });

    it('[B1] an ID is the SHA-256 of the public key, as its card shows it to others', async () => {
      const [alice, bob] = await Promise.all([stage.open('alice'), stage.open('bob')]);
      const [aliceId] = await connectAll(stage, alice, bob);
      await alice.evaluate(() => conclave.enterRoom(kit.keep.connection, 'lobby').then(() => undefined));
      const recomputed = await bob.evaluate(async () => {
        const { members } = await conclave.enterRoom(kit.keep.connection, 'lobby');
        const spki = Uint8Array.from(members.get()[0]!.card.spki);
        const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', spki));
        return {
          id: [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
          length: spki.length,
        };
      });
      expect(recomputed).toEqual({ id: aliceId, length: 91 });
    });

    it('[B4] both ends of a link have the same nonces, crosswise, and new ones on a new link', async () => {
      const [alice, bob] = await Promise.all([stage.open('alice'), stage.open('bob')]);
      const [aliceId] = await connectAll(stage, alice);
      await alice.evaluate(() => void kit.keep.connection.publish('chat'));
      /** Links bob, with the same identity each time, and gives the nonces of both ends. */
      const link = async () => {
        const far = await bob.evaluate(
          async (url: string, id: string) => {
            const held = globalThis as unknown as {
              identity?: Awaited<ReturnType<typeof conclave.Identity.create>>;
            };
            held.identity ??= await conclave.Identity.create();
            await kit.connect(url, { identity: held.identity });
            await kit.keep.connection.play(id as never, 'chat', { media: false }).ready;
            const [one] = kit.keep.connection.links.get().values();
            const nonces = { near: [...one!.nearNonce].join(), far: [...one!.farNonce].join() };
            return { id: kit.keep.connection.nearId, ...nonces, bytes: one!.nearNonce.length };
          },
          stage.url,
          aliceId,
        );
        const near = await alice.evaluate(() => {
          const [one] = kit.keep.connection.links.get().values();
          return { farId: one!.farId, near: [...one!.nearNonce].join(), far: [...one!.farNonce].join() };
        });
        await bob.evaluate(() => kit.keep.connection.close());
        const gone = () => alice.evaluate(() => kit.keep.connection.links.get().size === 0);
        await until(gone, { within: 5000, what: 'the link is gone at alice' });
        return { near, far };
      };

      const first = await link();
      const second = await link();

      for (const { near, far } of [first, second]) {
        expect(near).toEqual({ farId: far.id, near: far.far, far: far.near });
        expect(far.bytes).toBe(32);
        expect(near.near).not.toBe(near.far);
      }
      expect(second.far.id).toBe(first.far.id);
      const nonces = [first.near.near, first.near.far, second.near.near, second.near.far];
      expect(new Set(nonces).size).toBe(4);
    });

    it('[B7] media and messages are encrypted with authenticated ciphers, keyed by DTLS alone', async () => {
      const [alice, bob] = await Promise.all([stage.open('alice'), stage.open('bob')]);
      const [aliceId] = await connectAll(stage, alice, bob);
      await publishCamera(alice);
      expect(await play(bob, aliceId)).toBe('playing');
      await framesFlow(bob, alice);

      const transports = (await Promise.all([alice, bob].map(readTransports))).flat();
      expect(transports).toHaveLength(2);
      for (const { dtls, descriptions } of transports) {
        expect(dtls).toHaveLength(1);
        expect(dtls[0]!.state).toBe('connected');
        expect(dtls[0]!.dtlsCipher).toMatch(AEAD);
        expect(dtls[0]!.srtpCipher).toMatch(PROTECTING);
        expect(descriptions.match(/^a=fingerprint:sha-256 /gm)!.length).toBeGreaterThan(1);
        expect(descriptions).not.toMatch(/^\s*a\s*=\s*crypto/im);
      }
      const { dtlsCipher, srtpCipher } = transports[1]!.dtls[0]!;
      const told = await bob.evaluate(() => [...kit.keep.connection.links.get().values()][0]!.stats());
      expect(told).toMatchObject({ dtlsCipher, srtpCipher, relayed: false });
    });
  });
});
