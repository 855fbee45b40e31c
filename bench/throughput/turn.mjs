// @ts-check
import { watchHeaps } from './heap.mjs';

/** @typedef {import('./heap.mjs').Page} Page */
/** @typedef {{ sender: Page, receiver: Page }} Pair */

/**
 * Lets one contender link the two pages, does something over the link, and takes it down again.
 *
 * @template T
 * @param {Pair} pair
 * @param {string} contender
 * @param {Record<string, string>} urls
 * @param {() => Promise<T>} run
 * @returns {Promise<T>}
 */
export async function linked({ sender, receiver }, contender, urls, run) {
  const address = await sender.call('publish', contender, urls);
  await receiver.call('subscribe', contender, urls, address);
  await sender.call('subscribed');
  const result = await run();
  await receiver.call('close');
  await sender.call('close');
  return result;
}

/**
 * Sends the prepared file: megabits per second from the call until the sink at the other end was closed.
 *
 * @param {Pair} pair
 * @param {number} bytes
 * @param {'discarding' | 'hashing'} [sink]
 */
export async function timeFile({ sender, receiver }, bytes, sink = 'discarding') {
  await receiver.call('expectFile', bytes, sink);
  let ms = NaN;
  let hash;
  const heap = await watchHeaps([sender, receiver], async () => {
    const [startedAtMs, arrived] = await Promise.all([sender.call('sendFile'), receiver.call('arrived')]);
    ms = arrived.atMs - startedAtMs;
    hash = arrived.hash;
  });
  return { mbps: (bytes * 8) / 1000 / ms, hash, ...heap };
}

/**
 * Sends messages: how many a second, from the first call until the last one was handled.
 *
 * @param {Pair} pair
 * @param {number} count
 */
export async function timeMessages({ sender, receiver }, count) {
  await receiver.call('expectMessages', count);
  const [startedAtMs, arrived] = await Promise.all([
    sender.call('sendMessages', count),
    receiver.call('arrived'),
  ]);
  return (count * 1000) / (arrived.atMs - startedAtMs);
}
