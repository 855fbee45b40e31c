import { cell } from '../../src/state/cell.js';
import { collectReports, turns } from '../support/reports.js';

test('[F4] a cell gives the same reference until it is set, and tells each listener once a change', () => {
  const first = { phase: 'connecting' };
  const state = cell(first);
  const seen: unknown[] = [];
  state.readable.subscribe(() => seen.push(state.get()));
  expect(state.readable.get()).toBe(first);
  state.set(first);
  expect(seen).toEqual([]);
  const second = { phase: 'connected' };
  state.set(second);
  state.set(second);
  expect(seen).toEqual([second]);
});

test('[F4] what listeners read is the new value: it changes first, then they are told', () => {
  const state = cell(1);
  const seen: number[] = [];
  state.subscribe(() => seen.push(state.get()));
  state.set(2);
  expect(seen).toEqual([2]);
});

test('[F4] the same listener twice is two listeners, and ending one leaves the other', () => {
  const state = cell(0);
  let calls = 0;
  const listener = () => (calls += 1);
  const stop = state.subscribe(listener);
  state.subscribe(listener);
  state.set(1);
  expect(calls).toBe(2);
  stop();
  stop();
  state.set(2);
  expect(calls).toBe(3);
});

test('[F4] a listener that comes or goes while others are told does not disturb them', () => {
  const state = cell(0);
  const told: string[] = [];
  const stop = state.subscribe(() => {
    told.push('a');
    stop();
    state.subscribe(() => told.push('late'));
  });
  state.subscribe(() => told.push('b'));
  state.set(1);
  expect(told).toEqual(['a', 'b']);
  state.set(2);
  expect(told).toEqual(['a', 'b', 'b', 'late']);
});

test('[F4] a listener that throws is reported, and neither others nor the writer notice', async () => {
  const reported = collectReports();
  const state = cell(0);
  let told = 0;
  const error = new Error('a fault of the application');
  state.subscribe(() => {
    throw error;
  });
  state.subscribe(() => (told += 1));
  expect(() => state.set(1)).not.toThrow();
  expect(told).toBe(1);
  await turns();
  expect(reported).toEqual([error]);
});

test('[F4] not-a-number is the same as itself', () => {
  const state = cell(Number.NaN);
  let told = 0;
  state.subscribe(() => (told += 1));
  state.set(Number.NaN);
  expect(told).toBe(0);
});
