import type { PlayRequest } from '@conclave/protocol';
import fc from 'fast-check';

import type { Direction, MediaLine } from '../../src/logic/sdp-check.js';
import { keepPairs, pairOf, readOffered, readPlays, takePair, type Slots } from '../../src/logic/slots.js';

const line = (mid: string, kind: string, direction: Direction): MediaLine => ({ mid, kind, direction });
const play = (request: number, audioMid?: string, videoMid?: string): PlayRequest => ({
  request,
  stream: 'camera',
  ...(audioMid === undefined ? {} : { audioMid }),
  ...(videoMid === undefined ? {} : { videoMid }),
});

const OFFER = [
  line('0', 'audio', 'inactive'),
  line('1', 'audio', 'recvonly'),
  line('2', 'video', 'recvonly'),
  line('3', 'audio', 'sendonly'),
  line('4', 'video', 'sendonly'),
  line('5', 'audio', 'recvonly'),
  line('6', 'video', 'recvonly'),
  line('7', 'application', 'sendrecv'),
];

test('[C2] plays find their m-lines by mid, whatever their place', () => {
  const pairs = [
    { audioMid: '5', videoMid: '2' },
    { audioMid: '1', videoMid: '6' },
  ];
  expect(readPlays(OFFER, [play(1, '5', '2'), play(2, '1', '6')])).toEqual(pairs);
  expect(readPlays([...OFFER].reverse(), [play(1, '5', '2'), play(2, '1', '6')])).toEqual(pairs);
});

test('[C9] a play of messages only needs no m-line', () => {
  expect(readPlays(OFFER, [play(1), play(2, '1', '2'), play(3)])).toEqual([{ audioMid: '1', videoMid: '2' }]);
});

test.each([
  ['m-lines that are not in the description', [play(1, '8', '9')]],
  ['the empty mid', [play(1, '', '')]],
  ['a video line for its audio', [play(1, '2', '6')]],
  ['an audio line for its video', [play(1, '1', '5')]],
  ['the data line', [play(1, '7', '2')]],
  ['lines on which its sender wants to send', [play(1, '3', '4')]],
  ['a line that leads the bundle', [play(1, '0', '2')]],
  ['half a pair', [play(1, '1')]],
  ['the other half of a pair', [play(1, undefined, '2')]],
  ['lines of another play', [play(1, '1', '2'), play(2, '1', '2')]],
  ['one line of another play', [play(1, '1', '2'), play(2, '5', '2')]],
])('[C2] a description is not acceptable where a play names %s', (_, plays) => {
  expect(readPlays(OFFER, plays)).toBeUndefined();
});

test('[C2] the lines that are offered to send on come as pairs, without those that are taken', () => {
  const twice = [...OFFER, line('8', 'audio', 'sendonly'), line('9', 'video', 'sendonly')];
  expect(readOffered(twice, new Set())).toEqual([
    { audioMid: '3', videoMid: '4' },
    { audioMid: '8', videoMid: '9' },
  ]);
  expect(readOffered(twice, new Set(['3', '4']))).toEqual([{ audioMid: '8', videoMid: '9' }]);
  expect(readOffered([line('3', 'audio', 'sendonly')], new Set())).toEqual([]);
});

test('[C2] a pair carries one play at a time, and the next play takes the first that is free', () => {
  let slots: Slots<string> = [
    { pair: 'A', request: undefined },
    { pair: 'B', request: undefined },
  ];
  slots = takePair(slots, 1)!;
  slots = takePair(slots, 2)!;
  expect([pairOf(slots, 1), pairOf(slots, 2)]).toEqual(['A', 'B']);
  expect(takePair(slots, 3)).toBeUndefined();
  slots = keepPairs(slots, new Set([2]));
  expect(pairOf(slots, 1)).toBeUndefined();
  expect(pairOf(takePair(slots, 3)!, 3)).toBe('A');
});

test('[C2] whatever starts and ends, no pair ever carries two plays and no pair is forgotten', () => {
  const acts = fc.array(fc.record({ start: fc.boolean(), request: fc.nat({ max: 9 }) }), { maxLength: 60 });
  fc.assert(
    fc.property(acts, (script) => {
      let slots: Slots<number> = Array.from({ length: 4 }, (_, pair) => ({ pair, request: undefined }));
      const wanted = new Set<number>();
      for (const { start, request } of script) {
        if (start && pairOf(slots, request) === undefined) {
          const taken = takePair(slots, request);
          expect(taken === undefined).toBe(wanted.size === 4);
          if (taken) wanted.add(request);
          slots = taken ?? slots;
        } else if (!start) {
          wanted.delete(request);
          slots = keepPairs(slots, wanted);
        }
        const carried = slots.flatMap((slot) => slot.request ?? []);
        expect(new Set(carried)).toEqual(wanted);
        expect(carried).toHaveLength(wanted.size);
        expect(slots.map(({ pair }) => pair)).toEqual([0, 1, 2, 3]);
      }
    }),
    { seed: 2026, numRuns: 1000 },
  );
});
