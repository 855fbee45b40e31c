// @ts-check
/** @type {import('../support/report.mjs').Benchmark} */
export const benchmark = {
  about: 'how long a message takes while a file is sent on the same link, against hand-written channels',
  packages: ['core', 'rendezvous'],
  // What has to be built first is imported late.
  measure: async (options) => (await import('./measure.mjs')).measure(options),
};
