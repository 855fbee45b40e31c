import {
  ConclaveError,
  type Answer,
  type Delivery,
  type ErrorCode,
  type FileOptions,
  type FileTransfer,
  type OutgoingStream,
  type PeerId,
  type PeerStream,
  type RequestOptions,
  type Value,
} from '@conclave/core';

import { applicationHandler, checkCall } from './application-calls.js';
import { isEverybody, reachable, sendToAll, unreachable, type Recipients } from './deliveries.js';
import { joinTransfers } from './transfers.js';

/** What sending needs of its room. */
export interface SendingDoors {
  /** This end's control stream: what the application sends goes over it. */
  readonly control: OutgoingStream;
  /** Those with whom both ends stand. */
  linked(): readonly PeerId[];
  /** Who plays the control stream. */
  grantedTo(farId: PeerId): PeerStream | undefined;
  /** Throws `usage/closed` once the room is left. */
  mustBeJoined(): void;
}

/** Failures that are the caller's: nobody can be asked so. */
const OURS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'usage/invalid-argument',
  'data/too-large',
  'data/unsupported-value',
]);

/**
 * What the application sends in a room: to everybody with whom both ends stand, or to one of them. Everything throws, or
 * rejects with, `usage/closed` once the room is left.
 */
export class Sending {
  readonly #doors: SendingDoors;

  constructor(doors: SendingDoors) {
    this.#doors = doors;
  }

  /** Calls a handler of the application at one participant, or at everybody. */
  send(handler: string, args: readonly Value[], to?: PeerId): Delivery {
    const recipients = this.#recipients(to);
    return sendToAll(this.#doors.control, recipients, applicationHandler(handler), args);
  }

  /** Asks one participant; rejects with `peer/unreachable` where it is not present. */
  async request(
    to: PeerId,
    handler: string,
    args: readonly Value[],
    options?: RequestOptions,
  ): Promise<Value> {
    const [peer] = reachable(this.#recipients(to));
    const name = applicationHandler(handler);
    if (peer) return peer.request(name, args, options);
    checkCall(name, args);
    throw new ConclaveError('peer/unreachable');
  }

  /** Asks everybody: an answer, or why there is none, for each. */
  async requestAll(
    handler: string,
    args: readonly Value[],
    options?: RequestOptions,
  ): Promise<ReadonlyMap<PeerId, Answer>> {
    const recipients = [...this.#recipients().keys()];
    if (recipients.length === 0) checkCall(applicationHandler(handler), args);
    const asked = recipients.map(async (to): Promise<readonly [PeerId, Answer]> => {
      try {
        return [to, { outcome: 'answered', value: await this.request(to, handler, args, options) }];
      } catch (error) {
        if (!(error instanceof ConclaveError) || OURS.has(error.code)) throw error;
        return [to, { outcome: 'failed', code: error.code }];
      }
    });
    return new Map(await Promise.all(asked));
  }

  /** Offers a file to one participant, or to everybody. */
  sendFile(file: Blob, options: FileOptions = {}, to?: PeerId): FileTransfer {
    const { control } = this.#doors;
    const recipients = this.#recipients(to);
    const [peers, gone] = [reachable(recipients), unreachable(recipients)];
    if (gone.length === 0 && isEverybody(control, peers)) return control.sendFile(file, options);
    const transfers = peers.map((peer) => peer.sendFile(file, options));
    return joinTransfers(file, options, transfers, gone);
  }

  #recipients(to?: PeerId): Recipients {
    this.#doors.mustBeJoined();
    const all = this.#doors.linked();
    const chosen = to === undefined ? all : [to];
    const peerOf = (farId: PeerId) => (all.includes(farId) ? this.#doors.grantedTo(farId) : undefined);
    return new Map(chosen.map((farId) => [farId, peerOf(farId)]));
  }
}
