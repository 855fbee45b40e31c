import type { Handler, IncomingStream, Unsubscribe, Value } from '@conclave/core';

import { applicationHandler } from './deliveries.js';
import type { Participant } from './participant.js';

/** A function that participants may call by name. */
export type RoomHandler = (from: Participant, ...args: Value[]) => void;

interface Line {
  readonly stream: IncomingStream;
  readonly from: () => Participant | undefined;
}

/** The handlers of a room, on the control streams of all participants: those of today and of tomorrow. */
export class RoomHandlers {
  readonly #lines = new Set<Line>();
  readonly #handlers = new Map<symbol, (line: Line) => void>();

  /** Registers a handler; throws `usage/invalid-argument`. */
  handle(name: string, handler: RoomHandler): Unsubscribe {
    const wireName = applicationHandler(name);
    const unsubscribes = new Map<Line, Unsubscribe>();
    const key = Symbol(name);
    const connect = (line: Line) => {
      const call: Handler = (...args) => {
        const from = line.from();
        if (from) handler(from, ...args);
      };
      for (const known of unsubscribes.keys()) if (!this.#lines.has(known)) unsubscribes.delete(known);
      unsubscribes.set(line, line.stream.handle(wireName, call));
    };
    this.#handlers.set(key, connect);
    for (const line of this.#lines) connect(line);
    return () => {
      this.#handlers.delete(key);
      for (const unsubscribe of unsubscribes.values()) unsubscribe();
      unsubscribes.clear();
    };
  }

  /** Adds the control stream of a participant; messages count while `from` names one. Returns what takes it off again. */
  add(stream: IncomingStream, from: () => Participant | undefined): Unsubscribe {
    const line: Line = { stream, from };
    this.#lines.add(line);
    for (const connect of this.#handlers.values()) connect(line);
    return () => this.#lines.delete(line);
  }
}
