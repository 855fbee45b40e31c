import { nowMs } from '../link/heartbeat.js';

/** Messages after which an acknowledgement is sent at once: an eighth of what may be on its way. */
const EVERY = 32;
/** How long an acknowledgement may wait for company. In a background tab this is up to a second; `EVERY` needs no timer. */
const DELAY_MS = 5;

/** Says when to acknowledge: at once what comes alone, together what comes in a stream. */
export class AckClock {
  readonly #send: () => void;
  #due = 0;
  #sentMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: () => void) {
    this.#send = send;
  }

  /** A message was taken off the line, or what became of one is known. */
  taken(): void {
    this.#due += 1;
    if (this.#due === 1 && nowMs() - this.#sentMs > DELAY_MS) queueMicrotask(() => this.#flush());
    else if (this.#due >= EVERY) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), DELAY_MS);
  }

  /** Nothing is to be said any longer. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#due = 0;
  }

  #flush(): void {
    if (this.#due === 0) return;
    this.stop();
    this.#sentMs = nowMs();
    this.#send();
  }
}
