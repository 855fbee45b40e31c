import { NOISE_RATIO, type PlanLimits } from './limits.js';
import { audioWireBps } from './wire-cost.js';

/** How much audio there is. */
export interface AudioLoad {
  /** Streams of live audio, of all subscribers together. */
  readonly streams: number;
  /** Everybody with a data channel. */
  readonly subscribers: number;
}

/** How everybody's audio is sent. */
export interface AudioChoice {
  /** The same for all: nobody's sound pays for another's. */
  readonly encoding: 'normal' | 'thin';
  /** Whether it fits with what is kept in reserve. */
  readonly isSafe: boolean;
}

/**
 * Chooses how audio is sent: `normal` wherever it fits, since it sounds better and hides a lost packet better; else
 * `thin`, whether or not that fits. Audio that was thin becomes normal only where it would fit in noise too.
 */
export function chooseAudio(
  capacityBps: number,
  load: AudioLoad,
  limits: PlanLimits,
  wasThin: boolean,
): AudioChoice {
  const steadyBps = wasThin ? capacityBps / NOISE_RATIO : capacityBps;
  if (fits(steadyBps, load, limits, 'normal')) return { encoding: 'normal', isSafe: true };
  return { encoding: 'thin', isSafe: fits(capacityBps, load, limits, 'thin') };
}

/** Whether audio in its leanest form is safe at this capacity. */
export function isAudioSafe(capacityBps: number, load: AudioLoad, limits: PlanLimits): boolean {
  return fits(capacityBps, load, limits, 'thin') || fits(capacityBps, load, limits, 'normal');
}

/**
 * Of the share of media audio takes so much in its usual form. On an uplink that is thinner no picture would fit beside it
 * anyway, and what every link says besides, with a line of chat now and then, is a third of it: 18 kbit/s.
 */
const USUAL_SHARE = 0.75;

/** Audio keeps to the share of media; the floors of messages may lie in the reserve, but not beyond the capacity. */
function fits(
  capacityBps: number,
  { streams, subscribers }: AudioLoad,
  limits: PlanLimits,
  encoding: 'normal' | 'thin',
): boolean {
  if (streams === 0) return true;
  const audioBps = streams * audioWireBps(limits, encoding);
  return (
    audioBps <= (encoding === 'normal' ? USUAL_SHARE : 1) * limits.mediaShare * capacityBps &&
    audioBps + subscribers * limits.messageFloorBps <= capacityBps
  );
}
