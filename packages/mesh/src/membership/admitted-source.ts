import { cell, type PeerId } from '@conclave/core';

import { MAX_ANSWERS } from '../limits.js';
import { reportError } from '../report.js';
import type { Admit } from '../room.js';
import type { MembershipSource, SourceMember } from './source.js';

/** The question about one peer, and the answer: a no until it comes. */
interface Question {
  readonly controller: AbortController;
  admitted: boolean;
}

/**
 * Names of a source's members only those whom the application has admitted. It is asked once about each peer ID, wherever
 * the list puts it: whoever writes the list can neither ask again until the answer is yes, nor take an answer back.
 */
export function admittedSource(source: MembershipSource, admit: Admit): MembershipSource {
  const questions = new Map<PeerId, Question>();
  const admitted = cell<readonly SourceMember[]>([]);

  const publish = () => {
    admitted.set(source.members.get().filter(({ peerId }) => questions.get(peerId)?.admitted));
  };
  const ask = async (peerId: PeerId, question: Question) => {
    const { signal } = question.controller;
    const matters = () => !signal.aborted;
    await Promise.resolve(); // an application that leaves when it is asked finds the room joined
    if (!matters()) return;
    try {
      question.admitted = (await admit({ id: peerId }, signal)) && matters();
    } catch (error) {
      if (matters()) reportError(error); // else it is how a question that was aborted ends
    }
    if (question.admitted) publish();
  };
  const drop = (peerId: PeerId) => {
    questions.get(peerId)?.controller.abort();
    questions.delete(peerId);
  };
  const forget = (listed: ReadonlySet<PeerId>) => {
    for (const peerId of [...questions.keys()]) {
      if (questions.size <= MAX_ANSWERS) return;
      if (!listed.has(peerId)) drop(peerId);
    }
  };
  const follow = () => {
    publish();
    const listed = new Set(source.members.get().map(({ peerId }) => peerId));
    for (const peerId of listed) {
      if (questions.has(peerId)) continue;
      const question = { controller: new AbortController(), admitted: false };
      questions.set(peerId, question);
      void ask(peerId, question);
    }
    forget(listed);
  };
  const unfollow = source.members.subscribe(follow);
  follow();
  return {
    members: admitted.readable,
    order: source.order,
    leave() {
      unfollow();
      for (const peerId of [...questions.keys()]) drop(peerId);
      return source.leave();
    },
  };
}
