import type { ConnectOptions, PeerId } from '@conclave/core';

import { close, useRendezvous, type Restartable } from './acts.js';
import type { PagePeer } from './browser.js';
import type { Peer } from './peer.js';
import { useStage, type Stage } from './stage.js';
import { until } from './wait.js';
import { describeIn, type BrowserName } from './where.js';

/** What one peer was told, by object: `connection`, a stream as `camera`, one subscription as `camera of bob`. */
export type Transcript = Readonly<Record<string, readonly string[]>>;

/** Peers of one rendezvous, and the names by which a transcript calls them. */
class Company {
  readonly #url: string;
  readonly #names = new Map<PeerId, string>();
  readonly #ids = new Map<Peer, PeerId>();

  constructor(url: string) {
    this.#url = url;
  }

  /** The ID of a peer that is connected. */
  id(peer: Peer): PeerId {
    return this.#ids.get(peer)!;
  }

  /** Connects a peer, in place of the connection that it may have had. */
  async connect(peer: Peer, options: Partial<ConnectOptions> = {}): Promise<void> {
    const id = await peer.evaluate(
      async (url: string, more: Partial<ConnectOptions>) => {
        const nearId = await kit.connect(url, more);
        // `Connect.Success` is told in a later turn: what a scenario does comes behind it.
        while (kit.keep.statuses.length === 0) await new Promise((resolve) => setTimeout(resolve));
        return nearId;
      },
      this.#url,
      options,
    );
    this.#ids.set(peer, id);
    this.#names.set(id, peer.name);
  }

  /** What a peer was told, in its order for each object; one line is `[error] code [why]`. */
  async transcriptOf(peer: Peer): Promise<Transcript> {
    const transcript: Record<string, string[]> = {};
    for (const { code, level, stream, farId, error } of await peer.evaluate(() => kit.keep.statuses)) {
      const far = farId && ` of ${this.#names.get(farId) ?? 'nobody'}`;
      const object = stream === undefined ? 'connection' : `${stream}${far ?? ''}`;
      const line = [...(level === 'error' ? ['error'] : []), code, ...(error ? [error] : [])].join(' ');
      (transcript[object] ??= []).push(line);
    }
    return transcript;
  }

  /** Waits until the last thing told of an object is this one. */
  async told(peer: Peer, object: string, line: string, withinMs = 10_000): Promise<void> {
    const last = async () => {
      const transcript = await this.transcriptOf(peer);
      return transcript[object]?.at(-1) === line || Promise.reject(new Error(JSON.stringify(transcript)));
    };
    await until(last, { within: withinMs, what: `${peer.name} is told of ${object}: ${line}` });
  }
}

/** What happens, and exactly what each of those who take part is told, in any browser. */
export interface Scenario {
  readonly title: string;
  /** Plays it to the end: when it is over all connections are closed, so that nothing more can be told. */
  run(cast: Cast): Promise<void>;
  readonly told: Readonly<Partial<Record<Actor, Transcript>>>;
  /** Whether alice connects with the option `strict`. */
  readonly strict?: boolean;
}

/** Who takes part, each in a page. */
type Actor = 'alice' | 'bob' | 'charlie';
/** The pages, connected, one for each name in `told`. */
type Cast = Record<Actor, PagePeer> & {
  readonly company: Company;
  readonly rendezvous: Restartable;
  readonly stage: Stage;
};

/** What everybody is told who connects and closes. */
export const connection = ['NetConnection.Connect.Success', 'NetConnection.Connect.Closed'];
/** Of a stream that is published and unpublished. */
export const published = ['NetStream.Publish.Start', 'NetStream.Unpublish.Success'];
/** Of a subscription: granted. */
export const SUCCESS = 'NetStream.Connect.Success';
/** Of a stream that is played: granted. */
export const START = 'NetStream.Play.Start';

/** Of a stream that is not played after all, and why. */
export const notPlayed = (why: string) => [
  `error NetStream.Play.Failed ${why}`,
  `NetStream.Play.Stop ${why}`,
];
/** Of a stream that is played until its publisher closes it. */
export const unpublishedAt = [
  START,
  'NetStream.Play.UnpublishNotify stream/closed',
  'NetStream.Play.Stop stream/closed',
];
/** Of a stream that is played until its subscriber closes it. */
export const stoppedBySubscriber = [START, 'NetStream.Play.Stop stream/unsubscribed'];
/** Of a subscription that its subscriber ends. */
export const unsubscribed = [SUCCESS, 'NetStream.Connect.Closed stream/unsubscribed'];
/** The end of it. */
export const UNSUBSCRIBED = 'NetStream.Connect.Closed stream/unsubscribed';

/** Bob closes, alice hears of it and closes. */
export async function bothClose({ alice, bob, company }: Cast, ...heard: readonly string[]): Promise<void> {
  await close(bob);
  if (heard.length > 0) await company.told(alice, heard[0]!, heard[1]!);
  await close(alice);
}

/** Firefox reports a socket that cannot be opened as an error that nobody caught: takes those out, and only those. */
function takeSocketErrors(page: PagePeer): void {
  expect(
    page.takeErrors().filter((error) => !/establish a connection to the server at ws:/.test(error)),
  ).toEqual([]);
}

/** Registers scenarios with Jest, each in Chromium and in Firefox: both are held to the same words, and so to each other. */
export function tellTheSame(scenarios: readonly Scenario[]): void {
  describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browser) => {
    describeIn([browser], 'transcripts', () => {
      const stage = useStage(browser);
      const rendezvous = useRendezvous();

      it.each(scenarios)('[C15] status codes and their order: $title', async ({ run, told, strict }) => {
        const company = new Company(rendezvous.url);
        const names = Object.keys(told) as Actor[];
        const pages = await Promise.all(names.map((name) => stage.open(name)));
        const [alice] = pages;
        await Promise.all(
          pages.map((page) => company.connect(page, { strict: strict === true && page === alice })),
        );
        const cast = Object.fromEntries(pages.map((page) => [page.name, page])) as Record<Actor, PagePeer>;

        await run({ ...cast, company, rendezvous, stage });

        for (const page of pages) takeSocketErrors(page);
        const transcripts = await Promise.all(pages.map((page) => company.transcriptOf(page)));
        expect(Object.fromEntries(names.map((name, index) => [name, transcripts[index]]))).toEqual(told);
      });
    });
  });
}
