// @ts-check
/** @type {import('../support/report.mjs').Benchmark} */
export const benchmark = {
  about: 'participants that this machine carries, against the same page by hand',
  packages: ['core', 'mesh', 'rendezvous'],
  // What has to be built first is imported late.
  measure: async (options) => (await import('./measure.mjs')).measure(options),
};
