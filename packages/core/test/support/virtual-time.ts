import { turns } from './reports.js';

/** By then an acknowledgement that waits for company has gone. */
export const ACK_MS = 6;

/** Lets the tests of a file say how time goes by: `setTimeout`, `performance.now` and the like are virtual. */
export function useVirtualTime(): void {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask', 'nextTick'] }));
  afterEach(() => void jest.useRealTimers());
}

/** Lets this much time go by, and everything happen that waits for nothing else. */
export async function pass(ms: number): Promise<void> {
  await turns();
  await jest.advanceTimersByTimeAsync(ms);
  await turns();
}
