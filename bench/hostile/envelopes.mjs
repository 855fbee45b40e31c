// @ts-check
import { openCard, P256, peerIdOf, sealEnvelope } from '@conclave/protocol';

const { subtle } = globalThis.crypto;
const randomBytes = (/** @type {number} */ length) =>
  globalThis.crypto.getRandomValues(new Uint8Array(length));

/** Strangers who send them; the victim keeps a queue and a window for each. */
const STRANGERS = 50;
/** Bytes of the description in each: what a browser says of one stream with data. */
const SDP_BYTES = 3_000;

/** What a stranger may send, each as bad in its own way; made before the clock starts. */
export const KINDS = /** @type {const} */ ([
  'garbage',
  'truncated',
  'wrong signature',
  'wrong receiver',
  'replayed',
  'stale epoch',
]);

/**
 * Bad envelopes for a victim, `STRANGERS` of each kind, in turn.
 *
 * @param {Uint8Array} card the victim's, as anybody can look it up
 */
export async function badEnvelopes(card) {
  const opened = await openCard(subtle, card);
  if (!opened.ok) throw new Error(opened.code);
  const { peerId: to, epoch: toEpoch } = opened.value;
  /** @type {Uint8Array[]} */
  const all = [];
  for (let left = STRANGERS; left > 0; left -= 1) {
    const pair = await subtle.generateKey(P256, false, ['sign', 'verify']);
    const spki = new Uint8Array(await subtle.exportKey('spki', pair.publicKey));
    const peerId = await peerIdOf(subtle, spki);
    if (!peerId) throw new Error('a key that is none');
    const signer = { subtle, privateKey: pair.privateKey, spki, peerId };
    const fromEpoch = randomBytes(16);
    const seal = (/** @type {object} */ head) =>
      sealEnvelope(signer, { to, fromEpoch, toEpoch, counter: 7, message: offer(), ...head });
    const good = await seal({});
    const forged = good.slice();
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
    // Refused for the same reason whenever it comes again: of an answer that nobody waits for only the first one is new.
    const replayed = await seal({ message: candidates() });
    all.push(
      randomBytes(good.length),
      good.slice(0, good.length / 2),
      forged,
      await seal({ to: peerId.replace(/./, (digit) => (digit === '0' ? '1' : '0')) }),
      replayed,
      await seal({ toEpoch: randomBytes(16) }),
    );
  }
  return all;
}

const offer = () => ({
  kind: /** @type {const} */ ('offer'),
  session: randomBytes(16),
  commitment: randomBytes(32),
  revision: 1,
  sdp: 'x'.repeat(SDP_BYTES),
  plays: [],
});

const candidates = () => ({
  kind: /** @type {const} */ ('candidates'),
  session: randomBytes(16),
  revision: 1,
  candidates: [],
});
