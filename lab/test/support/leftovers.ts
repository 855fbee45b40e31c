import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What names a lab's namespaces: the targets of links such as /proc/self/ns/net. */
export interface Namespaces {
  readonly networks: readonly string[];
  readonly processes: string;
}

const numbers = (folder: string) => list(folder).filter((name) => /^\d+$/.test(name));

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // ended in between
  }
}

function target(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}

function command(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').slice(0, 120);
  } catch {
    return '';
  }
}

/** Processes in those namespaces, or that hold one open, and mounts of one: a namespace is there as long as one is. */
export function leftovers({ networks, processes }: Namespaces): string[] {
  const isTheirs = (link: string) => networks.includes(link) || link === processes;
  const holders = numbers('/proc').filter(
    (pid) =>
      list(`/proc/${pid}/ns`).some((kind) => isTheirs(target(`/proc/${pid}/ns/${kind}`))) ||
      list(`/proc/${pid}/fd`).some((fd) => isTheirs(target(`/proc/${pid}/fd/${fd}`))),
  );
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => networks.some((name) => line.includes(name)));
  return [...holders.map((pid) => `${pid} ${command(pid)}`), ...mounts];
}

/** The machine's own devices. */
export const devices = (): string[] => readdirSync('/sys/class/net').sort();
