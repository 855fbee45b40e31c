// @ts-check
import { setTimeout as pause } from 'node:timers/promises';

import { createRendezvous, memoryExchange } from '@conclave/rendezvous';

import { hold, printTable, rounded } from '../support/report.mjs';
import { badEnvelopes, KINDS } from './envelopes.mjs';
import { startPeer } from './peers.mjs';

const PER_SECOND = 1_000;
const SECONDS = 60;
const SHORT_SECONDS = 15;
/** A handful every few milliseconds, as they would come from many sockets. */
const TURN_MS = 5;
/** The goal of the issue that asked for this: what a minute of fire may leave on the heap. */
const MAX_HEAP_GROWTH_BYTES = 5_000_000;
/** Half a second of a standing picture is what people begin to notice. */
const MAX_GAP_MS = 500;

/** @typedef {import('./peers.mjs').Stretch} Stretch */

/** @param {{ short?: boolean }} options */
export async function measure({ short = false }) {
  const seconds = short ? SHORT_SECONDS : SECONDS;
  const exchange = memoryExchange();
  let tenant = '';
  const rendezvous = await createRendezvous({
    exchange: {
      ...exchange,
      claim: (claim, holder) => {
        tenant = claim.tenant;
        return exchange.claim(claim, holder);
      },
    },
  });
  const [victim, friend] = [startPeer(), startPeer()];
  try {
    const [victimId, friendId] = await Promise.all([
      victim.call('join', rendezvous.url),
      friend.call('join', rendezvous.url),
    ]);
    await Promise.all([victim.call('play', friendId), friend.call('play', victimId)]);
    const card = await exchange.cardOf(tenant, victimId);
    if (!card) throw new Error('the victim is not there');
    const envelopes = await badEnvelopes(card);
    const deliver = (/** @type {Uint8Array} */ envelope) => exchange.deliver(tenant, victimId, envelope);
    // Of each the first one, and what compilers do with it, is not counted; then a moment for the call to be in its stride.
    for (const envelope of envelopes) await deliver(envelope);
    await pause(3_000);

    const calm = await stretch([victim, friend], () => pause(1_000 * seconds));
    const heapBefore = await victim.call('heapBytes');
    let sent = 0;
    const fire = await stretch([victim, friend], async () => {
      sent = await spray(envelopes, deliver, seconds);
      await pause(100); // the last ones are still on their way
    });
    const heapGrowthBytes = (await victim.call('heapBytes')) - heapBefore;
    print(calm, fire);
    return report({ calm, fire, heapGrowthBytes, sentPerSecond: sent / seconds, sent });
  } finally {
    victim.end();
    friend.end();
    await rendezvous.close();
  }
}

/**
 * @param {import('./peers.mjs').PeerProcess[]} peers
 * @param {() => Promise<void>} during
 * @returns {Promise<Stretch[]>}
 */
async function stretch(peers, during) {
  await Promise.all(peers.map((peer) => peer.call('begin')));
  await during();
  return Promise.all(peers.map((peer) => peer.call('end')));
}

/**
 * @param {Uint8Array[]} envelopes
 * @param {(envelope: Uint8Array) => Promise<boolean>} deliver
 * @param {number} seconds
 */
async function spray(envelopes, deliver, seconds) {
  const startedMs = performance.now();
  let sent = 0;
  while (sent < PER_SECOND * seconds) {
    const due = Math.min(PER_SECOND * seconds, ((performance.now() - startedMs) * PER_SECOND) / 1000);
    for (; sent < due; sent += 1) {
      const envelope = envelopes[sent % envelopes.length];
      if (envelope) void deliver(envelope);
    }
    await pause(TURN_MS);
  }
  return sent;
}

/** @param {{ calm: Stretch[], fire: Stretch[], heapGrowthBytes: number, sentPerSecond: number, sent: number }} measured */
function report({ calm, fire, heapGrowthBytes, sentPerSecond, sent }) {
  const [calmVictim, calmFriend] = calm;
  const [victim, friend] = fire;
  if (!calmVictim || !calmFriend || !victim || !friend) throw new Error('a stretch without both ends');
  const figures = {
    cpuPct: rounded(victim.cpuPct),
    cpuPctWithoutFire: rounded(calmVictim.cpuPct),
    heapGrowthBytes: Math.round(heapGrowthBytes),
    envelopesPerSecond: rounded(sentPerSecond),
    refusedShare: rounded(victim.refused / sent),
    framesAtVictimOverCalm: rounded(victim.framesPerSecond / calmVictim.framesPerSecond),
    framesAtFriendOverCalm: rounded(friend.framesPerSecond / calmFriend.framesPerSecond),
    longestGapAtVictimMs: rounded(victim.longestGapMs),
    longestGapAtFriendMs: rounded(friend.longestGapMs),
  };
  const lost = 1 - Math.min(figures.framesAtVictimOverCalm, figures.framesAtFriendOverCalm);
  const rows = [
    hold('heap growth, bytes', '<', MAX_HEAP_GROWTH_BYTES, figures.heapGrowthBytes),
    hold('frames lost to the fire, share', '<=', 0.05, rounded(lost)),
    hold(
      'longest gap between frames, ms',
      '<=',
      MAX_GAP_MS,
      Math.max(figures.longestGapAtVictimMs, figures.longestGapAtFriendMs),
    ),
    hold('envelopes not counted by a code, share', '<=', 0.01, rounded(1 - figures.refusedShare)),
    hold('strangers asked about, or linked', '<=', 0, victim.asked - calmVictim.asked + (victim.links - 1)),
  ];
  return { figures, rows };
}

/** @param {Stretch[]} calm @param {Stretch[]} fire */
function print(calm, fire) {
  const line = (/** @type {string} */ name, /** @type {Stretch | undefined} */ one) =>
    one
      ? [
          name,
          one.cpuPct.toFixed(1),
          one.framesPerSecond.toFixed(2),
          one.longestGapMs.toFixed(0),
          (one.rssBytes / 2 ** 20).toFixed(0),
          one.refused,
        ]
      : [];
  console.log(`\n${PER_SECOND} envelopes a second, in turn: ${KINDS.join(', ')}`);
  printTable([
    ['', 'CPU %', 'frames/s', 'longest gap ms', 'RSS MiB', 'refused'],
    line('victim, calm', calm[0]),
    line('victim, under fire', fire[0]),
    line('friend, calm', calm[1]),
    line('friend, under fire', fire[1]),
  ]);
}
