import { EMPTY_ROOM, isMember, nextMembership, type MembershipEvent } from '../../src/logic/membership.js';
import { isLinked } from '../../src/logic/participant-state.js';

/** What crosses a link, or tells of its end; in order from one peer to another. */
type Signal = 'play' | 'granted' | 'unplay' | 'ended' | 'bye' | 'lost' | 'unreachable';

interface Timer {
  readonly atMs: number;
  readonly of: string;
  run(): void;
}

const DEADLINE_MS = 30_000;

/** A peer as the shell makes it around the reducer: control streams, timers, no more. */
class VirtualPeer {
  membership = EMPTY_ROOM;
  /** Whose control streams it hears, and who was granted its own. */
  readonly hears = new Set<string>();
  readonly granted = new Set<string>();
  readonly waiting = new Set<string>();
  joined = true;
  alive = true;
  readonly #trying = new Set<string>();

  constructor(
    readonly name: string,
    readonly world: World,
  ) {}

  take(event: MembershipEvent): void {
    if (!this.joined || !this.alive) return;
    const before = this.membership;
    const [next, effects] = nextMembership(before, event);
    this.membership = next;
    for (const [peerId, { stay }] of before.seats) {
      const seat = next.seats.get(peerId);
      if (seat?.stay !== stay || seat.state.phase === 'left') this.stop(peerId);
    }
    for (const effect of effects) {
      const { peerId } = effect;
      this.stop(peerId, effect.do === 'retry');
      if (effect.do === 'retry') {
        this.world.after(effect.delayMs, this.name + peerId, () => this.take({ type: 'due', peerId }));
      } else {
        this.#trying.add(peerId);
        this.world.send(this.name, peerId, 'play');
        this.world.after(DEADLINE_MS, this.name + peerId, () => {
          if (!isLinked(this.membership.seats.get(peerId)?.state ?? { phase: 'left' })) this.fail(peerId);
        });
        this.judge(peerId);
      }
    }
    for (const from of [...this.waiting]) this.admit(from);
  }

  receive(from: string, signal: Signal): void {
    if (!this.alive) return;
    if (signal === 'play') {
      this.waiting.add(from);
      this.admit(from);
    } else if (signal === 'granted' && this.#trying.has(from)) {
      this.hears.add(from);
      this.judge(from);
    } else if (signal === 'unplay') {
      this.waiting.delete(from);
      if (this.granted.delete(from)) this.fail(from);
    } else if (signal === 'bye' && this.hears.has(from)) {
      this.take({ type: 'bye', peerId: from });
    } else if (signal === 'ended' && this.hears.delete(from)) {
      this.fail(from);
    } else if (signal === 'lost' || signal === 'unreachable') {
      const had = [this.hears, this.granted, this.#trying].map((set) => set.delete(from));
      this.waiting.delete(from);
      if (had.includes(true)) this.fail(from);
    }
  }

  leave(): void {
    for (const far of this.granted) this.world.send(this.name, far, 'bye');
    for (const far of new Set([...this.hears, ...this.granted, ...this.#trying])) this.stop(far);
    this.joined = false;
    this.membership = EMPTY_ROOM;
  }

  fail(peerId: string): void {
    this.take({ type: 'failed', peerId, code: 'peer/lost' });
  }

  admit(from: string): void {
    if (!this.joined || !this.waiting.has(from) || !isMember(this.membership, from)) return;
    this.waiting.delete(from);
    this.take({ type: 'knock', peerId: from });
    this.granted.add(from);
    this.world.send(this.name, from, 'granted');
    this.judge(from);
  }

  judge(far: string): void {
    const [hears, isHeard] = [this.hears.has(far), this.granted.has(far)];
    if (hears && isHeard) this.take({ type: 'up', peerId: far });
    else if (hears || isHeard) this.take({ type: 'met', peerId: far });
  }

  stop(far: string, dismiss = true): void {
    this.world.cancel(this.name + far);
    this.hears.delete(far);
    if (this.#trying.delete(far)) this.world.send(this.name, far, 'unplay');
    if (dismiss && this.granted.delete(far)) this.world.send(this.name, far, 'ended');
  }
}

/** Peers, their links and a rendezvous, on a virtual clock; what is on its way arrives in any order, but in order from one to another. */
export class World {
  readonly peers = new Map<string, VirtualPeer>();
  readonly #channels = new Map<string, (() => void)[]>();
  readonly #random: () => number;
  #members: { peerId: string; order: number }[] = [];
  #arrivals = 0;
  #timers: Timer[] = [];
  #nowMs = 0;

  constructor(seed: number) {
    let state = seed >>> 0;
    this.#random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  }

  /** Those who are in the room and run. */
  get inside(): readonly VirtualPeer[] {
    return [...this.peers.values()].filter(({ joined, alive }) => joined && alive);
  }

  join(name: string): void {
    const peer = this.peers.get(name);
    if (peer && !peer.alive) return;
    if (peer) peer.joined = true;
    else this.peers.set(name, new VirtualPeer(name, this));
    this.#enter(name);
  }

  leave(name: string): void {
    this.peers.get(name)?.leave();
    this.#exit(name);
  }

  /** The process is gone; the others find out, each in its time, and so does the rendezvous. */
  crash(name: string): void {
    const peer = this.peers.get(name);
    if (!peer?.alive) return;
    peer.alive = false;
    for (const far of this.peers.keys())
      if (far !== name) this.#put(`${name}>${far}`, () => this.#lost(name, far));
    this.#put(`server?${name}`, () => this.#exit(name));
  }

  /** The path between two peers breaks: both find out. */
  cut(one: string, other: string): void {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      this.#channels.delete(`${from}>${to}`);
      this.#put(`${from}>${to}`, () => this.#lost(from, to));
    }
  }

  /** The rendezvous comes back without memory: everybody enters again. */
  restart(): void {
    this.#members = [];
    this.#arrivals = 0;
    for (const { name } of this.inside)
      this.#put(`server?${name}`, () => this.peers.get(name)?.joined && this.#enter(name));
  }

  send(from: string, to: string, signal: Signal): void {
    if (this.peers.get(to)?.alive)
      this.#put(`${from}>${to}`, () => this.peers.get(to)?.receive(from, signal));
    else if (signal === 'play')
      this.#put(`${to}>${from}`, () => this.peers.get(from)?.receive(to, 'unreachable'));
  }

  after(delayMs: number, of: string, run: () => void): void {
    this.cancel(of);
    this.#timers.push({ atMs: this.#nowMs + delayMs, of, run });
  }

  cancel(of: string): void {
    this.#timers = this.#timers.filter((timer) => timer.of !== of);
  }

  /** Lets some of what is on its way arrive. */
  run(steps: number): void {
    for (let step = 0; step < steps; step++) if (!this.#deliver()) return;
  }

  /** Lets everything arrive, and time pass until nothing is left to come. False where that does not end. */
  settle(): boolean {
    for (let step = 0; step < 50_000; step++) {
      if (this.#deliver()) continue;
      const [next] = this.#timers.sort((a, b) => a.atMs - b.atMs);
      if (!next || this.inside.every((peer) => this.isComplete(peer))) return true;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#nowMs = next.atMs;
      next.run();
    }
    return false;
  }

  /** Whether a peer sees everybody who is inside as present, and nobody else at all. */
  isComplete({ name, membership }: VirtualPeer): boolean {
    const others = this.inside.filter((peer) => peer.name !== name);
    const seats = [...membership.seats.values()];
    return (
      seats.filter(({ shown }) => shown).length === others.length &&
      others.every((peer) => membership.seats.get(peer.name)?.state.phase === 'present')
    );
  }

  #lost(from: string, to: string): void {
    this.peers.get(to)?.receive(from, 'lost');
  }

  #enter(name: string): void {
    this.#members = [
      ...this.#members.filter(({ peerId }) => peerId !== name),
      { peerId: name, order: this.#arrivals++ },
    ];
    this.#tell();
  }

  #exit(name: string): void {
    this.#members = this.#members.filter(({ peerId }) => peerId !== name);
    this.#tell();
  }

  #tell(): void {
    for (const { name } of this.inside) {
      if (!this.#members.some(({ peerId }) => peerId === name)) continue;
      const members = this.#members.filter(({ peerId }) => peerId !== name);
      this.#put(`server>${name}`, () => this.peers.get(name)?.take({ type: 'list', members }));
    }
  }

  #put(channel: string, action: () => void): void {
    this.#channels.set(channel, [...(this.#channels.get(channel) ?? []), action]);
  }

  #deliver(): boolean {
    const open = [...this.#channels].filter(([, actions]) => actions.length > 0);
    const chosen = open[Math.floor(this.#random() * open.length)];
    if (!chosen) return false;
    const [channel, [action, ...rest]] = chosen;
    this.#channels.set(channel, rest);
    action?.();
    return true;
  }
}
