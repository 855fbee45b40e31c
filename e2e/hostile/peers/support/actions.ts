import type { PeerId } from '@conclave/core';

import { linksOf } from '../../../node/support/actions.js';
import type { Peer } from '../../../support/peer.js';
import { until } from '../../../support/wait.js';
import type { Siege } from './siege.js';

/** Mallory links with bob, honestly so far; both have proven themselves. Her link is kept as `hostile.keep.link`. */
export async function linkToBob(siege: Siege): Promise<PeerId> {
  const malloryId = await siege.mallory.evaluate(
    async (url: string, bobId: PeerId) => (await hostile.linkAnew(url, bobId)).nearId,
    siege.url,
    siege.bobId,
  );
  await until(async () => (await linksOf(siege.bob)).includes(malloryId), {
    within: 5_000,
    what: 'bob has a link to mallory',
  });
  return malloryId;
}

/** Lies that travel to mallory as text. */
interface TextLies {
  /** What she makes of her description before she tells it. */
  readonly own?: (sdp: string) => string;
  /** What she makes of the far description before her browser sees it. */
  readonly theirs?: (sdp: string) => string;
  /** What she does once all lanes are open, instead of proving herself and granting the play. */
  readonly perform?: (link: InstanceType<typeof hostile.HostileLink>, request: number) => unknown;
  readonly media?: boolean;
}

/**
 * Bob plays the stream `show` of mallory and registers the handler `say`; she answers as she is told. Resolves with
 * what came of it at bob: `playing`, or a code.
 */
export async function bobPlaysMallory(siege: Siege, lies: TextLies = {}): Promise<string> {
  const { own, theirs, perform, media = true } = lies;
  const malloryId = await siege.mallory.evaluate(
    async (url: string, texts: (string | undefined)[]) => {
      type Link = InstanceType<typeof hostile.HostileLink>;
      const [ownLie, theirLie, act] = texts.map((text) => text && (0, eval)(`(${text})`)) as [
        ((sdp: string) => string) | undefined,
        ((sdp: string) => string) | undefined,
        ((link: Link, request: number) => unknown) | undefined,
      ];
      const self = await hostile.Hostile.enter(url);
      hostile.keep['done'] = (async () => {
        const link = await self.answerNext({
          ...(ownLie && { own: ownLie }),
          ...(theirLie && { theirs: theirLie }),
        });
        hostile.keep['link'] = link;
        const { request } = link.farPlays[0]!;
        await link.opened;
        if (act) {
          await act(link, request);
          return;
        }
        await link.prove();
        link.say({ t: 'granted', request });
      })().catch(() => undefined);
      return self.peerId;
    },
    siege.url,
    [own, theirs, perform].map((lie) => lie?.toString()),
  );
  return siege.bob.evaluate(
    (id: PeerId, withMedia: boolean) => {
      const show = kit.keep.connection.play(id, 'show', { media: withMedia, playBack: withMedia });
      kit.keep.incoming['show'] = show;
      show.handle('say', (...args) => kit.keep.heard.push(args));
      return show.ready.then(
        () => 'playing',
        (error: unknown) => kit.codeOf(error),
      );
    },
    malloryId,
    media,
  );
}

/** What an attack may leave on a heap: less than a hundredth of what is thrown at it. */
const MAX_GROWTH_BYTES = 1024 * 1024;

/** Weighs a peer's heap; the function that it gives waits until the heap has come back to that weight, within 1 MiB. */
export async function heapOf(peer: Peer): Promise<() => Promise<void>> {
  const weigh = () =>
    peer.evaluate(() => {
      process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc');
      const collect = process.getBuiltinModule('node:vm').runInNewContext('gc') as () => void;
      collect();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    });
  const before = await weigh();
  return async () => {
    let grown = 0;
    await until(async () => (grown = (await weigh()) - before) < MAX_GROWTH_BYTES, {
      within: 5_000,
      what: `the heap has grown by ${grown} bytes`,
    });
  };
}
