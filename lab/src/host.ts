import type { ChildProcess, SpawnOptions } from 'node:child_process';
import type { Browser } from 'puppeteer-core';

import { Attachment, type Direction } from './attachment.js';
import { launchBrowser, type BrowserKind, type BrowserOptions } from './browser.js';
import type { Engine } from './engine.js';
import { forward, type Forward } from './forward.js';
import { Namespace } from './namespace.js';
import type { Segment } from './segment.js';
import type { PathOptions, Shape } from './shape.js';

/** How an address changes. */
export interface AddressChange {
  /** How long there is no network in between, in milliseconds; 0 by default: the new address is there before the old one goes. */
  readonly gapMs?: number;
}

/** What has a path of its own: a host, or a NAT towards the internet. */
export interface Attached {
  /** What the lab knows it by, in its counters too. */
  readonly name: string;
  /** Its IPv4 address of the moment. */
  readonly address: string;
  /** Changes one direction of the path, also for packets that already wait: what `shape` leaves out stays. */
  shape(direction: Direction, shape: Shape): Promise<void>;
  /** Has all UDP to and from it lost on the way, as behind a firewall: a sender sees no error. */
  blockUdp(isBlocked: boolean): Promise<void>;
  /** Moves it to another address of the same network; resolves with it. What was bound to the old one is cut off. */
  changeAddress(change?: AddressChange): Promise<string>;
}

/** A machine of the lab: a network namespace with one device, eth0. */
export interface Host extends Attached {
  /**
   * Runs a command in it, which is killed at the latest when the lab ends. As `spawn`, with two differences: TMPDIR is a
   * folder that vanishes with the lab, and a command that cannot be started ends with 1 and says so on standard error.
   */
  run(command: string, args?: readonly string[], options?: SpawnOptions): ChildProcess;
  /**
   * Starts a browser in it, headless, with a new profile in memory. Rejects where it does not start. Close it, or the
   * lab ends it.
   */
  browser(kind: BrowserKind, options: BrowserOptions): Promise<Browser>;
  /** Lets this process reach a TCP server that listens on the host's loopback device. */
  forward(port: number): Promise<Forward>;
}

/** Makes a host in a segment. */
export async function makeHost(
  engine: Engine,
  name: string,
  segment: Segment,
  path: PathOptions,
): Promise<{ readonly host: Host; readonly port: number }> {
  const namespace = await Namespace.make(engine);
  const attachment = await Attachment.make(namespace, segment, path);
  const host: Host = {
    ...attached(name, attachment),
    // A spread would read it once.
    get address() {
      return attachment.address;
    },
    run: (command, args, options) => namespace.run(command, args, options),
    browser: (kind, options) => launchBrowser(namespace, kind, options),
    forward: (port) => forward(namespace, port),
  };
  return { host, port: attachment.port };
}

/** The face of an attachment; its address is to be read anew each time. */
export function attached(name: string, attachment: Attachment): Omit<Attached, 'address'> {
  return {
    name,
    shape: (direction, shape) => attachment.shape(direction, shape),
    blockUdp: (isBlocked) => attachment.blockUdp(isBlocked),
    changeAddress: ({ gapMs = 0 } = {}) => attachment.changeAddress(gapMs),
  };
}
