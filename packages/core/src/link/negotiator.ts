import type { ControlFrame, ControlFrameOf, PeerId, PlayRequest } from '@conclave/protocol';

import {
  negotiate,
  startNegotiation,
  type Negotiation,
  type NegotiationEffect,
  type NegotiationEvent,
} from '../logic/negotiation.js';
import { FIRST_REVISION } from './introduction.js';
import type { LinkDoors } from './link-port.js';
import type { OperationQueue } from './operation-queue.js';
import { packSdp, unpackSdp } from './packed-sdp.js';
import type { LocalDescription, Transport } from './transport.js';

/** What a negotiator needs of its link. */
export interface NegotiatorDoors extends Pick<LinkDoors, 'signer' | 'wants'> {
  readonly farId: PeerId;
  readonly operations: OperationQueue;
  readonly transport: Transport;
  send(frame: ControlFrame): void;
  /** A description of the far end was applied: this is what it wants to play. */
  farPlays(plays: readonly PlayRequest[]): void;
  /** A description could not be made or applied. */
  failed(error: unknown): void;
}

/** Negotiates over the control channel of a proven link: the reducer decides, this carries out. */
export class Negotiator {
  readonly #doors: NegotiatorDoors;
  #state: Negotiation;

  constructor(doors: NegotiatorDoors) {
    this.#doors = doors;
    this.#state = startNegotiation(doors.signer.peerId < doors.farId, FIRST_REVISION, FIRST_REVISION);
  }

  /** Something changed that only an offer can say. */
  want(): void {
    this.#on({ type: 'want' });
  }

  /** Takes a description of the far end. */
  receive(frame: ControlFrameOf<'describe'>): void {
    this.#on({ type: frame.type === 'offer' ? 'far-offer' : 'far-answer', revision: frame.revision }, frame);
  }

  #on(event: NegotiationEvent, frame?: ControlFrameOf<'describe'>): void {
    const [state, effects] = negotiate(this.#state, event);
    this.#state = state;
    for (const effect of effects) {
      this.#doors.operations
        .run(() => this.#do(effect, frame))
        .catch((error: unknown) => {
          this.#doors.failed(error);
        });
    }
  }

  async #do(effect: NegotiationEffect, frame: ControlFrameOf<'describe'> | undefined): Promise<void> {
    const doors = this.#doors;
    const { transport } = doors;
    if (effect.do === 'offer') {
      await this.#describe('offer', effect.revision, await transport.offer(doors.wants(doors.farId)));
    } else if (effect.do === 'rollback') {
      await transport.rollback();
    } else if (frame && effect.do === 'answer') {
      const { sdp } = await unpackSdp(frame);
      const own = await transport.answer(sdp, frame.plays, doors.wants(doors.farId));
      await this.#describe('answer', effect.revision, own);
      // Its plays are said again once it has the answer: media that is faster would find no m-line to arrive on.
      this.#on({ type: 'answered' });
    } else if (frame && effect.do === 'apply-answer') {
      const { sdp } = await unpackSdp(frame);
      await transport.accept(sdp, frame.plays);
      doors.farPlays(frame.plays);
      for (const play of transport.lines.plays(doors.wants(doors.farId))) doors.send({ t: 'play', play });
    }
  }

  async #describe(
    type: 'offer' | 'answer',
    revision: number,
    { sdp, plays }: LocalDescription,
  ): Promise<void> {
    const frame: ControlFrameOf<'describe'> = { t: 'describe', type, revision, sdp, plays: [...plays] };
    this.#doors.send(await packSdp(frame));
  }
}
