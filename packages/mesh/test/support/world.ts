import type { PeerId } from '@conclave/protocol';

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

/** A peer as the shell makes it around the reducer: control streams, timers, no more. Plays are numbered, as core does. */
class VirtualPeer {
  readonly name: PeerId;
  readonly world: World;
  membership = EMPTY_ROOM;
  joined = true;
  alive = true;
  /** By peer: the play that is asked of it, that it granted, that it was granted, that waits for a member list. */
  readonly #asked = new Map<PeerId, number>();
  readonly #heard = new Map<PeerId, number>();
  readonly #granted = new Map<PeerId, number>();
  readonly #waiting = new Map<PeerId, number>();
  #plays = 0;

  constructor(name: PeerId, world: World) {
    this.name = name;
    this.world = world;
  }

  take(event: MembershipEvent): void {
    if (!this.joined || !this.alive) return;
    const before = this.membership;
    const [next, effects] = nextMembership(before, event);
    this.membership = next;
    for (const [peerId, { stay }] of before.seats) {
      const seat = next.seats.get(peerId);
      if (!seat || seat.state.phase === 'left') this.#stop(peerId);
      else if (seat.stay !== stay) this.#unplay(peerId);
    }
    for (const effect of effects) {
      const { peerId } = effect;
      if (effect.do === 'try') this.#try(peerId);
      else {
        this.#unplay(peerId);
        this.world.after(effect.delayMs, this.name + peerId, () => this.take({ type: 'due', peerId }));
      }
    }
    for (const from of [...this.#waiting.keys()]) this.#admit(from);
  }

  receive(from: PeerId, signal: Signal, play: number): void {
    if (!this.alive) return;
    if (signal === 'play') {
      this.#waiting.set(from, play);
      this.#admit(from);
    } else if (signal === 'granted' && this.#asked.get(from) === play) {
      this.#heard.set(from, play);
      this.#judge(from);
    } else if (signal === 'unplay') {
      if (this.#waiting.get(from) === play) this.#waiting.delete(from);
      if (this.#granted.get(from) === play && this.#granted.delete(from)) this.#unheard(from);
    } else if (signal === 'bye' && this.#heard.has(from)) {
      this.take({ type: 'bye', peerId: from });
    } else if (signal === 'ended' && this.#asked.get(from) === play) {
      this.#fail(from);
    } else if (signal === 'lost' || signal === 'unreachable') {
      this.#waiting.delete(from);
      this.#heard.delete(from);
      if (this.#asked.delete(from)) this.#fail(from);
      if (this.#granted.delete(from)) this.#unheard(from);
    }
  }

  leave(): void {
    for (const far of this.#granted.keys()) this.world.send(this.name, far, 'bye');
    for (const far of new Set([...this.#granted.keys(), ...this.#asked.keys()])) this.#stop(far);
    this.joined = false;
    this.membership = EMPTY_ROOM;
  }

  #try(peerId: PeerId): void {
    this.#unplay(peerId);
    this.#asked.set(peerId, ++this.#plays);
    this.world.send(this.name, peerId, 'play', this.#plays);
    this.world.after(DEADLINE_MS, this.name + peerId, () => {
      const seat = this.membership.seats.get(peerId);
      if (seat && !isLinked(seat.state)) this.#fail(peerId);
    });
    this.#judge(peerId);
  }

  #fail(peerId: PeerId): void {
    this.take({ type: 'failed', peerId, code: 'peer/lost' });
  }

  #unheard(peerId: PeerId): void {
    this.take({ type: 'unheard', peerId, code: 'peer/lost' });
  }

  #admit(from: PeerId): void {
    const play = this.#waiting.get(from);
    if (!this.joined || play === undefined || !isMember(this.membership, from)) return;
    this.#waiting.delete(from);
    this.take({ type: 'knock', peerId: from });
    this.#granted.set(from, play);
    this.world.send(this.name, from, 'granted', play);
    this.#judge(from);
  }

  #judge(far: PeerId): void {
    const [hears, isHeard] = [this.#heard.has(far), this.#granted.has(far)];
    if (hears && isHeard) this.take({ type: 'up', peerId: far });
    else if (hears || isHeard) this.take({ type: 'met', peerId: far });
  }

  #unplay(far: PeerId): void {
    this.world.cancel(this.name + far);
    this.#heard.delete(far);
    const asked = this.#asked.get(far);
    if (this.#asked.delete(far)) this.world.send(this.name, far, 'unplay', asked);
  }

  #stop(far: PeerId): void {
    this.#unplay(far);
    const granted = this.#granted.get(far);
    if (this.#granted.delete(far)) this.world.send(this.name, far, 'ended', granted);
  }
}

/** Peers, their links and a rendezvous, on a virtual clock; what is on its way arrives in any order, but in order from one to another. */
export class World {
  readonly peers = new Map<PeerId, VirtualPeer>();
  readonly #channels = new Map<string, (() => void)[]>();
  readonly #random: () => number;
  #members: { peerId: PeerId; order: number }[] = [];
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

  join(name: PeerId): void {
    const peer = this.peers.get(name);
    if (peer && !peer.alive) return;
    if (peer) peer.joined = true;
    else this.peers.set(name, new VirtualPeer(name, this));
    this.#enter(name);
  }

  leave(name: PeerId): void {
    this.peers.get(name)?.leave();
    this.#exit(name);
  }

  /** The process is gone; the others find out, each in its time, and so does the rendezvous. */
  crash(name: PeerId): void {
    const peer = this.peers.get(name);
    if (!peer?.alive) return;
    peer.alive = false;
    for (const far of this.peers.keys())
      if (far !== name) this.#put(`${name}>${far}`, () => this.#lost(name, far));
    this.#put(`server?${name}`, () => this.#exit(name));
  }

  /** The path between two peers breaks: both find out. */
  cut(one: PeerId, other: PeerId): void {
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

  send(from: PeerId, to: PeerId, signal: Signal, play = 0): void {
    if (this.peers.get(to)?.alive)
      this.#put(`${from}>${to}`, () => this.peers.get(to)?.receive(from, signal, play));
    else if (signal === 'play')
      this.#put(`${to}>${from}`, () => this.peers.get(from)?.receive(to, 'unreachable', 0));
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

  /** Whether a peer sees everybody who is inside as present, and remembers nobody else. */
  isComplete({ name, membership }: VirtualPeer): boolean {
    const others = this.inside.filter((peer) => peer.name !== name);
    return (
      membership.seats.size === others.length &&
      others.every((peer) => membership.seats.get(peer.name)?.state.phase === 'present')
    );
  }

  #lost(from: PeerId, to: PeerId): void {
    this.peers.get(to)?.receive(from, 'lost', 0);
  }

  #enter(name: PeerId): void {
    this.#members = [
      ...this.#members.filter(({ peerId }) => peerId !== name),
      { peerId: name, order: this.#arrivals++ },
    ];
    this.#tell();
  }

  #exit(name: PeerId): void {
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
