import type { LabCounters, RawCounters } from './counters.js';
import { Engine } from './engine.js';
import { makeHost, type Host } from './host.js';
import { makeNat, type Nat, type NatKind } from './nat.js';
import { internet } from './segment.js';
import type { PathOptions } from './shape.js';
import { labSupport } from './support.js';

/** How a lab is opened. */
export interface LabOptions {
  /** Where the random numbers of loss and jitter start. 1 by default. */
  readonly seed?: number;
  /** RTP payload types that count as audio. By default those that Chromium and Firefox give to audio codecs. */
  readonly audioPayloadTypes?: readonly number[];
}

/** A small internet: its hosts reach each other and nothing else. */
export interface Lab {
  /** The number of the process that all others of the lab hang from. */
  readonly pid: number;
  /** Adds a host with its own path to the internet. Names are unique within a lab. */
  host(name: string, path?: PathOptions): Promise<Host>;
  /** Adds a NAT with its own path to the internet, and a local network behind it. */
  nat(name: string, kind: NatKind, path?: PathOptions): Promise<Nat>;
  /** What went through since the lab was opened or {@link Lab.resetCounters}. */
  counters(): Promise<LabCounters>;
  /** Starts counting anew. */
  resetCounters(): Promise<void>;
  /** Ends the lab: its commands and browsers are killed, its networks and their devices go. */
  close(): Promise<void>;
}

/** PCMU, G.722, PCMA and comfort noise (RFC 3551), then RED and Opus of Chromium and Opus of Firefox. */
const AUDIO_PAYLOAD_TYPES = [0, 8, 9, 13, 63, 109, 111];

/**
 * Opens a lab; where that cannot be, it rejects with the reason of {@link labSupport}. Nothing of it stays when this
 * process ends, however it ends.
 *
 * ```ts
 * const lab = await openLab();
 * const alice = await lab.host('alice', { up: { rateBps: 1_000_000, queueMs: 100, delayMs: 20 } });
 * alice.run('ping', [(await lab.host('bob')).address], { stdio: 'inherit' });
 * ```
 */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const support = labSupport();
  if (!support.available) throw new Error(`No lab here: ${support.reason}.`);
  const engine = await Engine.start(options.seed ?? 1);
  for (const type of options.audioPayloadTypes ?? AUDIO_PAYLOAD_TYPES) await engine.command('audio', type);
  const outside = internet();
  const names = new Set<string>();
  const ports = new Map<string, number>();
  let localNetworks = 0;

  const reserve = (name: string) => {
    if (names.has(name)) throw new Error(`There is a ${name} already.`);
    names.add(name);
  };
  const addHost = async (name: string, make: () => ReturnType<typeof makeHost>) => {
    reserve(name);
    const { host, port } = await make();
    ports.set(name, port);
    return host;
  };

  return {
    pid: engine.pid,
    host: (name, path = {}) => addHost(name, () => makeHost(engine, name, outside, path)),
    async nat(name, kind, path = {}) {
      reserve(name);
      localNetworks += 1;
      const { nat, port } = await makeNat(engine, name, kind, outside, localNetworks, path, addHost);
      ports.set(name, port);
      return nat;
    },
    async counters() {
      const { ports: paths, ...rest } = JSON.parse(await engine.command('counters')) as RawCounters;
      const hosts = [...ports].flatMap(([name, port]) => {
        const path = paths[port];
        return path ? [[name, path] as const] : [];
      });
      return { ...rest, hosts: Object.fromEntries(hosts) };
    },
    async resetCounters() {
      await engine.command('reset');
    },
    close: () => engine.close(),
  };
}
