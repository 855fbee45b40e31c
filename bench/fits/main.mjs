// @ts-check
import { planUplink, wouldFit } from '@conclave/mesh';

import { simulateUplink } from '../support/queue-model.mjs';
import { hold, printTable, rounded } from '../support/report.mjs';
import { roomOf, seeded } from './rooms.mjs';

const ROOMS = 200;
const SECONDS = 30;
/** More than this of somebody's sound lost, and it was not safe (row E5). */
const MAX_AUDIO_LOSS = 0.005;
/** A picture needs so much, or what it was limited to where it needs less; a twentieth is the encoder's own wandering. */
const PICTURE_BPS = 50_000 * 0.95;

/** @type {import('../support/report.mjs').Benchmark} */
export const benchmark = {
  about: 'whether wouldFit is right, in rooms simulated packet by packet',
  packages: ['core', 'mesh', 'rendezvous', 'lab'],
  async measure({ rounds = ROOMS, short }) {
    const count = short ? Math.min(rounds, 40) : rounds;
    const cases = Array.from({ length: count }, (_, seed) => judge(seed + 1));
    const wrong = cases.filter(({ isRight }) => !isRight);
    const tally = (/** @type {string} */ fits) => [
      fits,
      cases.filter((one) => one.fits === fits).length,
      wrong.filter((one) => one.fits === fits).length,
    ];
    printTable([['answer', 'rooms', 'wrong'], tally('yes'), tally('degraded'), tally('no')]);
    for (const { words } of wrong) console.log(`  wrong: ${words}`);
    const wrongNo = wrong.filter(({ fits }) => fits === 'no').length;
    const rightPct = rounded((100 * (count - wrong.length)) / count);
    const onShaper = short ? undefined : await (await import('./on-the-shaper.mjs')).judgeOnTheShaper();
    return {
      figures: {
        rightPct,
        simulated: count,
        wrongYes: wrong.length - wrongNo,
        wrongNo,
        ...(onShaper && { rightOnShaper: onShaper.right, onShaper: onShaper.judged }),
      },
      rows: [
        hold('E5', '>=', 95, rightPct),
        ...(onShaper ? [hold('E5 of 10 on the shaper', '>=', 10, onShaper.right)] : []),
      ],
    };
  },
};

/**
 * Asks whether more fit, lets them in whatever the answer, and simulates what becomes of it.
 * @param {number} seed
 */
function judge(seed) {
  const { capacityBps, queueMs, rttMs, present, more } = roomOf(seed);
  const { fits } = wouldFit({ capacityBps, subscribers: present }, more);
  const newcomers = Array.from({ length: more }, (_, index) => ({
    ...present[index % present.length],
    farId: `newcomer ${index}`,
  }));
  const subscribers = /** @type {typeof present} */ ([...present, ...newcomers]);
  const plan = planUplink({ capacityBps, subscribers });
  const audio = plan.subscribers.map(({ audio: { encoding, maxBitrateBps } }) => ({
    packetMs: encoding === 'thin' ? 60 : 20,
    bitrateBps: maxBitrateBps,
  }));
  const videos = plan.subscribers
    .flatMap((subscriber) => subscriber.videos)
    .filter(({ state }) => state !== 'paused')
    .map(({ maxBitrateBps, maxFramerate }) => ({ bitrateBps: maxBitrateBps, framerate: maxFramerate }));
  const outcome = simulateUplink({
    capacityBps,
    queueMs,
    rttMs,
    audio,
    videos,
    channels: subscribers.length,
    seconds: SECONDS,
    random: seeded(seed + 1_000_000),
  });
  const audioLoss = Math.max(0, ...outcome.audioLossRatio);
  const short = outcome.videoBps.filter(
    (bps, index) => bps < Math.min(PICTURE_BPS, (videos[index]?.bitrateBps ?? 0) * 0.95),
  ).length;
  const isGood = audioLoss <= MAX_AUDIO_LOSS && short === 0;
  const words =
    `room ${seed}: ${fits}; ${present.length}+${more} at ${rounded(capacityBps / 1_000)} kbit/s, queue ${rounded(queueMs)} ms; ` +
    `audio loss ${rounded(audioLoss * 100)} %, ${short} of ${videos.length} videos short`;
  return { fits, isRight: isGood === (fits !== 'no'), words };
}
