import { cell, type PeerId } from '@conclave/core';

import { collectReports, turns } from '../support/reports.js';
import { admittedSource } from '../../src/membership/admitted-source.js';
import type { MembershipSource, SourceMember } from '../../src/membership/source.js';
import type { Admit } from '../../src/room.js';

const bob = 'b'.repeat(64) as PeerId;
const stranger = (number: number) => number.toString(16).padStart(64, '0') as PeerId;

/** A list that a test writes, and what an application is asked about it: each question with the means to answer it. */
function gatehouse(answer?: Admit) {
  const members = cell<readonly SourceMember[]>([]);
  const asked: { readonly id: PeerId; readonly signal: AbortSignal; say(yes: boolean): void }[] = [];
  const source: MembershipSource = {
    members: members.readable,
    order: cell(0).readable,
    leave: () => Promise.resolve(),
  };
  const admitted = admittedSource(source, ({ id }, signal) => {
    let say = (_: boolean): void => undefined;
    const said = new Promise<boolean>((resolve) => (say = resolve));
    asked.push({ id, signal, say });
    return answer ? answer({ id }, signal) : said;
  });
  let order = 0;
  return {
    asked,
    /** Writes the list anew: everybody at a place where nobody was. */
    list: (...ids: PeerId[]) => members.set(ids.map((peerId) => ({ peerId, order: ++order }))),
    met: () => admitted.members.get().map(({ peerId }) => peerId),
    place: () => admitted.members.get()[0]?.order,
    leave: () => admitted.leave(),
  };
}

describe('an admission to a room', () => {
  it.each([true, false])(
    '[B2] a list that is written 1,000 times asks once about a member: %s',
    async (yes) => {
      const house = gatehouse(() => yes);
      for (let time = 0; time < 500; time++) {
        house.list(bob);
        await turns();
        expect(house.met()).toEqual(yes ? [bob] : []);
        house.list();
        expect(house.met()).toEqual([]);
      }
      house.list(bob);
      expect(house.met()).toEqual(yes ? [bob] : []);
      expect(house.place()).toBe(yes ? 501 : undefined); // where the list has put him last
      expect(house.asked.map(({ id }) => id)).toEqual([bob]);
    },
  );

  it('[B2] a question stays open while its member is off the list, and the answer counts later', async () => {
    const house = gatehouse();
    house.list(bob);
    await turns();
    house.list();
    const [question] = house.asked;
    expect(question?.signal.aborted).toBe(false);
    question?.say(true);
    await turns();
    expect(house.met()).toEqual([]);
    house.list(bob);
    expect(house.met()).toEqual([bob]);
    expect(house.asked).toHaveLength(1);
  });

  it('[B2] leaving withdraws what is asked: no answer admits anybody then, and nobody is asked about', async () => {
    const house = gatehouse();
    house.list(bob);
    await turns();
    house.list(bob, stranger(1));
    await house.leave();
    const [question] = house.asked;
    expect(question?.signal.aborted).toBe(true);
    question?.say(true);
    house.list(bob, stranger(2));
    await turns();
    expect(house.met()).toEqual([]);
    expect(house.asked).toHaveLength(1);
  });

  it('[B2] an application that fails has said no, and is told of it unless it was aborted', async () => {
    const reports = collectReports();
    const failures: Admit[] = [
      () => {
        throw new Error('broken');
      },
      () => Promise.reject(new Error('broken')),
      (_, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', reject)),
    ];
    for (const failure of failures) {
      const house = gatehouse(failure);
      house.list(bob);
      await turns();
      house.list(bob);
      await turns();
      expect(house.met()).toEqual([]);
      expect(house.asked).toHaveLength(1);
      await house.leave();
      await turns();
    }
    expect(reports).toEqual([new Error('broken'), new Error('broken')]);
  });

  it('[E8] a list of ever new names makes it forget the oldest that are off the list, and no others', async () => {
    const house = gatehouse();
    house.list(bob, stranger(0));
    for (let number = 1; number <= 1_022; number++) house.list(bob, stranger(number));
    await turns();
    const of = (id: PeerId) => house.asked.filter((one) => one.id === id);
    expect(of(stranger(0))[0]?.signal.aborted).toBe(false);
    house.list(bob, stranger(1_023)); // the 1,025th
    await turns();
    expect(house.asked.filter(({ signal }) => signal.aborted)).toEqual(of(stranger(0)));
    house.list(bob, stranger(0));
    await turns();
    expect([of(bob).length, of(stranger(0)).length, of(stranger(2)).length]).toEqual([1, 2, 1]);
  });
});
