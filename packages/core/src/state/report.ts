/** Reports an error of somebody else's code as uncaught, without ending the call that we are in. */
export function reportError(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
