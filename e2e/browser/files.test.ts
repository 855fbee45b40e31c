import type { FileOffer, FileProgress, FileTransfer, PeerId } from '@conclave/core';

import type { PagePeer } from '../support/browser.js';
import { connectAll, play } from '../support/scene.js';
import { useStage } from '../support/stage.js';
import { standsStill, until } from '../support/wait.js';
import { describeIn } from '../support/where.js';

const MIB = 1024 * 1024;

/** What the functions of these tests leave for each other in a page. */
interface Left {
  /** The file that is sent, or the one that has come. */
  file: Blob;
  transfer: FileTransfer;
  offer: FileOffer;
  progress: FileProgress[];
  /** What became of `accept`: a code where it rejected. */
  taken: string;
  /** What became of the stream that the bytes went to. */
  target: 'open' | 'closed' | 'aborted';
  abort: AbortController;
}

declare global {
  var left: Left;
}

/** Offers a file of random bytes to everybody; one block comes again and again, and its length divides nothing. */
const offerFile = (peer: PagePeer, bytes: number) =>
  peer.evaluate((size: number) => {
    const parts = Array.from({ length: 16 }, () => crypto.getRandomValues(new Uint8Array(65_521)));
    const block = new Blob(parts);
    const blocks = Array.from({ length: Math.ceil(size / block.size) }, () => block);
    const file = new File([new Blob(blocks).slice(0, size)], 'a.bin', { type: 'application/x-test' });
    const progress: FileProgress[] = [];
    const onProgress = (one: FileProgress) => void progress.push(one);
    const transfer = kit.keep.outgoing['files']!.sendFile(file, { onProgress, metadata: { page: 7 } });
    Object.assign(globalThis, { left: { file, progress, transfer } });
  }, bytes);

/** Takes every file that comes, into a stream or, without one, as a Blob. */
const takeFiles = (peer: PagePeer, into: 'stream' | 'blob') =>
  peer.evaluate((how: string) => {
    kit.keep.incoming['files']!.onFile((offer) => {
      const parts: Blob[] = [];
      const mine: Partial<Left> = { offer, progress: [], target: 'open', abort: new AbortController() };
      Object.assign(globalThis, { left: mine });
      const to = new WritableStream<Uint8Array<ArrayBuffer>>({
        write: (chunk) => void parts.push(new Blob([chunk])),
        close: () => void (mine.target = 'closed'),
        abort: () => void (mine.target = 'aborted'),
      });
      const onProgress = (one: FileProgress) => void mine.progress!.push(one);
      const options = { onProgress, signal: mine.abort!.signal };
      offer.accept(how === 'stream' ? { ...options, to } : options).then(
        (blob) => Object.assign(mine, { file: blob ?? new Blob(parts), taken: 'whole' }),
        (error: unknown) => Object.assign(mine, { taken: kit.codeOf(error) }),
      );
    });
  }, into);

/** The witness: the SHA-256 of the list of the SHA-256 of each MiB of a file. */
const hashOf = (peer: PagePeer) =>
  peer.evaluate(async () => {
    const hashes: ArrayBuffer[] = [];
    for (let at = 0; at < left.file.size; at += 2 ** 20)
      hashes.push(
        await crypto.subtle.digest('SHA-256', await left.file.slice(at, at + 2 ** 20).arrayBuffer()),
      );
    const all = await crypto.subtle.digest('SHA-256', await new Blob(hashes).arrayBuffer());
    return [...new Uint8Array(all)].join(' ');
  });

const taken = (peer: PagePeer) => peer.evaluate(() => (left as Left | undefined)?.taken);
const statesAt = (peer: PagePeer) => peer.evaluate(() => [...left.transfer.peers.get().values()]);

/** Waits until a part of the file, and not all of it, has come. */
const moving = (peer: PagePeer) =>
  until(() => peer.evaluate(() => left.offer.state.get().phase === 'moving' && left.progress.length > 0), {
    within: 20_000,
    what: 'a file on its way',
  });

/** What has left on the lane of files, as the browser counts it. */
const bulkBytes = (peer: PagePeer) =>
  peer.evaluate(async () => {
    let sum = 0;
    for (const { pc } of witnessed)
      (await pc.getStats()).forEach((entry: Record<string, string | number>) => {
        if (entry['type'] === 'data-channel' && entry['label'] === 'bulk') sum += Number(entry['bytesSent']);
      });
    return sum;
  });

const cases = [
  { browser: 'chromium', mib: 256, into: 'stream' },
  { browser: 'firefox', mib: 16, into: 'blob' },
] as const;

for (const { browser, mib, into } of cases) {
  describeIn([browser], `files in ${browser}`, () => {
    const stage = useStage(browser);

    async function openLinked() {
      const [alice, bob] = await Promise.all([stage.open('alice'), stage.open('bob')]);
      const [aliceId, bobId] = await connectAll(stage, alice, bob);
      await alice.evaluate(() => {
        kit.keep.outgoing['files'] = kit.keep.connection.publish('files');
      });
      expect(await play(bob, aliceId, 'files')).toBe('playing');
      return { alice, bob, aliceId, bobId };
    }

    it(`[C16] ${mib} MiB cross, both ends see how far, a message passes them, and both hash the same`, async () => {
      const { alice, bob, aliceId, bobId } = await openLinked();
      await takeFiles(bob, into);
      await bob.evaluate(() => {
        kit.keep.incoming['files']!.handle('say', (text) =>
          kit.keep.heard.push([text, left.offer.state.get().phase]),
        );
      });

      await offerFile(alice, mib * MIB);
      await moving(bob);
      const outcome = await alice.evaluate(async (id: PeerId) => {
        const outcomes = await kit.keep.outgoing['files']!.send('say', 'hello').delivered;
        return outcomes.get(id);
      }, bobId);

      expect(outcome).toBe('delivered');
      expect(await bob.evaluate(() => kit.keep.heard)).toEqual([['hello', 'moving']]);
      await until(() => taken(bob), { within: 240_000, what: 'the whole file' });
      expect(await taken(bob)).toBe('whole');
      await until(async () => (await statesAt(alice))[0]?.phase === 'done', {
        within: 5000,
        what: 'the end of the file at its sender',
      });
      expect(await hashOf(bob)).toBe(await hashOf(alice));
      const { name, type, size, metadata } = await bob.evaluate(() => ({ ...left.offer }));
      expect({ name, type, size, metadata }).toEqual({
        ...{ name: 'a.bin', type: 'application/x-test', size: mib * MIB, metadata: { page: 7 } },
      });
      for (const [near, farId] of [
        [alice, bobId],
        [bob, aliceId],
      ] as const) {
        const progress = await near.evaluate(() => left.progress);
        const bytes = progress.map((one) => one.bytes);
        expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
        expect(bytes.length).toBeGreaterThan(10);
        expect(progress.at(-1)).toEqual({ farId, bytes: mib * MIB, size: mib * MIB });
      }
    }, 300_000);

    const ends = [
      {
        who: 'the sender takes it back',
        stop: ({ alice }: { alice: PagePeer }) => alice.evaluate(() => left.transfer.cancel()),
        codes: { near: 'file/cancelled', far: 'file/cancelled' },
      },
      {
        who: 'the receiver aborts it',
        stop: ({ bob }: { bob: PagePeer }) => bob.evaluate(() => left.abort.abort()),
        codes: { near: 'file/refused', far: 'usage/aborted' },
      },
    ];
    for (const { who, stop, codes } of ends) {
      it(`[C16] a file ends in the middle when ${who}: its target is aborted, the far end is told, the next one crosses`, async () => {
        const pages = await openLinked();
        const { alice, bob } = pages;
        await takeFiles(bob, 'stream');
        await offerFile(alice, 512 * MIB);
        await moving(bob);
        expect(await bulkBytes(alice)).toBeGreaterThan(0);

        await stop(pages);

        await until(() => taken(bob), { within: 5000, what: 'the end at the receiver' });
        expect(await taken(bob)).toBe(codes.far);
        expect(await bob.evaluate(() => left.target)).toBe('aborted');
        const failed = (code: string) => ({ phase: 'failed', code });
        expect(await bob.evaluate(() => left.offer.state.get())).toEqual(failed(codes.far));
        const told = async () => (await statesAt(alice))[0]?.phase === 'failed';
        await until(told, { within: 5000, what: 'the end at the sender' });
        expect(await statesAt(alice)).toEqual([failed(codes.near)]);
        await standsStill(() => bulkBytes(alice), { within: 1000, forMs: 1000, what: 'bytes of files' });

        await bob.evaluate(() => Object.assign(globalThis, { left: undefined }));
        await offerFile(alice, MIB);
        await until(() => taken(bob), { within: 10_000, what: 'the next file' });
        expect(await hashOf(bob)).toBe(await hashOf(alice));
      });
    }
  });
}
