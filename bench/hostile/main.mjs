// @ts-check
/** @type {import('../support/report.mjs').Benchmark} */
export const benchmark = {
  about: 'what 1,000 bad envelopes per second for a minute cost a victim in a call (--short: 15 s)',
  packages: ['core', 'rendezvous'],
  // What has to be built first is imported late.
  measure: async (options) => (await import('./measure.mjs')).measure(options),
};
