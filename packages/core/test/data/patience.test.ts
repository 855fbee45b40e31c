import { joinDeliveries, notSent, type Outcome, type SingleDelivery } from '../../src/data/delivery.js';
import { Patience } from '../../src/data/patience.js';
import { deferred } from '../../src/state/deferred.js';
import { turns } from '../support/reports.js';
import { ALICE, BOB } from '../support/stream-ends.js';
import { pass, useVirtualTime } from '../support/virtual-time.js';

useVirtualTime();

/** How long somebody who never catches up is waited for now, in milliseconds. */
async function waited(patience: Patience, atMostMs = 5_000): Promise<number> {
  const promise = patience.wait();
  if (!promise) return 0;
  let isOver = false;
  void promise.then(() => (isOver = true));
  let ms = 0;
  for (; !isOver && ms < atMostMs; ms += 10) await pass(10);
  return ms;
}

test('[C10] who is behind is waited for a second in all, and a tenth of the time from then on', async () => {
  const patience = new Patience();
  const first = await waited(patience);
  expect(first).toBeGreaterThan(980);
  expect(first).toBeLessThanOrEqual(1_010);
  expect(await waited(patience)).toBeLessThanOrEqual(10);
  await pass(2_000);
  const second = await waited(patience);
  expect(second).toBeGreaterThanOrEqual(180);
  expect(second).toBeLessThanOrEqual(220);
  await pass(60_000);
  expect(await waited(patience)).toBeLessThanOrEqual(1_010); // never more than that at once
  expect(jest.getTimerCount()).toBe(0);
});

test('[C10] many who wait for the same one cost it once, and go on as soon as it has caught up', async () => {
  const patience = new Patience();
  const waiting = patience.wait();
  expect(patience.wait()).toBe(waiting);
  await pass(400);
  patience.release();
  await waiting;
  patience.release(); // nobody waits: nothing happens
  expect(jest.getTimerCount()).toBe(0);
  const rest = await waited(patience);
  expect(rest).toBeGreaterThan(580);
  expect(rest).toBeLessThanOrEqual(620);
});

/** A message whose fate the test decides. */
function onItsWay(farId: SingleDelivery['farId'], eased: SingleDelivery['eased'] = () => undefined) {
  const [accepted, delivered] = [deferred(), deferred<Outcome>()];
  const single: SingleDelivery = { farId, accepted: accepted.promise, delivered: delivered.promise, eased };
  return { single, accept: accepted.resolve, deliver: delivered.resolve };
}

test('[C10] accepted is said by the fastest line, once nobody who may be waited for is behind', async () => {
  const caughtUp = deferred();
  const fast = onItsWay(ALICE);
  const slow = onItsWay(BOB, () => caughtUp.promise);
  const said: string[] = [];
  const joined = joinDeliveries([fast.single, slow.single]);
  void joined.accepted.then(() => said.push('accepted'));
  await turns();
  fast.accept();
  await turns();
  expect(said).toEqual([]);
  caughtUp.resolve();
  await turns();
  expect(said).toEqual(['accepted']);
  fast.deliver('delivered');
  slow.deliver('unknown');
  expect(await joined.delivered).toEqual(
    new Map([
      [ALICE, 'delivered'],
      [BOB, 'unknown'],
    ]),
  );
});

test('[C10] a line that has not moved at all holds nobody up', async () => {
  const [fast, stopped] = [onItsWay(ALICE), onItsWay(BOB)];
  const joined = joinDeliveries([stopped.single, fast.single]);
  fast.accept();
  await joined.accepted;
});

test('[C9] what goes to nobody is accepted and delivered to nobody, at once', async () => {
  const nobody = joinDeliveries([]);
  await nobody.accepted;
  expect(await nobody.delivered).toEqual(new Map());
  const none = joinDeliveries([notSent(BOB)]);
  await none.accepted;
  expect(await none.delivered).toEqual(new Map([[BOB, 'not-sent']]));
});
