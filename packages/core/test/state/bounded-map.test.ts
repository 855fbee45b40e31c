import { BoundedMap } from '../../src/state/bounded-map.js';

test('[B9] a bounded map forgets the oldest entry, and setting one again makes it the newest', () => {
  const map = new BoundedMap<string, number>(2);
  map.set('alice', 1);
  map.set('bob', 2);
  map.set('alice', 3);
  map.set('charlie', 4);
  expect([map.get('alice'), map.get('bob'), map.get('charlie')]).toEqual([3, undefined, 4]);
  map.delete('alice');
  expect(map.get('alice')).toBeUndefined();
});

test('[B9] a million keys of strangers leave no more behind than the bound', () => {
  const map = new BoundedMap<number, number>(100);
  for (let key = 0; key < 1_000_000; key += 1) map.set(key, key);
  let left = 0;
  for (let key = 0; key < 1_000_000; key += 1) left += map.get(key) === undefined ? 0 : 1;
  expect(left).toBe(100);
});
