import type { Room, RoomCapacity } from '@conclave/mesh';

import type { Part, Service } from './division';

/** What the upload is spent on, as people say it. */
export const PART_WORDS: Readonly<Record<Part, string>> = {
  audio: 'Sound',
  video: 'Picture',
  message: 'Messages, upkeep',
  file: 'Files',
};

const kilobits = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const megabits = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** A rate as people say it: “350 kbit/s”, “1.2 Mbit/s”. */
export function rateWords(bps: number): string {
  return bps < 1_000_000
    ? `${kilobits.format(bps / 1000)} kbit/s`
    : `${megabits.format(bps / 1_000_000)} Mbit/s`;
}

/** How many are here and how many there may be, and what says so. */
export function capacityWords({ now, limit, bound }: RoomCapacity): string {
  if (now === 0) {
    const people = limit === 1 ? 'One person' : `Up to ${limit} people`;
    return `${people} can join you${bound === 'uplink' ? ': your upload carries no more' : ''}.`;
  }
  return bound === 'uplink'
    ? `You send to ${now === 1 ? '1 person' : `${now} people`}; your upload carries at most ${limit}.`
    : `You send to ${now} of at most ${limit} people.`;
}

/** Whether one person more would fit, and at what price. */
export function fitWords(fit: ReturnType<Room['wouldFit']>): string {
  switch (fit.fits) {
    case 'yes':
      return 'One person more would fit.';
    case 'degraded': {
      const prices = [
        fit.reduced > 0 && `smaller pictures for ${fit.reduced}`,
        fit.paused > 0 && `no picture for ${fit.paused}`,
      ];
      return `One person more would fit, with ${prices.filter(Boolean).join(' and ')}.`;
    }
    case 'no':
      return fit.why === 'limit'
        ? 'One person more would be one too many.'
        : 'One person more would not fit: the sound of everybody would suffer.';
  }
}

const WHY = {
  uplink: 'your upload is too slow for more',
  cpu: 'this device is too busy for more',
} as const;

/** What somebody sees of you, and why it is not more. */
export function pictureWords({ videos }: Service): string {
  const [video] = videos;
  return video ? wordsOf(video) : 'Sound only: your camera is off, or nobody looks there';
}

function wordsOf({ state, why, height, maxFramerate }: Service['videos'][number]): string {
  if (state === 'paused')
    return why === undefined || why === 'asked'
      ? 'No picture: nobody looks there'
      : `No picture: ${WHY[why]}`;
  const picture = `${Math.round(height)} lines, ${Math.round(maxFramerate)} pictures a second`;
  if (state === 'full') return `Full picture: ${picture}`;
  return why === undefined || why === 'asked'
    ? `As large as it is shown there: ${picture}`
    : `Smaller picture: ${picture}, since ${WHY[why]}`;
}

/** What is to be said about somebody's sound; nothing while all is well. */
export function soundWords({ audio }: Service): string | undefined {
  return audio.encoding === 'thin' ? 'Sound with few bits: your upload is thin' : undefined;
}
