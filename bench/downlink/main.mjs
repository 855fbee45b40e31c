// @ts-check
/** @type {import('../support/report.mjs').Benchmark} */
export const benchmark = {
  about: "how soon a file yields to somebody else's voice on its receiver's downlink, against by hand",
  packages: ['core', 'mesh', 'rendezvous', 'lab'],
  // What has to be built first is imported late.
  measure: async (options) => (await import('./measure.mjs')).measure(options),
};
