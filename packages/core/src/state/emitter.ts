import { EventEmitter } from 'eventemitter3';

import type { Unsubscribe } from './readable.js';
import { reportError } from './report.js';

/** Listeners by the name of their event. */
type Listeners<Events> = { [E in keyof Events]: (...args: never[]) => void };

/** Events with typed names and arguments. */
export interface Emitter<Events extends Listeners<Events>> {
  /** Calls the listener at each event of this name. */
  on<E extends keyof Events & string>(event: E, listener: Events[E]): Unsubscribe;
  /** Tells everybody; a listener that throws is reported and stops nobody else. */
  emit<E extends keyof Events & string>(event: E, ...args: Parameters<Events[E]>): void;
  /** Forgets all listeners. */
  clear(): void;
}

/** Makes an emitter. */
export function emitter<Events extends Listeners<Events>>(): Emitter<Events> {
  const inner = new EventEmitter();
  return {
    on(event, listener) {
      const entry = (...args: never[]) => {
        try {
          listener(...args);
        } catch (error) {
          reportError(error);
        }
      };
      inner.on(event, entry as (...args: unknown[]) => void);
      return () => inner.off(event, entry as (...args: unknown[]) => void);
    },
    emit(event, ...args) {
      inner.emit(event, ...args);
    },
    clear() {
      inner.removeAllListeners();
    },
  };
}
