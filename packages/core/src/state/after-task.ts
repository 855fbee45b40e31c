const due: (() => void)[] = [];
let post: (() => void) | undefined;

/** Runs it in a task of its own, soon. Not by a timer: those of a page in the background fire once a second. */
export function afterTask(run: () => void): void {
  due.push(run);
  if (due.length === 1) (post ??= poster())();
}

function runAll(): void {
  for (const run of due.splice(0)) run();
}

function poster(): () => void {
  const { setImmediate } = globalThis as { setImmediate?: (run: () => void) => unknown };
  if (setImmediate) return () => void setImmediate(runAll); // a message port would keep a Node process alive
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = runAll;
  return () => port2.postMessage(0);
}
