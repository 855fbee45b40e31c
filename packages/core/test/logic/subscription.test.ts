import { mayWait, MAX_UNCONNECTED, MAX_UNCONNECTED_PER_PEER } from '../../src/logic/play-request.js';
import { statusOf } from '../../src/logic/status.js';
import {
  nextIncomingState,
  type IncomingState,
  type SubscriptionEvent,
} from '../../src/logic/subscription.js';

const GRANTED: SubscriptionEvent = { type: 'granted' };
const WAITING: SubscriptionEvent = { type: 'waiting' };
const SILENT: SubscriptionEvent = { type: 'link-interrupted' };
const BACK: SubscriptionEvent = { type: 'link-live' };
const MOVED: SubscriptionEvent = { type: 'moved' };
const REFUSED: SubscriptionEvent = { type: 'ended', code: 'stream/refused' };
const through = (...events: SubscriptionEvent[]): IncomingState =>
  events.reduce<IncomingState>(nextIncomingState, { phase: 'requested' });

test.each([
  ['[C4] plays once it is granted', through(GRANTED), 'playing'],
  ['[C6] waits where nobody publishes the name yet', through(WAITING), 'waiting'],
  ['[C6] plays when the name is published at last', through(WAITING, GRANTED), 'playing'],
  ['[C7] is closed by a refusal', through(REFUSED), 'closed'],
  ['[C7] stays closed whatever is said after a refusal', through(REFUSED, GRANTED, BACK), 'closed'],
  ['[D6] is interrupted with its link', through(GRANTED, SILENT), 'interrupted'],
  ['[D6] plays again with its link', through(GRANTED, SILENT, BACK), 'playing'],
  ['[D6] is not interrupted before it was granted', through(SILENT), 'requested'],
  ['[C6] is not granted by a link that comes back', through(WAITING, SILENT, BACK), 'waiting'],
  ['[A6] is interrupted while it moves to a newer link', through(GRANTED, MOVED), 'interrupted'],
  ['[A6] plays on the newer link once that grants it', through(GRANTED, MOVED, GRANTED), 'playing'],
] as const)('%s', (_, state, phase) => {
  expect(state.phase).toBe(phase);
});

test('[C7] the reason of an end is kept', () => {
  expect(through(REFUSED)).toEqual({ phase: 'closed', code: 'stream/refused' });
});

test.each([
  [through(), SILENT],
  [through(WAITING), WAITING],
  [through(GRANTED), GRANTED],
  [through(GRANTED), BACK],
  [through(REFUSED), REFUSED],
])('[F4] a subscription that did not change is the same object: %j, %j', (state, event) => {
  expect(nextIncomingState(state, event)).toBe(state);
});

test('[C6] plays that wait are bounded, for each peer and over all', () => {
  const many = (count: number, farId: string) => Array.from({ length: count }, () => farId);
  expect(mayWait([], 'bob')).toBe(true);
  expect(mayWait(many(MAX_UNCONNECTED_PER_PEER - 1, 'bob'), 'bob')).toBe(true);
  expect(mayWait(many(MAX_UNCONNECTED_PER_PEER, 'bob'), 'bob')).toBe(false);
  expect(mayWait(many(MAX_UNCONNECTED_PER_PEER, 'bob'), 'charlie')).toBe(true);
  const crowd = Array.from({ length: MAX_UNCONNECTED }, (_, index) => `peer ${index}`);
  expect(mayWait(crowd, 'bob')).toBe(false);
  expect([MAX_UNCONNECTED, MAX_UNCONNECTED_PER_PEER]).toEqual([64, 8]);
});

test.each([
  ['NetConnection.Connect.Success', 'status'],
  ['NetConnection.Connect.Failed', 'error'],
  ['NetStream.Publish.BadName', 'error'],
  ['NetStream.Play.Failed', 'error'],
  ['NetStream.Connect.Rejected', 'error'],
  ['NetStream.Play.UnpublishNotify', 'status'],
] as const)('[C15] %s is of level %s', (code, level) => {
  expect(statusOf(code, { stream: 'camera' })).toEqual({ code, level, stream: 'camera' });
});
