/** One clock for all pages of a machine: each counts from its own origin, which is on the machine's clock. */
export const nowMs = () => performance.timeOrigin + performance.now();
