// @ts-check
/** @type {import('../support/report.mjs').Benchmark} */
export const benchmark = {
  about: 'what the others notice when one more joins on a thin uplink, against by hand',
  packages: ['core', 'mesh', 'rendezvous', 'lab'],
  // What has to be built first is imported late.
  measure: async (options) => (await import('./measure.mjs')).measure(options),
};
