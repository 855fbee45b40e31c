import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { existsSync } from 'node:fs';

import type { Engine } from './engine.js';

/** The device of a host. Its name matters: libwebrtc takes one that begins with tun for a VPN. */
export const DEVICE = 'eth0';
/** Of a gateway, towards its local network. */
export const LOCAL_DEVICE = 'eth1';

/** A network namespace of a lab: what runs in it has its devices, and nothing of the machine's. */
export class Namespace {
  readonly engine: Engine;
  readonly #descriptor: number;

  private constructor(engine: Engine, descriptor: number) {
    this.engine = engine;
    this.#descriptor = descriptor;
  }

  /** Makes one, without any device but loopback, which is up. */
  static async make(engine: Engine): Promise<Namespace> {
    const namespace = new Namespace(engine, Number(await engine.command('namespace')));
    await namespace.ip('link set lo up');
    return namespace;
  }

  /** Adds a device with its port to a segment; resolves with the number of the port. */
  async addDevice(device: string, segment: number): Promise<number> {
    const port = Number(await this.engine.command('port', this.#descriptor, device, segment));
    await this.ip(
      // No link-local IPv6 addresses: the lab carries IPv4.
      ...(existsSync('/proc/net/if_inet6') ? [`link set ${device} addrgenmode none`] : []),
      `link set ${device} mtu 1500 txqueuelen 1000 up`,
    );
    return port;
  }

  /** Starts a command. */
  run(command: string, args: readonly string[] = [], options: SpawnOptions = {}): ChildProcess {
    return this.engine.run(this.#descriptor, command, args, options);
  }

  /** The arguments of the lab's program that run a command here. */
  entering(command: readonly string[]): string[] {
    return this.engine.entering(this.#descriptor, command);
  }

  /** Runs commands of `ip`; rejects with what it complained about. */
  ip(...commands: readonly string[]): Promise<void> {
    return this.feed('ip', ['-batch', '-'], commands.join('\n'));
  }

  /** Runs a command with this input to its end; rejects, with its complaint, unless it ends with 0. */
  feed(command: string, args: readonly string[], input: string): Promise<void> {
    const child = this.run(command, args, { stdio: ['pipe', 'ignore', 'pipe'] });
    let complaint = '';
    child.stderr?.on('data', (bytes: Buffer) => (complaint += bytes.toString()));
    child.stdin?.on('error', () => undefined); // its end tells of it
    child.stdin?.end(`${input}\n`);
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        if (code === 0) resolve();
        else reject(new Error(`${command} ${args.join(' ')} failed: ${complaint || String(code)}`));
      });
    });
  }
}
