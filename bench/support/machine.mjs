// @ts-check
import { readdirSync, readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { pid as ownPid, version } from 'node:process';

/** The kernel counts CPU time in ticks; USER_HZ is 100 on every Linux that Node runs on. */
const TICK_MS = 10;
/** Short enough that a child which ends takes little uncounted time with it, long enough to cost nothing. */
const SAMPLE_MS = 500;

/**
 * What a figure depends on, and nothing that names the machine.
 *
 * @param {string | undefined} browser
 */
export function describeMachine(browser) {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown CPU',
    cores: `${processors.length} cores`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: `Node ${version}`,
    ...(browser !== undefined && { browser }),
    os: `${type()} ${release()}`,
  };
}

/** CPU time of this process and its descendants, by process ID; undefined where there is no /proc. */
function ownCpuMs() {
  /** @type {Map<number, { parent: number, cpuMs: number }>} */
  const processes = new Map();
  try {
    for (const entry of readdirSync('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      try {
        const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
        // The name in brackets may contain anything: fields are counted from behind it (proc(5): state is field 3).
        const fields = stat
          .slice(stat.lastIndexOf(')') + 2)
          .split(' ')
          .map(Number);
        const [parent = 0, userTicks = 0, systemTicks = 0] = [fields[1], fields[11], fields[12]];
        processes.set(Number(entry), { parent, cpuMs: (userTicks + systemTicks) * TICK_MS });
      } catch {
        continue; // it has just ended
      }
    }
  } catch {
    return undefined;
  }
  const isOurs = (/** @type {number} */ pid) => {
    for (let at = pid; at > 1; at = processes.get(at)?.parent ?? 0) if (at === ownPid) return true;
    return false;
  };
  return new Map([...processes].flatMap(([pid, { cpuMs }]) => (isOurs(pid) ? [[pid, cpuMs]] : [])));
}

/** CPU time of the whole machine, busy and in all, since some moment. */
function allCpuMs() {
  let busy = 0;
  let total = 0;
  for (const { times } of cpus()) {
    const sum = times.user + times.nice + times.sys + times.irq;
    busy += sum;
    total += sum + times.idle;
  }
  return { busy, total };
}

/** Watches how busy other programs keep this machine: `stop` answers percent of all cores, undefined where nobody can tell. */
export function watchMachine() {
  const first = allCpuMs();
  let before = ownCpuMs();
  let ownMs = 0;
  const sample = () => {
    const now = ownCpuMs();
    for (const [pid, cpuMs] of now ?? []) ownMs += Math.max(0, cpuMs - (before?.get(pid) ?? 0));
    before = now;
  };
  const timer = setInterval(sample, SAMPLE_MS);
  return {
    stop() {
      clearInterval(timer);
      sample();
      if (!before) return undefined;
      const last = allCpuMs();
      const share = (last.busy - first.busy - ownMs) / Math.max(1, last.total - first.total);
      return Math.round(100 * Math.max(0, share));
    },
  };
}

/** Watches how busy this machine is with everything, ourselves included: `stop` answers percent of all cores. */
export function watchCpu() {
  const first = allCpuMs();
  return {
    stop() {
      const last = allCpuMs();
      return (100 * (last.busy - first.busy)) / Math.max(1, last.total - first.total);
    },
  };
}
