import { cell, type IncomingStream } from '@conclave/core';

import { LOOK_MS } from '../src/logic/active-speaker.js';
import type { Participant } from '../src/participant.js';
import { SpeakerWatch } from '../src/speaker-watch.js';
import { FakeIncoming, idOf } from './support/fake-streams.js';

/** Somebody with two streams, of whom a test says how loud they are. */
function somebody(name: string) {
  const [camera, screen] = [new FakeIncoming(name), new FakeIncoming(name)];
  const streams = new Map<string, IncomingStream>([
    ['camera', camera.stream],
    ['screen', screen.stream],
  ]);
  const participant = { id: idOf(name), streams: cell(streams).readable } as unknown as Participant;
  return { camera, screen, participant };
}

describe('the watch over who is speaking', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** Lets somebody speak, in syllables. */
  const speak = (line: FakeIncoming, lengthMs: number) => {
    for (let ms = 0; ms < lengthMs; ms += LOOK_MS) {
      line.level = ms % 200 < 150 ? 0.1 : 0.002;
      jest.advanceTimersByTime(LOOK_MS);
    }
    line.level = 0.002;
  };

  it('[E9] shows who speaks, by whichever stream, and nobody once it is silent or everybody has gone', () => {
    const [bob, charlie] = [somebody('bob'), somebody('charlie')];
    let participants = [bob.participant, charlie.participant];
    const watch = new SpeakerWatch(() => participants);
    const told: (string | undefined)[] = [];
    watch.speaker.subscribe(() => told.push(watch.speaker.get()?.[0]));
    bob.screen.level = charlie.camera.level = 0.002;
    watch.changed();
    watch.changed();
    expect(jest.getTimerCount()).toBe(1);
    speak(bob.camera, 1_000);
    expect(watch.speaker.get()).toBe(idOf('bob'));
    speak(charlie.screen, 1_000);
    expect(watch.speaker.get()).toBe(idOf('charlie'));
    jest.advanceTimersByTime(3_000);
    expect(watch.speaker.get()).toBeUndefined();
    speak(bob.camera, 1_000);
    participants = [];
    watch.changed();
    expect(told).toEqual(['b', 'c', undefined, 'b', undefined]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('[E9] listens to nobody any longer once the room is left', () => {
    const bob = somebody('bob');
    const watch = new SpeakerWatch(() => [bob.participant]);
    watch.changed();
    speak(bob.camera, 1_000);
    watch.close();
    expect(watch.speaker.get()).toBeUndefined();
    expect(jest.getTimerCount()).toBe(0);
  });
});
