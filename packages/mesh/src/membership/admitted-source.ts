import { cell, type PeerId } from '@conclave/core';

import { reportError } from '../report.js';
import type { Admit } from '../room.js';
import type { MembershipSource, SourceMember } from './source.js';

/** One member as it was asked about: once for each stay. */
interface Asked {
  readonly order: number;
  readonly controller: AbortController;
  admitted: boolean;
}

/** Names of a source's members only those whom the application has admitted. */
export function admittedSource(source: MembershipSource, admit: Admit): MembershipSource {
  const asked = new Map<PeerId, Asked>();
  const admitted = cell<readonly SourceMember[]>([]);

  const publish = () => {
    admitted.set(source.members.get().filter(({ peerId }) => asked.get(peerId)?.admitted));
  };
  const ask = async (peerId: PeerId, entry: Asked) => {
    const { signal } = entry.controller;
    try {
      entry.admitted = (await admit({ id: peerId }, signal)) && !signal.aborted;
    } catch (error) {
      reportError(error);
    }
    if (entry.admitted) publish();
  };
  const drop = (peerId: PeerId) => {
    asked.get(peerId)?.controller.abort();
    asked.delete(peerId);
  };
  const follow = () => {
    const places = new Map(source.members.get().map(({ peerId, order }) => [peerId, order]));
    for (const [peerId, { order }] of [...asked]) if (places.get(peerId) !== order) drop(peerId);
    publish();
    for (const [peerId, order] of places) {
      if (asked.has(peerId)) continue;
      const entry = { order, controller: new AbortController(), admitted: false };
      asked.set(peerId, entry);
      void ask(peerId, entry);
    }
  };
  const unfollow = source.members.subscribe(follow);
  follow();
  return {
    members: admitted.readable,
    order: source.order,
    leave() {
      unfollow();
      for (const peerId of [...asked.keys()]) drop(peerId);
      return source.leave();
    },
  };
}
