import { decodeServerMessage, encodeClientMessage, rendezvousOrigin } from '@conclave/protocol';
import { createRendezvous, type Rendezvous } from '@conclave/rendezvous';
import { WebSocket } from 'ws';

import { standingCall, enter, nothingHappens } from '../support/honest.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob', 'charlie');

let honest: Rendezvous;
beforeEach(async () => (honest = await createRendezvous()));
afterEach(() => honest.close());

/** A socket of the liar to the honest rendezvous: its challenge, and the first thing it answers. */
async function dialHonest() {
  const socket = new WebSocket(honest.url);
  const frames: Uint8Array[] = [];
  const waiting: (() => void)[] = [];
  socket.on('message', (data: Buffer) => {
    frames.push(new Uint8Array(data));
    waiting.shift()?.();
  });
  const next = async () => {
    if (frames.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    const message = decodeServerMessage(frames.shift()!);
    if (!message.ok) throw new Error(message.code);
    return message.value;
  };
  const first = await next();
  if (first.t !== 'challenge') throw new Error(first.t);
  return { socket, challenge: first.challenge, next };
}

test.each([
  ['as it was signed', 'auth/origin', (origin: string) => origin],
  ['with the origin exchanged', 'auth/signature', () => rendezvousOrigin(honest.url)!],
] as const)(
  '[B2] a challenge of another rendezvous that is relayed, the answer handed on %s, gets %s there; the call goes on',
  async (_, code, originOf) => {
    const call = await standingCall(cast);
    const stolen = await dialHonest();
    cast.rendezvous.lies.challenge = () => stolen.challenge;
    const charlie = cast.peer('charlie');
    await enter(charlie, cast);
    const answer = cast.rendezvous.registrations.at(-1)!;
    stolen.socket.send(encodeClientMessage({ ...answer, origin: originOf(answer.origin) }));
    expect(await stolen.next()).toEqual({ t: 'refused', code });
    await Promise.all([call.goesOn(), nothingHappens(charlie)]);
    stolen.socket.terminate();
  },
);
