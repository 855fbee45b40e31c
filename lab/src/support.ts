import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether this machine can have a lab. `lacks` tells what kind of thing is missing: `rights` are the system's to give
 * (Linux, root, its capabilities, the TUN device), `programs` can be installed.
 */
export type LabSupport =
  | { readonly available: true }
  | { readonly available: false; readonly lacks: 'rights' | 'programs'; readonly reason: string };

/** What is looked at; a test hands in another machine. */
export interface Machine {
  /** As `process.platform`. */
  readonly platform: string;
  /** The user's number; undefined where there are none. */
  readonly userId: number | undefined;
  /** The effective capabilities of this process, as bits (capabilities(7)). */
  readonly capabilities: bigint;
  /** Whether the file may be read and written. */
  isUsable(path: string): boolean;
  /** Whether a program of that name is in the path. */
  hasProgram(name: string): boolean;
  /** Whether the C compiler finds its headers. */
  compiles(source: string): boolean;
}

const CAP_NET_ADMIN = 12n;
const CAP_SYS_ADMIN = 21n;
const TUN = '/dev/net/tun';

/** Whether a lab can be opened here, and what is missing if not. Starts no lab. */
export function labSupport(machine: Machine = thisMachine()): LabSupport {
  const rights = missingRight(machine);
  if (rights !== undefined) return { available: false, lacks: 'rights', reason: rights };
  const program = missingProgram(machine);
  if (program !== undefined) return { available: false, lacks: 'programs', reason: program };
  return { available: true };
}

function missingRight(machine: Machine): string | undefined {
  if (machine.platform !== 'linux') return `network namespaces are Linux's, and this is ${machine.platform}`;
  if (machine.userId !== 0) return 'network namespaces need root';
  const has = (capability: bigint) => ((machine.capabilities >> capability) & 1n) === 1n;
  if (!has(CAP_SYS_ADMIN)) return 'root lacks CAP_SYS_ADMIN here (a container without privileges?)';
  if (!has(CAP_NET_ADMIN)) return 'root lacks CAP_NET_ADMIN here (a container without privileges?)';
  if (!machine.isUsable(TUN)) return `there is no ${TUN}`;
  return undefined;
}

function missingProgram(machine: Machine): string | undefined {
  if (!machine.hasProgram('ip')) return 'there is no ip (Debian: iproute2)';
  if (!machine.hasProgram('nft')) return 'there is no nft (Debian: nftables)';
  if (!machine.hasProgram('cc')) return 'there is no C compiler, cc (Debian: gcc)';
  const headers = '#include <stdio.h>\n#include <linux/if_tun.h>\n';
  if (!machine.compiles(headers)) return 'the C compiler has no headers (Debian: libc6-dev)';
  return undefined;
}

/** Where programs of the administrator are, though a user's path may not name it. */
export const programPath = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin`;

function thisMachine(): Machine {
  return {
    platform: process.platform,
    userId: process.getuid?.(),
    get capabilities() {
      const line = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'));
      return BigInt(`0x${line?.[1] ?? '0'}`);
    },
    isUsable: (path) => may(path, constants.R_OK | constants.W_OK),
    hasProgram: (name) => programPath.split(':').some((folder) => may(join(folder, name), constants.X_OK)),
    compiles: (source) => spawnSync('cc', ['-E', '-x', 'c', '-'], { input: source }).status === 0,
  };
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
