import { fileURLToPath } from 'node:url';

import type { Host } from '@conclave/lab';

const program = fileURLToPath(new URL('agent.child.mjs', import.meta.url));

/** Where a datagram is to go. */
interface Destination {
  readonly address: string;
  readonly port: number;
}

interface Answer {
  readonly rttMs: number;
  /** Where the far end saw the question come from. */
  readonly from: Destination;
}

/** Datagrams of one kind: what they begin with (hexadecimal), and their length on the wire. */
interface Datagrams extends Destination {
  readonly head: string;
  readonly bytes: number;
}

/** A process in a host that sends and answers; the lab ends it. */
export interface Agent {
  /** Binds its UDP socket and answers questions; resolves with the port. */
  listen(port: number): Promise<number>;
  /** Asks another agent; undefined where no answer comes within `limitMs`. */
  ask(to: Destination & { readonly limitMs: number }): Promise<Answer | undefined>;
  /** Asks `count` times; the round-trip time of each, undefined where no answer came. */
  askOften(
    to: Destination & { readonly limitMs: number; readonly count: number; readonly everyMs: number },
  ): Promise<(number | undefined)[]>;
  /** Sends for a time at a rate on the wire; resolves with how many left. */
  send(datagrams: Datagrams & { readonly rateBps: number; readonly forMs: number }): Promise<number>;
  sendOne(datagram: Datagrams): Promise<void>;
  listenTcp(port: number): Promise<void>;
  /** What a TCP server says; undefined where it cannot be reached within `limitMs`. */
  askTcp(to: Destination & { readonly limitMs: number }): Promise<string | undefined>;
}

interface Reply {
  readonly number: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Starts an agent in a host. */
export async function openAgent(host: Host): Promise<Agent> {
  const child = host.run(process.execPath, [program], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const waiting = new Map<number, (reply: Reply) => void>();
  let nextNumber = 1;
  const ready = new Promise<Reply>((resolve) => waiting.set(0, resolve));
  child.on('message', (reply: Reply) => {
    waiting.get(reply.number)?.(reply);
    waiting.delete(reply.number);
  });
  child.on('close', () => {
    for (const [number, resolve] of waiting) resolve({ number, error: 'the agent has ended' });
  });
  const act = async (name: string, options: object): Promise<never> => {
    const number = nextNumber++;
    const reply = await new Promise<Reply>((resolve) => {
      waiting.set(number, resolve);
      child.send({ number, act: name, options });
    });
    if (reply.error !== undefined) throw new Error(reply.error);
    return reply.value as never;
  };
  const started = await ready;
  if (started.error !== undefined) throw new Error(started.error);
  return {
    listen: (port) => act('listen', { port }),
    ask: (to) => act('ask', to),
    askOften: (to) => act('askOften', to),
    send: (datagrams) => act('send', datagrams),
    sendOne: (datagram) => act('sendOne', datagram),
    listenTcp: (port) => act('listenTcp', { port }),
    askTcp: (to) => act('askTcp', to),
  };
}
