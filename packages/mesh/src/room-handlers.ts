import {
  ConclaveError,
  type FileOffer,
  type HandlerOptions,
  type IncomingStream,
  type Responder,
  type Unsubscribe,
  type Value,
} from '@conclave/core';

import { applicationHandler } from './application-calls.js';
import type { Participant } from './participant.js';

/** A function that participants may call by name. */
export type RoomHandler<Args extends readonly unknown[]> = (from: Participant, ...args: Args) => void;

/** A function that answers questions of participants; what it throws or rejects with tells them `data/responder-failed`. */
export type RoomResponder = (from: Participant, ...args: Value[]) => ReturnType<Responder>;

/** Hears of files that participants offer. */
export type RoomFileListener = (from: Participant, offer: FileOffer) => void;

/** The control stream of a participant, while both ends stand with each other. */
interface Line {
  readonly stream: IncomingStream;
  readonly from: Participant;
}

/** Puts something on a line; the returned function takes it off. */
type Registration = (line: Line) => Unsubscribe;

/**
 * What the application does with what participants send: on the control streams of all of them, those of today and of
 * tomorrow. On the stream of somebody with whom this end does not stand nothing is registered: core keeps what comes
 * there for a while, and then says that nobody took it.
 */
export class RoomHandlers {
  readonly #lines = new Map<Line, Map<Registration, Unsubscribe>>();
  readonly #registrations = new Set<Registration>();
  readonly #responders = new Set<string>();

  /** Registers a handler; throws `usage/invalid-argument`. */
  handle<Args extends readonly unknown[] = Value[]>(
    name: string,
    handler: RoomHandler<Args>,
    options?: HandlerOptions<Args>,
  ): Unsubscribe {
    const wireName = applicationHandler(name);
    return this.#register(({ stream, from }) =>
      stream.handle<Args>(
        wireName,
        (...args) => {
          handler(from, ...args);
        },
        options,
      ),
    );
  }

  /** Registers the responder of a name; throws `usage/invalid-argument`, also where the name has one. */
  respond(name: string, responder: RoomResponder): Unsubscribe {
    const wireName = applicationHandler(name);
    if (this.#responders.has(name)) {
      throw new ConclaveError('usage/invalid-argument', { hint: `"${name}" has a responder already.` });
    }
    this.#responders.add(name);
    const off = this.#register(({ stream, from }) =>
      stream.respond(wireName, (...args) => responder(from, ...args)),
    );
    let isOn = true;
    return () => {
      if (isOn) this.#responders.delete(name);
      isOn = false;
      off();
    };
  }

  /** Hears of files. */
  onFile(listener: RoomFileListener): Unsubscribe {
    return this.#register(({ stream, from }) =>
      stream.onFile((offer) => {
        listener(from, offer);
      }),
    );
  }

  /** Adds the control stream of a participant, with whom both ends stand from now on. Returns what takes it off again. */
  add(stream: IncomingStream, from: Participant): Unsubscribe {
    const line: Line = { stream, from };
    const offs = new Map<Registration, Unsubscribe>();
    this.#lines.set(line, offs);
    for (const registration of [...this.#registrations]) this.#put(line, registration);
    return () => {
      this.#lines.delete(line);
      for (const off of offs.values()) off();
      offs.clear();
    };
  }

  #register(registration: Registration): Unsubscribe {
    this.#registrations.add(registration);
    for (const line of [...this.#lines.keys()]) this.#put(line, registration);
    return () => {
      this.#registrations.delete(registration);
      for (const offs of this.#lines.values()) {
        offs.get(registration)?.();
        offs.delete(registration);
      }
    };
  }

  /** What waited on the line is handed over meanwhile: who hears it may take the line or the registration away. */
  #put(line: Line, registration: Registration): void {
    const offs = this.#lines.get(line);
    if (!offs || !this.#registrations.has(registration) || offs.has(registration)) return;
    const off = registration(line);
    if (this.#lines.has(line) && this.#registrations.has(registration)) offs.set(registration, off);
    else off();
  }
}
