import fc from 'fast-check';

import { emptyInbox, judgeCounter, take, type Inbox } from '../../src/logic/inbox.js';
import {
  acknowledge,
  emptyOutbox,
  enqueue,
  MAX_OUTBOX_BYTES,
  MAX_OUTBOX_MESSAGES,
  takeNext,
  type Outbox,
} from '../../src/logic/outbox.js';
import { toList } from '../../src/logic/queue.js';

interface Frame {
  readonly counter: number;
  readonly item: number;
}

/** Alice's end, bob's end, and a wire between them on which somebody doubles, drops, swaps and forges. */
class Scene {
  outbox: Outbox<number> = emptyOutbox();
  inbox: Inbox = emptyInbox;
  /** What alice said, by its place; what she put on the wire; what bob handled; what she was told is delivered. */
  readonly said: { item: number; bytes: number }[] = [];
  readonly handled: number[] = [];
  readonly settled: number[] = [];
  sent = 0;
  wire: Frame[] = [];
  gaps = 0;

  say(bytes: number): void {
    const owed = this.said.slice(this.settled.length);
    const fits =
      owed.length < MAX_OUTBOX_MESSAGES &&
      owed.reduce((sum, one) => sum + one.bytes, bytes) <= MAX_OUTBOX_BYTES;
    const outbox = enqueue(this.outbox, this.said.length + 1, bytes);
    check((outbox !== undefined) === fits, 'the bound of the outbox');
    if (!outbox) return;
    this.outbox = outbox;
    this.said.push({ item: this.said.length + 1, bytes });
  }

  send(): void {
    const taken = takeNext(this.outbox);
    if (!taken) {
      const isIdle = this.sent === this.said.length;
      check(isIdle || this.sent > this.settled.length, 'what waits goes out where nothing is on its way');
      return;
    }
    const [outbox, frame] = taken;
    this.outbox = outbox;
    this.sent += 1;
    check(frame.counter === this.sent && frame.item === this.sent, 'frames go out in order, each once');
    this.wire.push(frame);
  }

  arrive(at: number): void {
    const [frame] = this.wire.splice(at % Math.max(1, this.wire.length), 1);
    if (!frame) return;
    const judged = judgeCounter(this.inbox, frame.counter);
    const known = this.handled.includes(frame.counter);
    const expected = frame.counter === this.handled.length + 1 ? 'next' : known ? 'copy' : 'gap';
    check(
      judged === expected || frame.counter <= 0,
      `${frame.counter} after ${this.inbox.counter} is ${judged}`,
    );
    if (judged === 'gap') this.gaps += 1;
    if (judged !== 'next') return;
    this.inbox = take(this.inbox, 'handled');
    this.handled.push(this.inbox.counter);
  }

  hear(counter: number): void {
    const before = this.outbox;
    const [outbox, settled] = acknowledge(before, counter);
    const due = Math.max(0, Math.min(counter, this.sent) - this.settled.length);
    check(settled.length === due, 'an acknowledgement settles what was sent up to it');
    check(settled.length > 0 || outbox === before, 'one that says nothing new changes nothing');
    for (const { item } of settled) {
      check(item === this.settled.length + 1, 'messages are settled in order, each once');
      this.settled.push(item);
    }
    this.outbox = outbox;
  }

  /** What must hold at any time. */
  verify(): void {
    const { sent, waiting, count, bytes } = this.outbox;
    const owed = this.said.slice(this.settled.length);
    const held = [...toList(sent), ...toList(waiting)];
    check(sent.size === this.sent - this.settled.length, 'what is on its way is counted');
    check(count === owed.length, 'messages are counted');
    check(held.length === owed.length, 'nothing is lost or doubled');
    check(
      held.every(({ item }, index) => item === owed[index]?.item),
      'the order is kept',
    );
    check(bytes === owed.reduce((sum, one) => sum + one.bytes, 0), 'bytes are counted');
    check(sent.size <= MAX_OUTBOX_MESSAGES / 4, 'what is on its way is bounded');
    check(
      this.handled.every((counter, index) => counter === index + 1),
      'bob handles 1, 2, 3 and no other',
    );
  }
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`broken: ${what}`);
}

/** What a number makes happen; whole numbers that no honest end would say come now and then. */
function act(scene: Scene, code: number): void {
  const [kind, value] = [code % 16, code >> 4];
  const odd = [0, -1, 2 ** 31, Number.MAX_SAFE_INTEGER, scene.said.length + 1][value % 5] ?? 0;
  if (kind < 4) scene.say(value);
  else if (kind < 7) scene.send();
  else if (kind < 9) scene.arrive(0);
  else if (kind === 9) scene.hear(scene.inbox.counter);
  else if (kind === 10) scene.arrive(value);
  else if (kind === 11) scene.wire = [...scene.wire, ...scene.wire.slice(0, 2)];
  else if (kind === 12) scene.wire = scene.wire.slice(1);
  else if (kind === 13) scene.wire = [{ counter: odd, item: 0 }, ...scene.wire];
  else if (kind === 14) scene.hear(odd);
  else if (value < 255) scene.say(MAX_OUTBOX_BYTES / 8);
  else for (let count = 0; count <= MAX_OUTBOX_MESSAGES; count += 1) scene.say(1);
}

/** Plays scripts with a hostile wire; says how many of them saw a gap, and how many filled the outbox. */
export function fuzzInbox(runs: number, seed: number): { readonly gaps: number; readonly full: number } {
  const seen = { gaps: 0, full: 0 };
  const scripts = fc.array(fc.nat(0xfff), { minLength: 1, maxLength: 48, size: 'max' });
  fc.assert(
    fc.property(scripts, (script) => {
      const scene = new Scene();
      for (const code of script) act(scene, code);
      scene.verify();
      if (scene.gaps > 0) seen.gaps += 1;
      if (scene.said.length >= MAX_OUTBOX_MESSAGES) seen.full += 1;
    }),
    { seed, numRuns: runs },
  );
  return seen;
}
