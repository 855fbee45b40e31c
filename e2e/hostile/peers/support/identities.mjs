// What a hostile peer finds in her process as `hostile`: identities without end, each with links of her own making.
import * as protocol from '@conclave/protocol';
import wrtc from '@roamhq/wrtc';

import { Mallory, randomBytes } from '../../../node/support/mallory.mjs';
import { Crowd } from './crowd.mjs';
import { HostileLink } from './hostile-link.mjs';

export { HostileLink, protocol, randomBytes };

/** Where the functions of one test leave things for each other. @type {Record<string, any>} */
export const keep = {};

/** Everybody that she is in this test. @type {Set<Hostile | Crowd>} */
const everybody = new Set();

/** Ends all her identities and forgets what a test has left. */
export function leaveAll() {
  for (const one of everybody) one.leave();
  everybody.clear();
  for (const key of Object.keys(keep)) delete keep[key];
}

/** @typedef {import('./hostile-link.mjs').Offer} Offer */
/** @typedef {import('./hostile-link.mjs').Candidates} Candidates */

/** An identity of hers, registered at the rendezvous. */
export class Hostile extends Mallory {
  /** @type {Set<HostileLink>} */ #links = new Set();
  /** @type {Map<HostileLink, { resolve: (answer: any) => void, reject: (error: Error) => void }>} */ #waiting =
    new Map();
  /** @type {[string, Candidates][]} */ #early = [];
  /** Offers that nobody has taken. @type {[string, Offer][]} */ #offers = [];
  /** @type {((offer: [string, Offer]) => void) | undefined} */ #taker;

  /** Registers with a new key. @param {string} url @returns {Promise<Hostile>} */
  static async enter(url) {
    const self = /** @type {Hostile} */ (await this.join(url));
    self.onEnvelope = ({ from, message }) => self.#take(from, message);
    everybody.add(self);
    return self;
  }

  /** A transport to somebody. @param {string} farId */
  linkTo(farId) {
    const link = new HostileLink(this, farId);
    this.#links.add(link);
    return link;
  }

  /** The next offer of anybody. @returns {Promise<[string, Offer]>} */
  nextOffer() {
    const offer = this.#offers.shift();
    if (offer) return Promise.resolve(offer);
    return new Promise((resolve) => (this.#taker = resolve));
  }

  /** Answers the next offer. @param {import('./hostile-link.mjs').Lies} [lies] */
  async answerNext(lies) {
    const [from, offer] = await this.nextOffer();
    return this.linkTo(from).answer(offer, lies);
  }

  /** Rejects with the code by which the offer is refused. @param {HostileLink} link @returns {Promise<any>} */
  answerTo(link) {
    return new Promise((resolve, reject) => this.#waiting.set(link, { resolve, reject }));
  }

  /** A link of hers knows the session of its far end: candidates that came too early may be its own. */
  met() {
    for (const [from, candidates] of this.#early.splice(0)) this.#candidates(from, candidates);
  }

  /** Closes her transports and her socket. */
  leave() {
    for (const link of this.#links) link.close();
    this.close();
  }

  /** @param {string} from @param {import('@conclave/protocol').PeerMessage} message */
  #take(from, message) {
    if (message.kind === 'offer') {
      this.#offers.push([from, message]);
      const taker = this.#taker;
      this.#taker = undefined;
      const next = taker && this.#offers.shift();
      if (next) taker(next);
    } else if (message.kind === 'answer') {
      this.#waiter(message.offerSession)?.resolve(message);
    } else if (message.kind === 'refusal') {
      this.#waiter(message.offerSession)?.reject(new Error(message.code));
    } else if (message.kind === 'candidates') this.#candidates(from, message);
  }

  /** @param {Uint8Array} session */
  #waiter(session) {
    const link = [...this.#waiting.keys()].find((one) => same(one.session, session));
    const waiter = link && this.#waiting.get(link);
    if (link) this.#waiting.delete(link);
    return waiter;
  }

  /** @param {string} from @param {Candidates} message */
  #candidates(from, message) {
    const link = [...this.#links].find(({ far }) => far && same(far.session, message.session));
    if (link) void link.addCandidates(message);
    else this.#early.push([from, message]);
  }
}

/** @param {Uint8Array} some @param {Uint8Array} others */
const same = (some, others) => protocol.equalBytes(some, others);

/** Waits until a condition holds, 5 s at most. @param {() => unknown} condition */
export async function until(condition) {
  for (let left = 250; left > 0; left -= 1) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`not within 5 s: ${condition.toString()}`);
}

/**
 * Links with somebody as a new identity; both ends have proven themselves. The link is kept as `keep.link`.
 *
 * @param {string} url @param {string} farId @param {import('./hostile-link.mjs').Lies} [lies]
 */
export async function linkAnew(url, farId, lies) {
  const self = await Hostile.enter(url);
  const link = await self.linkTo(farId).offer(lies);
  await link.prove();
  await link.farProof;
  keep.link = link;
  return link;
}

/** Registers a few sockets for thousands of identities. @param {string} url @param {string} to @param {number} count */
export async function gather(url, to, count) {
  const crowd = await Crowd.gather(url, to, count);
  everybody.add(crowd);
  return crowd;
}

/** An offer as a browser would make it, of a transport that she does not have. */
export async function someOffer() {
  const pc = new wrtc.RTCPeerConnection();
  pc.createDataChannel('control', { negotiated: true, id: 0 });
  const { sdp = '' } = await pc.createOffer();
  pc.close();
  return () => ({
    kind: /** @type {const} */ ('offer'),
    session: randomBytes(16),
    commitment: randomBytes(32),
    revision: 1,
    sdp,
    plays: [],
  });
}
