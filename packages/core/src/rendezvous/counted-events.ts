import { MAX_WAITING_EVENTS } from './limits.js';

/** What the server says of its counter when it has registered us. */
export interface CounterOffer {
  /** Whether it goes on from the counter that we named. */
  readonly resumed: boolean;
  /** Where it counts from if it does not. */
  readonly counter: number;
}

/**
 * What the server tells of its own accord, each once and in order: cards take a while to verify, and nothing may
 * overtake them. Outlives sockets, so that what was missed can be asked for.
 */
export interface CountedEvents {
  /** The last counter seen; `undefined` where there is nothing to resume. */
  resumeAfter(): number | undefined;
  /** A socket was registered. Answers whether the server has forgotten us: then all that it knew has to be told again. */
  registered(offer: CounterOffer): boolean;
  /** A counted frame came; one that was seen already is dropped, a gap is distrusted. */
  counted(counter: number, act: () => void | Promise<void>): void;
  /** A frame without a counter came, which acts after those before it. `act` must not reject. */
  inOrder(act: () => void | Promise<void>): void;
  /** The server does what none would: its counters cannot be relied on, so the next registration begins anew. */
  distrust(): void;
}

type Counting =
  | { readonly at: 'unregistered' }
  | { readonly at: 'counting'; readonly seen: number }
  | { readonly at: 'distrusted' };

/** Makes the events of one life. `distrusted` is to cut the socket that they come by. */
export function countedEvents(distrusted: () => void): CountedEvents {
  let counting: Counting = { at: 'unregistered' };
  let applied = Promise.resolve();
  let waiting = 0;

  const distrust = () => {
    counting = { at: 'distrusted' };
    distrusted();
  };
  const inOrder = (act: () => void | Promise<void>) => {
    waiting += 1;
    if (waiting > MAX_WAITING_EVENTS) distrust();
    applied = applied.then(act).finally(() => {
      waiting -= 1;
    });
  };

  return {
    resumeAfter: () => (counting.at === 'counting' ? counting.seen : undefined),
    registered({ resumed, counter }) {
      const before = counting;
      if (before.at === 'counting' && resumed) return false;
      counting = { at: 'counting', seen: counter };
      return before.at !== 'unregistered';
    },
    counted(counter, act) {
      if (counting.at !== 'counting' || counter <= counting.seen) return;
      if (counter > counting.seen + 1) {
        distrust(); // something that nobody tells us again
        return;
      }
      counting = { at: 'counting', seen: counter };
      inOrder(act);
    },
    inOrder,
    distrust,
  };
}
