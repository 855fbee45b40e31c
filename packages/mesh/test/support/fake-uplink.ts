import {
  cell,
  type Connection,
  type Demand,
  type Encoding,
  type Link,
  type LinkSample,
  type Pacer,
  type PathReport,
  type PeerId,
  type SenderHandle,
  type SenderSample,
  type SenderState,
  type TrainReport,
  type UplinkPort,
} from '@conclave/core';

import { idOf } from './fake-streams.js';

/** What core does at most before a track goes out. */
const OPENING_TIMEOUT_MS = 1_000;
const CAMERA = { width: 1280, height: 720, framerate: 30 };

/** A track on its way to one subscriber, and how it is encoded just now. */
export class FakeSender implements SenderHandle {
  readonly farId: PeerId;
  readonly stream = 'camera';
  readonly kind: 'audio' | 'video';
  readonly own;
  encoding: Encoding = {};
  isGoverned = false;

  constructor(name: string, kind: 'audio' | 'video', demand: Demand) {
    this.farId = idOf(name);
    this.kind = kind;
    this.own = cell<SenderState>({ isWanted: true, demand, source: kind === 'video' ? CAMERA : undefined });
  }

  get state() {
    return this.own.readable;
  }

  get name(): string {
    return `${this.farId[0]} ${this.kind}`;
  }
}

/** Something that happened to a sender. */
interface Event {
  readonly atMs: number;
  /** `told`: its encoding was changed. `begins`: its track goes out. */
  readonly what: 'told' | 'begins';
  readonly who: string;
  readonly encoding: Encoding;
}

/** An uplink whose senders, samples and paths a test sets; it asks about newcomers as core does. */
export class FakeUplink {
  readonly events: Event[] = [];
  /** When a sample was asked for, who was sounded, and to whom trains went, at which time. */
  readonly sampledAtMs: number[] = [];
  readonly sounded: { readonly farId: PeerId; readonly atMs: number }[] = [];
  readonly probed: { readonly farId: PeerId; readonly atMs: number; readonly bytes: number | undefined }[] =
    [];
  readonly links = cell<ReadonlyMap<PeerId, Link>>(new Map());
  readonly connection: Connection;
  opening: Parameters<UplinkPort['setOpening']>[0];
  pacer: Pacer | undefined;
  /** What the next sample says. */
  sample: () => readonly LinkSample[] = () => [];
  /** What trains tell; nothing where a second passes in silence. */
  train: (count: number) => TrainReport | undefined = () => undefined;
  /** How long a browser takes to change an encoding. */
  encodeMs = 0;
  /** Trains that are on their way, and the most there have been at once. */
  trains = { now: 0, most: 0 };
  readonly #senders = cell<readonly FakeSender[]>([]);
  readonly #listeners = new Set<(report: PathReport) => void>();

  constructor(maxPeerConnections = 8) {
    const uplink: UplinkPort = {
      senders: this.#senders.readable,
      setEncoding: (sender, encoding) => this.#encode(sender, encoding),
      setOpening: (opening) => (this.opening = opening),
      sample: async () => {
        this.sampledAtMs.push(performance.now());
        return this.sample();
      },
      setPacer: (pacer) => {
        this.pacer?.stop();
        this.pacer = pacer;
        pacer?.start(() => undefined);
      },
      onReport: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      sound: (farId) => this.sounded.push({ farId, atMs: performance.now() }),
      probe: (farId, bytes) => this.#probe(farId, bytes),
    };
    this.connection = { uplink, links: this.links.readable, maxPeerConnections } as unknown as Connection;
  }

  /** How many hear of reports. */
  get listening(): number {
    return this.#listeners.size;
  }

  /** Somebody plays: senders are there, then each is asked about, then its track goes out. */
  join(name: string, kinds: readonly ('audio' | 'video')[] = ['audio', 'video'], demand: Demand = {}): void {
    const added = kinds.map((kind) => new FakeSender(name, kind, demand));
    this.#senders.set([...this.#senders.get(), ...added]);
    for (const sender of added) void this.#start(sender);
  }

  /** Somebody plays no longer. */
  leave(name: string): void {
    const left = this.#senders.get().filter(({ farId }) => farId === idOf(name));
    for (const { own } of left) own.set({ ...own.readable.get(), isWanted: false });
    this.#senders.set(this.#senders.get().filter((sender) => !left.includes(sender)));
  }

  /** The sender of a kind to somebody. */
  of(name: string, kind: 'audio' | 'video'): FakeSender {
    const sender = this.#senders.get().find((one) => one.farId === idOf(name) && one.kind === kind);
    if (!sender) throw new Error(`nothing is sent to ${name}`);
    return sender;
  }

  /** What happened to a sender, in order. */
  eventsOf(name: string, kind: 'audio' | 'video'): readonly Event[] {
    return this.events.filter(({ who }) => who === `${name[0]} ${kind}`);
  }

  /** A far end reports. */
  report(report: PathReport): void {
    for (const listener of [...this.#listeners]) listener(report);
  }

  /** Core's rule: what a budget says meanwhile is newer than its answer, which counts only while that budget is there. */
  async #start(sender: FakeSender): Promise<void> {
    const { opening } = this;
    sender.isGoverned = false;
    if (opening) {
      const answer = Promise.resolve(sender)
        .then(opening)
        .then((encoding) => {
          if (!sender.isGoverned && this.opening === opening)
            sender.encoding = { ...sender.encoding, ...encoding };
        });
      let timer: ReturnType<typeof setTimeout> | undefined;
      const silence = new Promise<void>((resolve) => (timer = setTimeout(resolve, OPENING_TIMEOUT_MS)));
      await Promise.race([answer, silence]);
      clearTimeout(timer);
    }
    if (!this.#senders.get().includes(sender)) return;
    this.#tell('begins', sender);
  }

  async #encode(handle: SenderHandle, encoding: Encoding): Promise<void> {
    const sender = this.#senders.get().find((one) => one === handle);
    if (!sender) return; // it has gone
    sender.isGoverned = true;
    if (this.encodeMs > 0) await after(this.encodeMs);
    sender.encoding = { ...sender.encoding, ...encoding };
    this.#tell('told', sender);
  }

  #tell(what: Event['what'], { name, encoding }: FakeSender): void {
    this.events.push({ atMs: performance.now(), what, who: name, encoding });
  }

  async #probe(farId: PeerId, bytes: number | undefined): Promise<TrainReport | undefined> {
    this.probed.push({ farId, atMs: performance.now(), bytes });
    const report = this.train(this.probed.length);
    this.trains.now += 1;
    this.trains.most = Math.max(this.trains.most, this.trains.now);
    await after(report?.spreadMs ?? 1_000);
    this.trains.now -= 1;
    return report;
  }
}

const after = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));

/** A train of packets of 550 bytes over a path that carries so much. */
export function trainOver(capacityBps: number): TrainReport {
  const bytes = 3 * 600;
  return { packets: 4, bytes, spreadMs: (bytes * 8_000) / capacityBps };
}

/** What a link shows: so much leaves, and a video that is short of its plan or not. */
export function sampleOf(name: string, sentBps: number, videoShort = false): LinkSample {
  const sender = (kind: 'audio' | 'video', bitrateBps: number): SenderSample => ({
    ...{ stream: 'camera', kind, bitrateBps, targetBps: undefined, maxBitrateBps: undefined },
    ...{ isShort: videoShort && kind === 'video', limitation: undefined, framesPerSecond: undefined },
    ...{ height: undefined, encodeMs: undefined, lossRatio: undefined },
  });
  const senders = [
    sender('audio', Math.min(50_000, sentBps)),
    sender('video', Math.max(0, sentBps - 50_000)),
  ];
  return {
    ...{ farId: idOf(name), sentBps, ceilingBps: undefined, rttMs: undefined, lossRatio: undefined },
    ...{ videoShort, senders },
  };
}
