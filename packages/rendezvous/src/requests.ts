import {
  MAX_ENVELOPE_BYTES,
  type ClientMessage,
  type ErrorCode,
  type ServerMessage,
} from '@conclave/protocol';

import type { Access } from './access.js';
import type { Exchange, Joined, Seat } from './exchange.js';

/** A frame that wants an answer of the exchange. */
export type RequestMessage = Exclude<Extract<ClientMessage, { id: number }>, { t: 'renew' }>;

/** The client that asks. */
export interface Asker {
  readonly access: Access;
  readonly seat: Seat;
}

/** The answer, and with a member list the counter of the last event that the list knows of. */
export interface Answer {
  readonly message: ServerMessage;
  readonly after?: number;
}

/** What an envelope has around its signed part: a key, a signature and their headers. */
const ENVELOPE_OVERHEAD_BYTES = 256;

/** Does what a registered client asks and answers it. Rejects only where the exchange fails. */
export async function answerRequest(
  exchange: Exchange,
  asker: Asker,
  request: RequestMessage,
): Promise<Answer> {
  const { id } = request;
  const failed = (code: ErrorCode): Answer => ({ message: { t: 'failed', id, code } });
  const done: Answer = { message: { t: 'done', id } };
  switch (request.t) {
    case 'relay': {
      const tooLarge = request.envelope.byteLength > MAX_ENVELOPE_BYTES + ENVELOPE_OVERHEAD_BYTES;
      if (tooLarge) return failed('rendezvous/too-large');
      const delivered = await exchange.deliver(asker.access.tenant, request.to, request.envelope);
      return delivered ? done : failed('peer/unreachable');
    }
    case 'lookup': {
      const card = await exchange.cardOf(asker.access.tenant, request.peer);
      return card ? { message: { t: 'card', id, card } } : failed('peer/unreachable');
    }
    case 'join': {
      const { grant } = asker.access;
      if (grant?.rooms && !grant.rooms.has(request.room)) return failed('room/forbidden');
      const joined = await asker.seat.join(request.room);
      return joined.ok ? joinedAnswer(id, request.room, joined.value) : failed(joined.code);
    }
    case 'leave':
      await asker.seat.leave(request.room);
      return done;
  }
}

function joinedAnswer(id: number, room: string, { members, after }: Joined): Answer {
  return { message: { t: 'joined', id, room, members: [...members] }, after };
}
