/**
 * What was reported as uncaught during a test, instead of ending the process: takes the place of the platform's
 * `queueMicrotask`, by which packages report errors of applications.
 */
export function collectReports(): unknown[] {
  const reported: unknown[] = [];
  const native = globalThis.queueMicrotask;
  const spy = jest.spyOn(globalThis, 'queueMicrotask').mockImplementation((task) => {
    native(() => {
      try {
        task();
      } catch (error) {
        reported.push(error);
      }
    });
  });
  stop = () => spy.mockRestore();
  return reported;
}

let stop = () => {};
afterEach(() => {
  stop();
  stop = () => {};
});

/** Lets everything run that waits for nothing but its turn. */
export const turns = () => new Promise<void>((resolve) => setImmediate(resolve));
