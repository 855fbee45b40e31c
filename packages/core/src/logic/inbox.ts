import { MAX_VERDICTS, type Verdict } from '@conclave/protocol';

import { push, queueOf, shift, toList, type Queue } from './queue.js';

/** What one conversation of the far end has brought, and what it is to be told of that. */
export interface Inbox {
  /** The counter of the newest message that was taken off the line. */
  readonly counter: number;
  /** Verdicts that the far end may not have heard: a link may go with what was said on it. Of two on one message the later counts. */
  readonly remembered: Queue<Verdict>;
  /** What was not said yet. */
  readonly unsaid: Queue<Verdict>;
}

/** What is said of an inbox. */
export interface Report {
  readonly counter: number;
  readonly verdicts: readonly Verdict[];
}

/** An inbox at the beginning of a conversation. */
export const emptyInbox: Inbox = { counter: 0, remembered: queueOf([]), unsaid: queueOf([]) };

/** Whether a reliable message is the next one. A counter that was taken is a copy; a gap cannot be and is refused. */
export function judgeCounter(inbox: Inbox, counter: number): 'next' | 'copy' | 'gap' {
  if (counter === inbox.counter + 1) return 'next';
  return counter <= inbox.counter ? 'copy' : 'gap';
}

/** Takes the next message off the line. */
export function take(inbox: Inbox, is: Verdict['is']): Inbox {
  const counter = inbox.counter + 1;
  return is === 'handled' ? { ...inbox, counter } : say({ ...inbox, counter }, { counter, is });
}

/** What waited for a handler has found one, or never will. */
export function decide(inbox: Inbox, counter: number, is: 'handled' | 'dropped'): Inbox {
  return say(inbox, { counter, is });
}

/** What is to be said now; nothing of it is said again on this link. */
export function report(inbox: Inbox): readonly [Inbox, Report] {
  return saying(inbox, inbox.unsaid);
}

/** What is to be said on a new link. */
export function reportAgain(inbox: Inbox): readonly [Inbox, Report] {
  return saying(inbox, inbox.remembered);
}

function saying(inbox: Inbox, said: Queue<Verdict>): readonly [Inbox, Report] {
  return [
    { ...inbox, unsaid: emptyInbox.unsaid },
    { counter: inbox.counter, verdicts: toList(said) },
  ];
}

function say(inbox: Inbox, verdict: Verdict): Inbox {
  return {
    ...inbox,
    remembered: withNewest(inbox.remembered, verdict),
    unsaid: withNewest(inbox.unsaid, verdict),
  };
}

/** The sender has no more than 1,000 messages under way, each with two verdicts at most, and knows of all that is older. */
function withNewest(verdicts: Queue<Verdict>, verdict: Verdict): Queue<Verdict> {
  const after = push(verdicts, verdict);
  return after.size > MAX_VERDICTS ? (shift(after)?.[1] ?? after) : after;
}
