import {
  cell,
  type Connection,
  type Encoding,
  type LinkSample,
  type PeerId,
  type Readable,
  type SenderHandle,
} from '@conclave/core';
import { Subject, Subscription, type Observable } from 'rxjs';

import { planChanges, type UplinkChange } from '../logic/uplink/changes.js';
import { FREE_CPU, stepCpu } from '../logic/uplink/cpu-watch.js';
import type { PlanInput } from '../logic/uplink/demand.js';
import {
  startEstimate,
  stepEstimate,
  trainSeen,
  type CapacityEstimate,
  type CapacitySource,
} from '../logic/uplink/estimate.js';
import { planUplink } from '../logic/uplink/plan.js';
import type { UplinkPlan } from '../logic/uplink/uplink-plan.js';
import { Encoders } from './encoders.js';
import { Nudges } from './nudges.js';
import { ScavengerPacer } from './scavenger.js';
import { demandsOf, encodingOf } from './senders.js';
import { changesOf, samplesOf, soundingsOf } from './signals.js';
import { Starts } from './starts.js';
import { Trains } from './trains.js';
import { withinMs } from '../within.js';
import { useOf, type UplinkUse } from './use.js';

/** Who gets what of this end's uplink, why, and what it comes to. */
export interface RoomUplink extends UplinkPlan {
  /** How the capacity is known: stated by the application, probed by packets, learnt from what passed; or only assumed. */
  readonly source: CapacitySource;
  /** What each subscriber is sent: renewed twice a second while anything is. */
  readonly use: readonly UplinkUse[];
}

/** What is planned for while nobody knows what the uplink carries; until then video waits. */
const ASSUMED_BPS = 700_000;
/** Where nothing answers, nothing is ever known: then video begins all the same. */
const UNKNOWN_MS = 3_000;
/** Encoders make room within so long, or not at all. */
const MAKE_ROOM_MS = 200;
/** A queue below this is none. */
const QUIET_MS = 15;
/** A link of which there was a report in so long is timed by the files that it carries. */
const TIMED_MS = 120;

/** Governs the uplink of one connection: estimates, plans and acts, through core's one door. */
export class UplinkControl {
  readonly #connection: Connection;
  readonly #pacer = new ScavengerPacer();
  readonly #encoders: Encoders;
  readonly #trains: Trains;
  readonly #starts = new Starts();
  readonly #nudges = new Nudges();
  readonly #running = new Subscription();
  readonly #changes = new Subject<UplinkChange>();
  readonly #state;
  /** Those that have not begun: core waits for what is said of them. */
  readonly #opening = new Set<SenderHandle>();
  #estimate: CapacityEstimate;
  #beganAtMs: number | undefined;
  #cpu = FREE_CPU;
  #plan: UplinkPlan;
  /** The plan against which changes are told: not one that was only assumed. */
  #told: UplinkPlan;
  #use: readonly UplinkUse[] = [];
  #samples: readonly LinkSample[] = [];

  constructor(connection: Connection, statedBps: number | undefined) {
    const { uplink, links } = connection;
    this.#connection = connection;
    this.#estimate = startEstimate(statedBps);
    this.#plan = planUplink({ capacityBps: this.#capacityBps, subscribers: [] });
    this.#told = this.#plan;
    this.#state = cell(this.#face());
    this.#encoders = new Encoders(uplink);
    this.#trains = new Trains(uplink, (train) => (this.#estimate = trainSeen(this.#estimate, train)));
    uplink.setPacer(this.#pacer);
    uplink.setOpening((sender) => this.#open(sender));
    this.#running.add(uplink.onReport((report) => this.#pacer.reported(report)));
    this.#running.add(links.subscribe(() => this.#linksChanged()));
    this.#running.add(changesOf(uplink).subscribe(() => void this.#replan()));
    this.#running.add(samplesOf(uplink).subscribe((samples) => this.#sampled(samples)));
    this.#running.add(soundingsOf(uplink).subscribe((farId) => this.#sound(farId)));
  }

  /** Who gets what. */
  get state(): Readable<RoomUplink> {
    return this.#state.readable;
  }

  /** Who was degraded or restored. */
  get changes$(): Observable<UplinkChange> {
    return this.#changes;
  }

  /** What a plan would be made from just now; `undefined` while nothing is known of the capacity. */
  get known(): PlanInput | undefined {
    return this.#estimate.capacityBps === undefined ? undefined : this.#input();
  }

  /** Measures the paths to everybody who is sent something, in turns; resolves with what is then known of the capacity. */
  async probe(): Promise<number | undefined> {
    const peers = new Set(this.#connection.uplink.senders.get().map(({ farId }) => farId));
    for (const farId of peers) await this.#trains.run(farId, this.#estimate.capacityBps);
    await this.#replan();
    return this.#estimate.capacityBps;
  }

  /** Lets go of the uplink: everything is encoded as browsers do by themselves. */
  stop(): void {
    this.#running.unsubscribe();
    this.#changes.complete();
    this.#connection.uplink.setOpening(undefined);
    this.#connection.uplink.setPacer(undefined);
    this.#encoders.release();
  }

  get #capacityBps(): number {
    return this.#estimate.capacityBps ?? ASSUMED_BPS;
  }

  /** Whether a burst would be heard, or nobody knows yet. */
  get #isThin(): boolean {
    if (this.#estimate.capacityBps === undefined) return true;
    const { subscribers } = planUplink(this.#input()); // with the newcomers, whom the present plan does not know yet
    return subscribers.some(({ audio }) => audio.encoding === 'thin');
  }

  get #isQuiet(): boolean {
    return (this.#pacer.state.queueMs ?? 0) < QUIET_MS;
  }

  #input(): PlanInput {
    const subscribers = demandsOf(this.#connection.uplink.senders.get());
    return { capacityBps: this.#capacityBps, subscribers, limits: { cpuVideoScale: this.#cpu.scale } };
  }

  /**
   * A newcomer begins as planned, once the others have made room; its video after its audio where the uplink is thin. Audio
   * needs no measurement: there is always room for it, or none for anything.
   */
  async #open(sender: SenderHandle): Promise<Encoding> {
    const { farId, kind } = sender;
    this.#opening.add(sender);
    await Promise.resolve(); // both kinds of a newcomer, and all who come at once, are asked about before anybody is told
    this.#beganAtMs ??= performance.now();
    const trains = this.#estimate.capacityBps === undefined ? this.#trains.first(farId) : undefined;
    if (kind === 'video') await trains;
    else if (this.#isThin) await this.#starts.audio();
    this.#starts.begin(farId);
    await withinMs(this.#replan(), MAKE_ROOM_MS);
    this.#opening.delete(sender);
    const planned = this.#wanted(sender) ?? {};
    this.#encoders.began(sender, planned);
    return planned;
  }

  /** How a sender is to encode just now. */
  #wanted(sender: SenderHandle): Encoding | undefined {
    const encoding = encodingOf(sender, this.#plan);
    return encoding && this.#isHeld(sender) ? { ...encoding, active: false } : encoding;
  }

  #isHeld({ farId, kind }: SenderHandle): boolean {
    if (kind !== 'video') return false;
    const sinceMs = performance.now() - (this.#beganAtMs ?? performance.now());
    if (this.#estimate.capacityBps === undefined && sinceMs < UNKNOWN_MS) return true;
    const isThin = this.#plan.subscribers.some(({ videos }) => videos.some(({ why }) => why === 'uplink'));
    return isThin && this.#starts.isWaiting(farId);
  }

  #sound(farId: PeerId): void {
    const { path } = this.#pacer.state.links.get(farId) ?? {};
    if ((path?.reportedAtMs ?? 0) < performance.now() - TIMED_MS) this.#connection.uplink.sound(farId);
    this.#trains.next(farId, this.#estimate, this.#isQuiet);
  }

  #linksChanged(): void {
    const links = this.#connection.links.get();
    for (const farId of this.#pacer.peers) if (!links.has(farId)) this.#pacer.gone(farId);
  }

  #sampled(samples: readonly LinkSample[]): void {
    this.#samples = samples;
    this.#use = samples.map(useOf);
    if (samples.length === 0) return void this.#replan();
    const atMs = performance.now();
    const { queueMs, standingMs, metAtMs, links } = this.#pacer.state;
    const wishes = planUplink({ ...this.#input(), capacityBps: Infinity });
    const hasFiles = [...links.values()].some(({ usedBps }) => usedBps > 0);
    this.#estimate = stepEstimate(this.#estimate, {
      atMs,
      links: samples,
      queueMs,
      standingMs,
      metAtMs,
      wantedBps: hasFiles ? Infinity : wishes.mediaBps,
    });
    const videos = samples.flatMap(({ senders }) => senders.filter(({ kind }) => kind === 'video'));
    this.#cpu = stepCpu(this.#cpu, {
      atMs,
      isLimited: videos.some(({ limitation }) => limitation === 'cpu'),
      encodeLoad: videos.reduce(
        (sum, { encodeMs = 0, framesPerSecond = 0 }) => sum + (encodeMs * framesPerSecond) / 1_000,
        0,
      ),
      cores: coresOf(),
    });
    void this.#replan();
    const senders = this.#connection.uplink.senders.get().filter((sender) => !this.#opening.has(sender));
    if (!this.#isQuiet || queueMs === undefined) return;
    for (const sender of this.#nudges.next(samples, senders)) void this.#encoders.nudge(sender);
  }

  /** Plans anew and acts; what is less goes first. Resolves once everybody who is to make room has. */
  async #replan(): Promise<void> {
    if (this.#running.closed) return;
    const before = this.#plan;
    this.#plan = planUplink({ ...this.#input(), previous: before });
    const senders = this.#connection.uplink.senders.get();
    this.#starts.keep(new Set(senders.map(({ farId }) => farId)));
    const begun = senders.filter((sender) => !this.#opening.has(sender));
    const applied = this.#encoders.apply(begun, (sender) => this.#wanted(sender));
    const messageBps = this.#plan.subscribers.reduce((sum, subscriber) => sum + subscriber.messageBps, 0);
    const reserveBps = this.#plan.subscribers.length > 0 ? this.#plan.mediaBps + messageBps : 0;
    const { capacityBps } = this.#estimate;
    this.#pacer.setBudget({
      reserveBps,
      spareBps: capacityBps === undefined ? undefined : Math.max(0, capacityBps - reserveBps),
      capacityBps: this.#estimate.boundBps,
      videoShort: this.#samples.some(({ videoShort }) => videoShort),
    });
    this.#state.set(this.#face());
    if (this.#estimate.capacityBps !== undefined) {
      for (const change of planChanges(this.#told, this.#plan)) this.#changes.next(change);
      this.#told = this.#plan;
    }
    await applied;
  }

  #face(): RoomUplink {
    const { source, capacityBps } = this.#estimate;
    return { ...this.#plan, source: capacityBps === undefined ? 'assumed' : source, use: this.#use };
  }
}

function coresOf(): number {
  return (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ?? 4;
}
