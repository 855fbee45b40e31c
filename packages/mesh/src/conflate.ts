/** An action that is done at once, then seldom; the last call is never lost. */
export interface Conflated {
  call(): void;
  stop(): void;
}

/** Makes calls in quick succession one call, done at the latest `intervalMs` after the first of them. */
export function conflate(action: () => void, intervalMs: number): Conflated {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let due = false;
  const run = () => {
    due = false;
    timer = setTimeout(() => {
      timer = undefined;
      if (due) run();
    }, intervalMs);
    action();
  };
  return {
    call() {
      due = true;
      if (timer === undefined) run();
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
      due = false;
    },
  };
}
