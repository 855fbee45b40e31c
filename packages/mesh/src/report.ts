/** Reports an error of the application as uncaught, without ending the call that we are in. */
export function reportError(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
