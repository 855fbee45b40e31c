import type { ErrorCode, HeldIdentity, PeerId } from '@conclave/core';
import type { KnownPeers } from '@conclave/core/known-peers';

import type { PagePeer } from '../support/browser.js';
import { connectAll, framesFlow, play, publishCamera, totalReceived } from '../support/scene.js';
import { useStage } from '../support/stage.js';
import { throughout, until } from '../support/wait.js';
import { describeIn, type BrowserName } from '../support/where.js';
import { readTransports } from '../support/witness.js';

declare global {
  /** What the functions of these tests leave for each other in a page. */
  var held: HeldIdentity;
  var known: KnownPeers;
}

/** Holds an identity in a page, as `globalThis.held`; gives its ID and whether it is persistent, or a code. */
const hold = (peer: PagePeer, whenInUse: 'reject' | 'ephemeral' | 'steal' = 'reject', name = 'main') =>
  peer.evaluate(
    async (wanted: string, how: 'reject' | 'ephemeral' | 'steal') => {
      try {
        globalThis.held = await conclave.Identity.persistent(wanted, { whenInUse: how });
        return { peerId: held.peerId, persistent: held.persistent, code: '' };
      } catch (error) {
        return { peerId: '', persistent: false, code: kit.codeOf(error) };
      }
    },
    name,
    whenInUse,
  );

/** Connects as the identity of this browser. */
const connectAsHeld = async (peer: PagePeer, url: string): Promise<PeerId> => {
  await hold(peer);
  return peer.evaluate((to: string) => kit.connect(to, { identity: held }), url);
};

/** Connects with the address book of this browser: whoever is in `expected` is to be that contact. */
const connectKnowing = (peer: PagePeer, url: string, expected: Record<string, string>) =>
  peer.evaluate(
    async (to: string, names: Record<string, string>) => {
      globalThis.known = await conclave.KnownPeers.open();
      await kit.connect(to, { recognise: known.recognise((id) => names[id]) });
      const stream = kit.keep.connection.publish('own', {
        onPeerConnect: ({ farId }) => {
          kit.keep.heard.push(farId);
          return true;
        },
      });
      const { audio, video } = await kit.media();
      await Promise.all([stream.attachAudio(audio), stream.attachVideo(video)]);
    },
    url,
    expected,
  );

describe.each<BrowserName>(['chromium', 'firefox'])('continuity in %s', (browser) => {
  describeIn([browser], 'identities and contacts that outlive a page', () => {
    const stage = useStage(browser);

    it('[B6] the browser stores records as every storage has to', async () => {
      const alice = await stage.open('alice');
      const broken = await alice.evaluate(async () => {
        const failures: string[] = [];
        for (const { name, run } of conclave.storageCases) {
          const both = { east: conclave.indexedDbStorage(), west: conclave.indexedDbStorage() };
          await run(both).catch((error: unknown) => failures.push(`${name}: ${String(error)}`));
        }
        return failures;
      });
      expect(broken).toEqual([]);
    });

    it('[B6] a page has the same ID after a reload, each time, and keys that nobody can export', async () => {
      const alice = await stage.open('alice');
      const first = await hold(alice);
      expect(first).toEqual({ peerId: expect.stringMatching(/^[0-9a-f]{64}$/), persistent: true, code: '' });
      for (let reloads = 0; reloads < 3; reloads++) {
        await alice.reload();
        expect(await hold(alice)).toEqual(first);
      }
      const exported = await alice.evaluate(async () => {
        const record = (await conclave.indexedDbStorage().get('identity/main')) as { privateKey: CryptoKey };
        return crypto.subtle.exportKey('pkcs8', record.privateKey).then(
          () => 'exported',
          (error: unknown) => (error as Error).name,
        );
      });
      expect(exported).toBe('InvalidAccessError');

      await alice.evaluate(async () => {
        await held.release();
        await conclave.Identity.forget('main');
      });
      const next = await hold(alice);
      expect(next.persistent).toBe(true);
      expect(next.peerId).not.toBe(first.peerId);
    });

    it('[B6] a second tab is told that the identity is in use, or is somebody else for now', async () => {
      const alice = await stage.open('alice');
      const first = await hold(alice);
      const second = await stage.open('second tab', browser, alice);
      expect(await hold(second)).toMatchObject({ code: 'identity/in-use' });
      const other = await hold(second, 'ephemeral');
      expect(other).toMatchObject({ persistent: false, code: '' });
      expect(other.peerId).not.toBe(first.peerId);
      expect(await hold(second, 'reject', 'another')).toMatchObject({ persistent: true });
      await alice.page.close();
      expect(await hold(second)).toEqual(first);
    });

    it('[B6] who takes an identity over gets it, and the other tab learns of it and does not fight', async () => {
      const alice = await stage.open('alice');
      const aliceId = await connectAsHeld(alice, stage.url);
      const thief = await stage.open('second tab', browser, alice);
      expect(await hold(thief, 'steal')).toEqual({ peerId: aliceId, persistent: true, code: '' });
      const lost = () => alice.evaluate(() => held.lost.aborted && kit.codeOf(held.lost.reason));
      await until(async () => (await lost()) === 'identity/in-use', { within: 1000, what: 'the loss' });

      await thief.evaluate((to: string) => kit.connect(to, { identity: held }), stage.url);
      const state = () =>
        alice.evaluate(() => {
          const now = kit.keep.connection.state.get();
          return now.phase === 'closed' ? now.error?.code : now.phase;
        });
      await until(async () => (await state()) === 'rendezvous/replaced', { within: 2000, what: 'the end' });
      const again = await alice.evaluate(
        (to: string) => kit.connect(to, { identity: held }).catch((error: unknown) => kit.codeOf(error)),
        stage.url,
      );
      expect(again).toBe('identity/in-use');
      expect(await thief.evaluate(() => kit.keep.connection.state.get().phase)).toBe('connected');
    });

    it('[B6] two tabs that come for a new identity at once make one key', async () => {
      const alice = await stage.open('alice');
      const second = await stage.open('second tab', browser, alice);
      const both = await Promise.all([hold(alice, 'steal'), hold(second, 'steal')]);
      const ids = new Set(both.filter(({ code }) => code === '').map(({ peerId }) => peerId));
      expect(ids.size).toBe(1);
      const holders = await Promise.all(
        [alice, second].map((tab) => tab.evaluate(() => 'held' in globalThis && !held.lost.aborted)),
      );
      expect(holders.filter(Boolean)).toHaveLength(1);
      await second.page.close();
      await alice.reload();
      expect([...ids]).toEqual([(await hold(alice)).peerId]);
    });

    it('[B6] a pinned contact is recognised after a reload of both pages', async () => {
      const [alice, bob] = await Promise.all([stage.open('alice'), stage.open('bob')]);
      const bobId = await connectAsHeld(bob, stage.url);
      await publishCamera(bob);
      await connectKnowing(alice, stage.url, {});
      await alice.evaluate(async (id: PeerId) => {
        await known.pin('Bob', id, { persistent: true, verified: true });
      }, bobId);
      await Promise.all([alice.reload(), bob.reload()]);

      expect(await connectAsHeld(bob, stage.url)).toBe(bobId);
      await publishCamera(bob);
      await connectKnowing(alice, stage.url, { [bobId]: 'Bob' });
      expect(await play(alice, bobId, 'camera')).toBe('playing');
      await framesFlow(alice, bob);
      const contact = await alice.evaluate((id: PeerId) => {
        const name = known.nameOf(id);
        return {
          ...known.find(name!),
          check: known.check('Bob', id, true),
          asked: known.changes.get().length,
        };
      }, bobId);
      expect(contact).toEqual({ name: 'Bob', peerId: bobId, verified: true, check: 'known', asked: 0 });
    });

    it('[B6] another identity for a contact gets nothing until the user accepts it', async () => {
      const pages = [stage.open('alice'), stage.open('bob'), stage.open('mallory')] as const;
      const [alice, bob, mallory] = await Promise.all(pages);
      const bobId = (await hold(bob)).peerId as PeerId;
      const malloryId = await connectAsHeld(mallory, stage.url);
      await publishCamera(mallory);
      await connectKnowing(alice, stage.url, { [bobId]: 'Bob', [malloryId]: 'Bob' });
      const aliceId = await alice.evaluate(async (id: PeerId) => {
        await known.pin('Bob', id, { persistent: true });
        return kit.keep.connection.nearId;
      }, bobId);

      // From both sides: alice looks for Bob and is led to mallory, mallory plays what alice publishes.
      const changed: ErrorCode = 'identity/changed';
      expect(await play(alice, malloryId, 'camera')).toBe(changed);
      const intrusion = play(mallory, aliceId, 'own');
      await throughout(3000, async () => {
        expect(await totalReceived(mallory)).toEqual({ bytes: 0, packets: 0 });
        expect((await readTransports(alice)).flatMap(({ sending }) => sending)).toEqual([]);
        expect(await alice.evaluate(() => kit.keep.connection.links.get().size)).toBe(0);
      });
      expect(await intrusion).toMatch(/^peer\//);
      expect(await alice.evaluate(() => kit.keep.heard)).toEqual([]); // onPeerConnect was never called
      expect(await alice.evaluate(() => known.changes.get())).toEqual([
        { name: 'Bob', pinnedId: bobId, farId: malloryId },
      ]);

      await alice.evaluate((id: PeerId) => known.accept('Bob', id), malloryId);
      expect(await alice.evaluate(() => known.changes.get())).toEqual([]);
      expect(await play(mallory, aliceId, 'own')).toBe('playing');
      expect(await play(alice, malloryId, 'camera')).toBe('playing');
      await framesFlow(mallory, alice);
      await framesFlow(alice, mallory);
      expect(await alice.evaluate(() => kit.keep.heard)).toEqual([malloryId]);
    });

    it('[B6] somebody ephemeral in the place of a contact is unknown, never changed', async () => {
      const [alice, bob, charlie] = await Promise.all([
        stage.open('alice'),
        stage.open('bob'),
        stage.open('charlie'),
      ]);
      const bobId = (await hold(bob)).peerId as PeerId;
      const [charlieId] = await connectAll(stage, charlie);
      await publishCamera(charlie);
      await connectKnowing(alice, stage.url, { [charlieId]: 'Bob' });
      await alice.evaluate((id: PeerId) => known.pin('Bob', id, { persistent: true }), bobId);
      expect(await play(alice, charlieId, 'camera')).toBe('playing');
      const seen = await alice.evaluate(
        (id: PeerId) => ({ check: known.check('Bob', id, false), asked: known.changes.get().length }),
        charlieId,
      );
      expect(seen).toEqual({ check: 'unknown', asked: 0 });
    });

    it('[B6] an address book is exported, cleared, imported, and seen by every tab', async () => {
      const alice = await stage.open('alice');
      const second = await stage.open('second tab', browser, alice);
      const names = (tab: PagePeer) => tab.evaluate(() => known.contacts.get().map(({ name }) => name));
      for (const tab of [alice, second])
        await tab.evaluate(async () => void (globalThis.known = await conclave.KnownPeers.open()));
      await alice.evaluate(() => known.pin('Bob', 'b'.repeat(64) as never, { persistent: true }));
      await second.evaluate(() => known.pin('Charlie', 'c'.repeat(64) as never, { persistent: true }));
      for (const tab of [alice, second])
        await until(async () => (await names(tab)).join() === 'Bob,Charlie', {
          within: 2000,
          what: `both contacts in ${tab.name}`,
        });
      const text = await alice.evaluate(() => known.export());
      await alice.evaluate(() => known.clear());
      await until(async () => (await names(second)).length === 0, { within: 2000, what: 'nobody is left' });
      await second.reload();
      const report = await second.evaluate(async (exported: string) => {
        globalThis.known = await conclave.KnownPeers.open();
        const before = known.contacts.get().length;
        return { before, ...(await known.import(exported)) };
      }, text);
      expect(report).toEqual({ before: 0, added: 2, same: 0, conflicts: [] });
      await until(async () => (await names(alice)).join() === 'Bob,Charlie', {
        within: 2000,
        what: 'the import',
      });
    });
  });
});
