// What a test finds as `kit` where its functions run; the same in a page and in a Node process.

/**
 * @param {any} conclave the public API
 * @param {any} place what is different in a page and in Node: `openMedia`, `listen`, `cutPaths`
 * @returns {import('../support/peer.js').Kit}
 */
export function makeKit(conclave, { openMedia, listen, cutPaths }) {
  /** @type {any} */
  const keep = { outgoing: {}, incoming: {}, heard: [], statuses: [] };
  return {
    keep,
    async connect(url, options) {
      const connection = await conclave.connect(url, { key: 'demo', iceServers: [], ...options });
      connection.on('status', (status) => keep.statuses.push(status));
      keep.connection = connection;
      return connection.nearId;
    },
    media: async () => (keep.media ??= await openMedia()),
    listen,
    cutPaths,
    codeOf: (error) =>
      /** @type {any} */ (error)?.code ?? String(/** @type {any} */ (error)?.message ?? error),
  };
}
