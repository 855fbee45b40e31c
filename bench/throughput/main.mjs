// @ts-check
/** @type {import('../support/report.mjs').Benchmark} */
export const benchmark = {
  about: 'a file of 256 MiB and 100,000 messages, against a hand-written channel and PeerJS (--gib: 1 GiB)',
  packages: ['core', 'rendezvous'],
  // What has to be built first is imported late.
  measure: async (options) => (await import('./measure.mjs')).measure(options),
};
