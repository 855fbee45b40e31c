import {
  decodeDataFrame,
  type MessageFrame,
  type PeerId,
  type ResumeFrame,
  type Verdict,
} from '@conclave/protocol';

import { Conversation } from '../../src/data/conversation.js';
import type { Outcome } from '../../src/data/delivery.js';
import { MAX_OUTBOX_BYTES, MAX_OUTBOX_MESSAGES } from '../../src/logic/outbox.js';
import { turns } from './reports.js';
import { virtualLink, type Crossing, type VirtualLink } from './virtual-link.js';

/** What the far end does with a message: what waits is decided by the script. */
export type Fate = 'handled' | 'dropped' | 'waits';

/** A message as its sender remembers it. */
interface Said {
  readonly id: number;
  /** The life of the far end in which it was said, or for which the oldest link was built that it may have left by. */
  farLife: number;
  accepted: boolean;
  outcome: Outcome | undefined;
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`broken: ${what}`);
}

/** One end of a conversation. Whoever it is, it may forget everything at any time, as a page does that is loaded again. */
class Talker {
  conversation: Conversation;
  /** Raised whenever it forgets. */
  life = 0;
  link: VirtualLink | undefined;
  far!: Talker;
  /** Frames that were refused, and messages for which there was no room. */
  refused = 0;
  turnedAway = 0;
  lastId = 0;
  /** What is unsettled. */
  #open = { messages: 0, bytes: 0 };
  readonly #farLives = new WeakMap<VirtualLink, number>();
  readonly #left = new WeakSet<VirtualLink>();
  readonly #broken: string[] = [];
  /** Of this life. */
  said: Said[] = [];
  /** What was given up because the far end had forgotten. */
  readonly unknown = new Set<number>();
  readonly notSent = new Set<number>();
  /** What was taken off the line, and what was handled of it, by all lives. */
  readonly taken: number[] = [];
  readonly handled = new Set<number>();
  #mayBeUnknown = false;
  waiting: { readonly id: number; readonly decide: (is: 'handled' | 'dropped') => void }[] = [];
  readonly #farId: PeerId;
  readonly #at: 0 | 1;
  readonly #windowBytes: number;

  constructor(farId: PeerId, at: 0 | 1, windowBytes: number) {
    this.#farId = farId;
    this.#at = at;
    this.#windowBytes = windowBytes;
    this.conversation = this.#begin();
  }

  get #inbound(): Crossing[] | undefined {
    return this.link?.ends[this.#at].inbound;
  }

  say(fate: Fate, bytes: number): void {
    const size = Math.max(5, bytes);
    const open = this.#open;
    const fits = open.messages < MAX_OUTBOX_MESSAGES && open.bytes + size <= MAX_OUTBOX_BYTES;
    const id = this.lastId + 1;
    const payload = new Uint8Array(size);
    new DataView(payload.buffer).setUint32(0, id);
    payload[4] = FATES.indexOf(fate);
    const sent = this.conversation.send({ type: 'message', request: 1, payload, mayCross: () => true });
    check((sent !== undefined) === fits, 'the outbox takes 1,000 messages or 4 MiB, and no more');
    if (!sent) this.turnedAway += 1;
    if (!sent) return;
    this.lastId = id;
    const farLife = (this.link && this.#farLives.get(this.link)) ?? this.far.life;
    const said: Said = { id, farLife, accepted: false, outcome: undefined };
    this.said.push(said);
    open.messages += 1;
    open.bytes += size;
    void sent.accepted.then(() => (said.accepted = true));
    void sent.delivered.then((outcome) => {
      said.outcome = outcome;
      open.messages -= 1;
      open.bytes -= size;
      if (open === this.#open) this.#settled(said, outcome);
    });
  }

  /** Throws for what was found broken since. */
  verify(): void {
    const [first] = this.#broken;
    check(first === undefined, String(first));
  }

  /** A link was built to the far end as it is now. */
  built(link: VirtualLink): void {
    this.#farLives.set(link, this.far.life);
  }

  /** A link is the one from now on; what arrives on another one is not heard any more. */
  attach(link: VirtualLink): void {
    if (this.link === link || this.#left.has(link)) return;
    this.detach();
    this.link = link;
    const farLife = this.#farLives.get(link) ?? 0;
    for (const one of this.said) one.farLife = Math.min(one.farLife, farLife);
    this.conversation.attach(link.ends[this.#at].port);
  }

  /** The link is gone, for good. */
  detach(): void {
    if (this.link) this.#left.add(this.link);
    this.link = undefined;
    this.conversation.detach();
  }

  /** The conversation is over at this end: the far end is given up. What is unknown now is nobody's fault. */
  async end(): Promise<void> {
    this.#mayBeUnknown = true;
    this.conversation.end();
    await turns();
    check(
      this.said.every(({ accepted, outcome }) => accepted && outcome !== undefined),
      'the end of a conversation settles everything',
    );
    this.#mayBeUnknown = false;
    this.forget();
  }

  /** A new page: nothing of before is known, and nobody is left to be told. */
  forget(): void {
    this.life += 1;
    this.said = [];
    this.#open = { messages: 0, bytes: 0 };
    this.waiting = [];
    this.detach();
    this.conversation = this.#begin();
  }

  /** Lets a frame arrive: the first of the newest link brings that link up. False where there is none. */
  arrive(newest: VirtualLink | undefined): boolean {
    if (newest?.isAlive && newest.ends[this.#at].inbound.length > 0) this.attach(newest);
    const frame = this.#inbound?.shift();
    if (!frame) return false;
    const decoded = decodeDataFrame(frame.bytes);
    check(decoded.ok && decoded.value.type !== 'lossy', 'what is sent can be decoded');
    if (!decoded.ok) return false;
    const isTaken = this.conversation.received(decoded.value as MessageFrame | ResumeFrame);
    if (!isTaken) this.refused += 1;
    this.far.conversation.pump();
    return true;
  }

  /** Drops, doubles or swaps what is on its way. A `resume` keeps its place: it is the first frame of a line that keeps the order. */
  spoil(how: number): void {
    const wire = this.#inbound ?? [];
    const at = wire.findIndex(({ bytes }) => bytes[0] === 1) + (how % 3);
    const [one, other] = [wire[at], wire[at + 1]];
    if (!one || one.bytes[0] === RESUME) return;
    if (how % 7 < 3) wire.splice(at, 1);
    else if (how % 7 < 5) wire.splice(at, 0, one);
    else if (other && other.bytes[0] !== RESUME) wire.splice(at, 2, other, one);
  }

  /** Something that waits has found its handler, or never will. */
  decide(which: number, is: 'handled' | 'dropped'): void {
    const [one] = this.waiting.splice(which % Math.max(1, this.waiting.length), 1);
    if (!one) return;
    if (is === 'handled') this.#handle(one.id);
    one.decide(is);
  }

  #begin(): Conversation {
    const { life } = this;
    return new Conversation(this.#farId, {
      pacer: () => ({ windowBytes: () => this.#windowBytes, allowance: () => Infinity, sent: () => {} }),
      deliver: (_, { payload }, decide) => {
        check(life === this.life, 'a conversation that is over hands nothing over');
        return this.#take(payload, decide);
      },
      wake: () => {},
      reborn: () => {},
    });
  }

  #take(payload: Uint8Array, decide: (is: 'handled' | 'dropped') => void): Verdict['is'] {
    const id = new DataView(payload.buffer, payload.byteOffset).getUint32(0);
    const fate = FATES[payload[4] ?? 0] ?? 'handled';
    check(id > (this.taken.at(-1) ?? 0), `message ${id} after ${this.taken.at(-1)}: twice, or out of order`);
    check(!this.far.unknown.has(id), 'what was given up as unknown is not told to who forgot');
    this.taken.push(id);
    if (fate === 'handled') this.#handle(id);
    else if (fate === 'waits') this.waiting.push({ id, decide });
    return fate;
  }

  #handle(id: number): void {
    check(!this.far.notSent.has(id), 'what is not-sent is never handled');
    this.handled.add(id);
  }

  #settled({ id, farLife }: Said, outcome: Outcome): void {
    const isHandled = this.far.handled.has(id);
    const isExcused = this.#mayBeUnknown || farLife !== this.far.life;
    if (outcome === 'delivered' && !isHandled) this.#broken.push(`${id} is delivered, and was not handled`);
    if (outcome === 'not-sent' && isHandled) this.#broken.push(`${id} is not-sent, and was handled`);
    if (outcome === 'unknown' && !isExcused)
      this.#broken.push(`${id} is unknown, and nobody has forgotten it`);
    if (outcome === 'not-sent') this.notSent.add(id);
    if (outcome === 'unknown' && !this.#mayBeUnknown) this.unknown.add(id);
  }
}

const FATES: readonly Fate[] = ['handled', 'dropped', 'waits'];
const RESUME = 7;

/** Two peers that talk over one link after the other, on a network that kills links when it likes. */
export class VirtualPair {
  readonly talkers: readonly [Talker, Talker];
  readonly #ids: readonly [PeerId, PeerId];
  newest: VirtualLink | undefined;

  constructor(ids: readonly [PeerId, PeerId], windowBytes: number) {
    this.#ids = ids;
    this.talkers = [new Talker(ids[1], 0, windowBytes), new Talker(ids[0], 1, windowBytes)];
    [this.talkers[0].far, this.talkers[1].far] = [this.talkers[1], this.talkers[0]];
  }

  /** A new link is there; each end takes it when it does. */
  build(): VirtualLink {
    this.newest?.kill();
    const link = virtualLink(this.#ids);
    this.newest = link;
    for (const one of this.talkers) one.built(link);
    return link;
  }

  /** A new link is there, and both ends take it. */
  connect(): VirtualLink {
    const link = this.build();
    for (const one of this.talkers) one.attach(link);
    return link;
  }

  /** A link that nothing happens to: everything that is owed arrives, and everything that waits is decided. */
  async calm(): Promise<void> {
    const link = this.connect();
    for (let quiet = 0; quiet < 3; quiet += 1) {
      for (const one of this.talkers) {
        while (one.arrive(link)) quiet = 0;
        while (one.waiting.length > 0) one.decide(0, 'handled');
      }
      await turns();
      jest.advanceTimersByTime(6);
    }
    for (const one of this.talkers) one.verify();
    for (const { said } of this.talkers)
      for (const { id, accepted, outcome } of said)
        check(accepted && outcome !== undefined, `${id} is lost: accepted ${accepted}, ${outcome}`);
  }
}
