import { decodeControlFrame, type ErrorCode } from '@conclave/protocol';

import type { Channels } from '../../src/link/channels.js';
import { Farewell } from '../../src/link/farewell.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function parting() {
  const log: string[] = [];
  const channels: Pick<Channels, 'send'> = {
    send(lane, bytes) {
      const frame = decodeControlFrame(bytes);
      log.push(
        `${lane}: ${frame.ok && 'code' in frame.value ? `${frame.value.t} ${frame.value.code}` : '?'}`,
      );
      return true;
    },
  };
  const farewell = new Farewell({ close: () => log.push('hung up') }, (code) => log.push(`over: ${code}`));
  return { farewell, log, say: (code: ErrorCode) => farewell.say(code, channels) };
}

test('[C8] who says good-bye hangs up when the far end has, not under it while it may be sending', () => {
  const { farewell, log, say } = parting();
  say('peer/closed');
  farewell.begin();
  jest.advanceTimersByTime(900);
  expect(log).toEqual(['control: bye peer/closed']);
  farewell.farLeft('peer/closed');
  jest.advanceTimersByTime(1);
  expect(log).toEqual(['control: bye peer/closed', 'over: peer/closed', 'hung up']);
  jest.advanceTimersByTime(5_000);
  expect(log).toHaveLength(3);
});

test('[C8] a far end that never hangs up is waited for for a second', () => {
  const { farewell, log, say } = parting();
  say('link/replaced');
  farewell.begin();
  jest.advanceTimersByTime(1_000);
  expect(log).toEqual(['control: bye link/replaced', 'hung up']);
});

test('[C8] where nobody was told, nobody is waited for', () => {
  const { farewell, log } = parting();
  farewell.begin();
  jest.advanceTimersByTime(1);
  expect(log).toEqual(['hung up']);
});

test('[B9] a far end that says good-bye again and again neither delays the end nor ends it twice', () => {
  const { farewell, log } = parting();
  farewell.farLeft('room/not-admitted');
  farewell.farLeft('link/replaced');
  jest.advanceTimersByTime(1);
  farewell.farLeft('peer/closed');
  jest.advanceTimersByTime(5_000);
  expect(log).toEqual(['over: peer/closed', 'hung up']);
});
