import type { Readable, Unsubscribe } from '@conclave/core';
import type { Room } from '@conclave/mesh';

/**
 * What comes in a room, as a list that others fill: listens from the first subscription until the room is left, so that a
 * panel that was closed has missed nothing.
 */
export function listened<T>(room: Room, list: Readable<T>, listen: () => Unsubscribe): Readable<T> {
  let isListening = false;
  const begin = () => {
    if (isListening || room.state.get().phase === 'left') return;
    isListening = true;
    const stop = listen();
    const stopWatching = room.state.subscribe(() => {
      if (room.state.get().phase !== 'left') return;
      stop();
      stopWatching();
    });
  };
  return {
    get: () => list.get(),
    subscribe(listener) {
      begin();
      return list.subscribe(listener);
    },
  };
}
