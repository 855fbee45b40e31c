// Paths that a test can cut: every candidate of a far end is reached through a UDP relay of this process, until it is cut.
import { createSocket } from 'node:dgram';

const HOST = '127.0.0.1';

/** @type {Set<{ close(): void }>} */
const relays = new Set();

/** Cuts every path that there is: nobody is told, packets are lost. What is opened later is whole. */
export function cutPaths() {
  for (const relay of relays) relay.close();
  relays.clear();
}

/**
 * An `RTCPeerConnection` whose paths can be cut.
 *
 * @param {any} Native
 */
export function cuttable(Native) {
  return new Proxy(Native, {
    construct(target, args) {
      const pc = new target(...args);
      const add = pc.addIceCandidate;
      pc.addIceCandidate = async (/** @type {any} */ init) => {
        const relayed = await relayTo(init.candidate);
        if (relayed !== undefined) await add.call(pc, { ...init, candidate: relayed });
      };
      return pc;
    },
  });
}

/**
 * The candidate as it is reached through a relay of its own; `undefined` for one that is not for UDP over IPv4.
 *
 * @param {string} candidate RFC 8839 section 5.1
 */
async function relayTo(candidate) {
  if (candidate === '') return candidate;
  const words = candidate.split(' ');
  const [, , transport, , address, port] = words;
  if (transport?.toLowerCase() !== 'udp' || !/^\d+\.\d+\.\d+\.\d+$/.test(address ?? '')) return undefined;
  words.splice(4, 2, HOST, String(await openRelay(address, Number(port))));
  return words.join(' ');
}

/** Passes on what comes, both ways: the near end sends to one socket, the far end sees the other. */
async function openRelay(address, port) {
  const [near, far] = [createSocket('udp4'), createSocket('udp4')];
  await Promise.all(
    [near, far].map((socket) => new Promise((done) => socket.bind(0, HOST, () => done(undefined)))),
  );
  let nearPort = 0;
  near.on('message', (packet, from) => {
    nearPort = from.port;
    far.send(packet, port, address);
  });
  far.on('message', (packet) => nearPort && near.send(packet, nearPort, HOST));
  relays.add({
    close() {
      near.close();
      far.close();
    },
  });
  return near.address().port;
}
