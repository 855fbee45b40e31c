import {
  cell,
  type Connection,
  type OnPeerConnect,
  type PeerId,
  type Readable,
  type Unsubscribe,
} from '@conclave/core';
import { Subscription } from 'rxjs';

import type { UplinkChange } from '../logic/uplink/changes.js';
import type { SubscriberDemand } from '../logic/uplink/demand.js';
import { capacityLimit, wouldFit, type CapacityLimit, type Fit } from '../logic/uplink/fits.js';
import { planUplink } from '../logic/uplink/plan.js';
import { reportError } from '../report.js';
import type { RoomUplink } from './control.js';
import { gateOf } from './room-policy.js';
import { peersOf } from './senders.js';
import { holdControl } from './shared-control.js';
import type { UplinkOptions } from './uplink-options.js';

/** How many others this end serves, and how many it could. */
export interface RoomCapacity extends CapacityLimit {
  /** Distinct peers that play streams of this end just now, in this room. */
  readonly now: number;
}

/** What a room shows of this end's uplink. */
export interface UplinkFace {
  /** Who gets what of this end's uplink, over all rooms of the connection, and why. */
  readonly uplink: Readable<RoomUplink>;
  /** How many others this end serves, how many it could with everybody's audio safe, and which bound is the lower one. */
  readonly capacity: Readable<RoomCapacity>;
  /** Whether `n` more participants like those that are there fit: into `maxPeerConnections`, and into the uplink. */
  wouldFit(n?: number): Fit;
  /**
   * Measures the uplink with some packets to each participant, and resolves with what is then known of its capacity, in
   * bits per second; `undefined` where nobody is sent anything, or the uplink is not governed.
   */
  probeUplink(): Promise<number | undefined>;
  /** Hears when somebody in this room gets less video of this end than before, or more again. */
  onUplinkChange(listener: (change: UplinkChange) => void): Unsubscribe;
}

/** Who comes when nobody is there: audio and a usual camera. */
const LIKE_A_GUEST: SubscriberDemand = {
  farId: '',
  audioStreams: 1,
  videos: [{ stream: 'camera', weight: 1, width: 640, height: 480, framerate: 30 }],
};
/** Who is let in plays within so long, or plays nothing. */
const COMING_MS = 5_000;
const NO_UPLINK: RoomUplink = {
  ...planUplink({ capacityBps: 0, subscribers: [] }),
  source: 'assumed',
  use: [],
};

/** A room's view of the uplink that all rooms of its connection share, and the gate that it keeps. */
export class RoomUplinkPart {
  /** What the application sees. */
  readonly face: UplinkFace;
  /** Whether somebody may come, as far as the uplink goes. */
  readonly gate: OnPeerConnect;
  readonly #connection: Connection;
  readonly #here: () => ReadonlySet<PeerId>;
  readonly #held: ReturnType<typeof holdControl> | undefined;
  readonly #capacity: ReturnType<typeof cell<RoomCapacity>>;
  readonly #listening = new Subscription();
  /** Those who have asked lately, and when. */
  readonly #coming = new Map<PeerId, number>();
  #wereHere: ReadonlySet<PeerId> = new Set();

  /** `here` tells who is let into the room. Throws `usage/invalid-argument`, see {@link holdControl}. */
  constructor(connection: Connection, options: UplinkOptions | 'off', here: () => ReadonlySet<PeerId>) {
    this.#connection = connection;
    this.#here = here;
    this.#held = options === 'off' ? undefined : holdControl(connection, options.capacityBps);
    const uplink = this.#held?.control.state ?? cell(NO_UPLINK).readable;
    this.#capacity = cell(this.#count());
    this.#listening.add(uplink.subscribe(() => this.changed()));
    this.face = {
      uplink,
      capacity: this.#capacity.readable,
      wouldFit: (n = 1) => this.#fit(n),
      probeUplink: async () => this.#held?.control.probe(),
      onUplinkChange: (listener) => this.#onChange(listener),
    };
    const { whenFull = 'degrade', ask } = options === 'off' ? {} : options;
    const gate = gateOf((farId) => this.#fitOf(farId), whenFull, ask);
    this.gate = async (peer, signal) => {
      const mayCome = await gate(peer, signal);
      if (!mayCome) this.#coming.delete(peer.farId); // nobody keeps a place for who was refused
      return mayCome;
    };
  }

  /** The room is left. */
  release(): void {
    this.#listening.unsubscribe();
    this.#held?.release();
  }

  #fit(n: number): Fit {
    if (this.#here().size + n > this.#connection.maxPeerConnections) return { fits: 'no', why: 'limit' };
    const known = this.#held?.control.known;
    return known ? wouldFit(known, n, LIKE_A_GUEST) : { fits: 'yes' };
  }

  /** Whether this one fits beside those who are let in, and those who are just being: who takes no media costs nothing later. */
  #fitOf(farId: PeerId): Fit {
    const guests = new Set([...this.#here(), farId]);
    if (guests.size > this.#connection.maxPeerConnections) return { fits: 'no', why: 'limit' };
    const known = this.#held?.control.known;
    const served = peersOf(this.#connection.uplink.senders.get());
    if (!known || served.length === 0) return { fits: 'yes' }; // nothing is sent to anybody
    const since = performance.now() - COMING_MS;
    for (const [one, atMs] of this.#coming) if (atMs < since) this.#coming.delete(one);
    this.#coming.set(farId, performance.now());
    const toCome = [...this.#coming.keys()].filter((one) => !served.includes(one)).length;
    return toCome > 0 ? wouldFit(known, toCome, LIKE_A_GUEST) : { fits: 'yes' };
  }

  #count(): RoomCapacity {
    const { maxPeerConnections } = this.#connection;
    const known = this.#held?.control.known;
    const now = this.#here().size;
    if (!known) return { now, limit: maxPeerConnections, bound: 'maxPeerConnections' };
    return { now, ...capacityLimit(known, maxPeerConnections, LIKE_A_GUEST) };
  }

  /** Somebody was let in, or has gone, or the uplink does otherwise. */
  changed(): void {
    const here = this.#here();
    for (const one of this.#wereHere) if (!here.has(one)) this.#coming.delete(one);
    this.#wereHere = new Set(here);
    const [before, after] = [this.#capacity.readable.get(), this.#count()];
    const isSame = before.now === after.now && before.limit === after.limit && before.bound === after.bound;
    if (!isSame) this.#capacity.set(after);
  }

  #onChange(listener: (change: UplinkChange) => void): Unsubscribe {
    const listening = this.#held?.control.changes$.subscribe((change) => {
      if (!this.#here().has(change.farId as PeerId)) return;
      try {
        listener(change);
      } catch (error) {
        reportError(error);
      }
    });
    if (listening) this.#listening.add(listening);
    return () => listening?.unsubscribe();
  }
}
