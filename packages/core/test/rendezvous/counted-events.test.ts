import { countedEvents } from '../../src/rendezvous/counted-events.js';
import { MAX_WAITING_EVENTS } from '../../src/rendezvous/limits.js';
import { deferred } from '../../src/state/deferred.js';

/** Events of one life, what acted, and how often the server was distrusted. */
function counted() {
  const acted: number[] = [];
  let distrusted = 0;
  const events = countedEvents(() => {
    distrusted += 1;
  });
  const take = (counter: number) =>
    events.counted(counter, () => {
      acted.push(counter);
    });
  /** Resolves after everything that came so far. */
  const settled = () => new Promise<void>((resolve) => events.inOrder(resolve));
  return { events, acted, take, settled, distrusted: () => distrusted };
}

describe('[A6] what the server tells of its own accord', () => {
  it('acts in order, though what came before takes its time', async () => {
    const { events, acted, take, settled } = counted();
    const slow = deferred();
    events.registered({ resumed: false, counter: 7 });
    events.inOrder(() => slow.promise.then(() => void acted.push(0)));
    for (const counter of [8, 9, 8, 9, 10]) take(counter);
    expect(acted).toEqual([]);
    slow.resolve();
    await settled();
    expect(acted).toEqual([0, 8, 9, 10]);
    expect(events.resumeAfter()).toBe(10);
  });

  it('is not believed after a gap, until there is a registration that begins anew', async () => {
    const { events, acted, take, settled, distrusted } = counted();
    events.registered({ resumed: false, counter: 0 });
    for (const counter of [1, 3, 4, 2]) take(counter);
    expect(distrusted()).toBe(1);
    expect(events.resumeAfter()).toBeUndefined();
    expect(events.registered({ resumed: true, counter: 20 })).toBe(true);
    take(21);
    await settled();
    expect(acted).toEqual([1, 21]);
  });

  it('is a flood where more waits than any room can tell', () => {
    const { events, take, distrusted } = counted();
    events.registered({ resumed: false, counter: 0 });
    for (let counter = 1; counter <= MAX_WAITING_EVENTS; counter++) take(counter);
    expect(distrusted()).toBe(0);
    take(MAX_WAITING_EVENTS + 1);
    expect(distrusted()).toBe(1);
  });

  it('has been forgotten by a server that does not resume, but not by one that is met first', () => {
    const { events, take } = counted();
    expect(events.resumeAfter()).toBeUndefined();
    expect(events.registered({ resumed: false, counter: 3 })).toBe(false);
    take(4);
    expect(events.registered({ resumed: true, counter: 99 })).toBe(false);
    expect(events.resumeAfter()).toBe(4);
    expect(events.registered({ resumed: false, counter: 0 })).toBe(true);
    expect(events.resumeAfter()).toBe(0);
  });
});
