// @ts-check
/**
 * Who links the participants of a call, and what it is told.
 *
 * @typedef {{ engine: 'conclave' | 'handWritten' | 'peerjs', options?: Record<string, unknown> }} Contender
 */
/** @typedef {import('./browser.mjs').Page} Page */
/** @typedef {{ urls: Record<string, string>, open: (host: string) => Promise<Page> }} Hosts */
/** @typedef {{ host: string, name: string, to?: readonly string[], camera?: object }} Person */

/** No two calls of a run have a name in common. */
let calls = 0;

/**
 * A call that people come to one after the other.
 *
 * @param {Hosts} hosts
 * @param {Contender} contender
 */
export function openCall({ urls, open }, { engine, options }) {
  const room = `call-${++calls}`;
  const nameOf = (/** @type {string} */ name) => `${room}-${name}`;
  /** @type {Page[]} */
  const pages = [];
  return {
    /** The name by which the others know somebody. */
    nameOf,
    /**
     * Opens the page of one who joins later, with a camera or without; `to` are those who are there, whom it links with.
     *
     * @param {Person} person
     */
    async openPerson({ host, name, to = [], camera }) {
      const page = await open(host);
      pages.push(page);
      if (camera) await page.call('openCamera', camera);
      const joining = {
        ...options,
        room,
        name: nameOf(name),
        to: to.map(nameOf),
      };
      return { page, join: () => page.call('join', engine, urls, joining) };
    },
    /** Everybody leaves. */
    async close() {
      await Promise.all(pages.map((page) => page.call('leave').catch(() => undefined)));
      for (const page of pages) await page.close();
    },
  };
}

/**
 * A call in which alice sends to everybody else, who come when they are asked to.
 *
 * @param {Hosts} hosts
 * @param {Contender} contender
 * @param {{ width: number, height: number, frameRate: number }} camera
 */
export async function startCallOfAlice(hosts, contender, camera) {
  const call = openCall(hosts, contender);
  const { page: alice, join } = await call.openPerson({ host: 'alice', name: 'alice', camera });
  await join();
  await alice.call('attach', ['audio', 'video']);
  /** @type {Page[]} */
  const subscribers = [];
  return {
    alice,
    subscribers,
    /** Opens the page of one more, who joins later. */
    async openSubscriber() {
      const name = `bob-${subscribers.length + 1}`;
      const subscriber = await call.openPerson({ host: 'others', name, to: ['alice'] });
      subscribers.push(subscriber.page);
      return subscriber;
    },
    close: () => call.close(),
  };
}
