import { useMemo } from 'react';

import type { PeerId, Readable } from '@conclave/core';
import type { Participant, Room } from '@conclave/mesh';
import { useReadable } from '@conclave/react-bindings';

/** Who is listed in a room. */
export interface Guests {
  /** Those whom one meets. */
  readonly ids: readonly PeerId[];
  /** Those whom the server listed although they do not know the secret: nothing goes to them, nothing comes of them. */
  readonly refused: readonly PeerId[];
}

/** Who is listed in a room; the same object until somebody comes, goes or is refused. */
export function useGuests(room: Room): Guests {
  return useReadable(useMemo(() => guestsOf(room), [room]));
}

function guestsOf({ participants, trust }: Room): Readable<Guests> {
  const isRefused = ({ state }: Participant) => {
    const now = state.get();
    return trust === 'secret' && now.phase === 'unreachable' && now.code === 'room/not-admitted';
  };
  let seen: Guests = { ids: [], refused: [] };
  return {
    get() {
      const all = participants.get();
      const ids = all.filter((one) => !isRefused(one)).map(({ id }) => id);
      const refused = all.filter(isRefused).map(({ id }) => id);
      if (ids.join() !== seen.ids.join() || refused.join() !== seen.refused.join()) seen = { ids, refused };
      return seen;
    },
    subscribe(listener) {
      let stops: (() => void)[] = [];
      const stop = () => {
        for (const one of stops) one();
      };
      const follow = () => {
        stop();
        stops = participants.get().map(({ state }) => state.subscribe(listener));
      };
      follow();
      const stopList = participants.subscribe(() => {
        follow();
        listener();
      });
      return () => {
        stopList();
        stop();
      };
    },
  };
}
