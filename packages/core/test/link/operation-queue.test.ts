import { operationQueue } from '../../src/link/operation-queue.js';
import { turns } from '../support/reports.js';

test('[D7] operations run one after the other, in the order of their coming, whatever each takes', async () => {
  const queue = operationQueue();
  const log: string[] = [];
  const run = (name: string, steps: number) =>
    queue.run(async () => {
      log.push(`${name} begins`);
      for (let i = 0; i < steps; i += 1) await turns();
      log.push(`${name} ends`);
      return name;
    });
  expect(await Promise.all([run('a', 5), run('b', 0), run('c', 2)])).toEqual(['a', 'b', 'c']);
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('[D7] an operation that fails tells who asked for it, and the next one runs', async () => {
  const queue = operationQueue();
  const failed = queue.run(() => {
    throw new Error('no');
  });
  const rejected = queue.run(() => Promise.reject(new Error('nor this')));
  const next = queue.run(() => 'done');
  await expect(failed).rejects.toThrow('no');
  await expect(rejected).rejects.toThrow('nor this');
  expect(await next).toBe('done');
  expect(queue.length).toBe(0);
});

test('[D7] an operation asked for by another one runs after those that waited before it', async () => {
  const queue = operationQueue();
  const log: string[] = [];
  await queue.run(() => {
    void queue.run(() => log.push('inner'));
    log.push('outer');
  });
  await queue.run(() => log.push('last'));
  expect(log).toEqual(['outer', 'inner', 'last']);
});

test('[B9] a far end cannot pile up more work than the bound', async () => {
  const queue = operationQueue(2);
  const running = [queue.run(() => turns()), queue.run(() => turns())];
  await expect(queue.run(() => turns())).rejects.toMatchObject({ code: 'link/bad-frame' });
  await Promise.all(running);
  await expect(queue.run(() => 'again')).resolves.toBe('again');
});
