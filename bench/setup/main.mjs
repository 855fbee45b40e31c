// @ts-check
/** @type {import('../support/report.mjs').Benchmark} */
export const benchmark = {
  about: 'from play to the first decoded frame, against a hand-written RTCPeerConnection and PeerJS',
  packages: ['core', 'mesh', 'rendezvous'],
  // What has to be built first is imported late.
  measure: async (options) => (await import('./measure.mjs')).measure(options),
};
