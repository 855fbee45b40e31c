// @ts-check
/** @type {import('../support/report.mjs').Benchmark} */
export const benchmark = {
  about: 'audio, video and chat while a file floods a thin uplink, against by hand, PeerJS and an oracle',
  packages: ['core', 'mesh', 'rendezvous', 'lab'],
  // What has to be built first is imported late.
  measure: async (options) => (await import('./measure.mjs')).measure(options),
};
