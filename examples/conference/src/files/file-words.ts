import { ConclaveError, type ErrorCode, type FileState } from '@conclave/core';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

const percent = new Intl.NumberFormat(undefined, { style: 'percent' });

/** A number of bytes, as people say it: “2.4 MB”. */
export function sizeWords(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return new Intl.NumberFormat(undefined, {
    style: 'unit',
    unit: UNITS[power],
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power === 0 ? 0 : 1,
  }).format(bytes / 1000 ** power);
}

/** How much of something is done: “45 %”. It says 100 only at the end. */
export function percentWords(bytes: number, size: number): string {
  return percent.format(size === 0 ? 0 : Math.floor((100 * bytes) / size) / 100);
}

/** How a file of ours is doing with somebody; to be read after a name. */
export function stateWords(state: FileState, size: number): string {
  switch (state.phase) {
    case 'offered':
      return 'Has not answered yet';
    case 'moving':
      return percentWords(state.bytes, size);
    case 'done':
      return 'Has it';
    case 'failed':
      return whyNotThere(state.code);
  }
}

/** Why somebody has not got a file of ours. */
function whyNotThere(code: ErrorCode): string {
  switch (code) {
    case 'file/refused':
      return 'Does not want it';
    case 'file/cancelled':
    case 'usage/aborted':
      return 'You took it back';
    case 'file/no-receiver':
      return 'Cannot take files';
    case 'file/limit':
      return 'Too many files at once. Send it again later';
    case 'file/unreadable':
      return 'Cannot be read any more: was it changed or moved?';
    case 'file/unwritable':
      return 'Could not write it to the disk';
    case 'file/corrupt':
      return 'Arrived damaged. Send it again';
    default:
      return hasGone(code) ? 'Was gone before it had arrived' : 'Did not get it. Send it again';
  }
}

/** Why a file of somebody else is not here. */
export function whyNotHere(code: ErrorCode | undefined): string {
  switch (code) {
    case 'file/refused':
    case 'usage/aborted':
      return 'You did not take it.';
    case 'file/cancelled':
      return 'It was taken back.';
    case 'file/limit':
      return 'Too many files at once. Ask for it again later.';
    case 'file/unreadable':
      return 'The sender cannot read it any more.';
    case 'file/unwritable':
      return 'It could not be written there. Ask for it again, and choose another place.';
    case 'file/corrupt':
      return 'It arrived damaged and was thrown away. Ask for it again.';
    default:
      return code && hasGone(code)
        ? 'The sender was gone before it had arrived. Nothing of it was kept.'
        : 'It did not arrive. Ask for it again.';
  }
}

/** Whether it ended because somebody wanted it so: nothing went wrong then. */
export function wasWanted(code: ErrorCode | undefined): boolean {
  return code === 'file/refused' || code === 'file/cancelled' || code === 'usage/aborted';
}

/** Why a file could not even be offered. */
export function whyNotOffered(error: unknown): string {
  const code = error instanceof ConclaveError ? error.code : undefined;
  if (code === 'usage/closed') return 'You are not in the room any more. Join again, then send the file.';
  if (code === 'usage/invalid-argument')
    return 'The name of this file is too long. Shorten it, then try again.';
  return 'This file could not be offered. Try again, or join again.';
}

/** Why files were not even looked at. */
export const NOT_OFFERED = {
  alone: 'Nobody is here to take a file. Wait until somebody has joined.',
  folder: 'Folders cannot be sent. Send the files in it, or pack it first.',
  many: (limit: number) => `At most ${limit} files at once. Send fewer, or pack them into one.`,
} as const;

function hasGone(code: ErrorCode): boolean {
  return /^(peer|link|stream|room)\//.test(code);
}
