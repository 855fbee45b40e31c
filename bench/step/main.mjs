// @ts-check
/** @type {import('../support/report.mjs').Benchmark} */
export const benchmark = {
  about: 'audio, video and a file while the uplink halves and doubles, against by hand',
  packages: ['core', 'mesh', 'rendezvous', 'lab'],
  // What has to be built first is imported late.
  measure: async (options) => (await import('./measure.mjs')).measure(options),
};
