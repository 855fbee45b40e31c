import { emitter } from '../../src/state/emitter.js';
import { collectReports, turns } from '../support/reports.js';

interface Events {
  status: (code: string) => void;
  message: (from: string, text: string) => void;
}

test('[C15] listeners hear events of their name only, in order, with their arguments', () => {
  const events = emitter<Events>();
  const heard: unknown[] = [];
  events.on('status', (code) => heard.push(code));
  events.on('message', (...args) => heard.push(args));
  events.emit('status', 'one');
  events.emit('message', 'bob', 'hello');
  events.emit('status', 'two');
  expect(heard).toEqual(['one', ['bob', 'hello'], 'two']);
});

test('[C15] a listener that has ended its subscription, or was cleared away, hears nothing more', () => {
  const events = emitter<Events>();
  const heard: string[] = [];
  const stop = events.on('status', (code) => heard.push(`a ${code}`));
  events.on('status', (code) => heard.push(`b ${code}`));
  stop();
  events.emit('status', '1');
  events.clear();
  events.emit('status', '2');
  expect(heard).toEqual(['b 1']);
});

test('[C15] a listener that throws is reported, and the others hear the event all the same', async () => {
  const reported = collectReports();
  const events = emitter<Events>();
  const heard: string[] = [];
  const error = new Error('a fault of the application');
  events.on('status', () => {
    throw error;
  });
  events.on('status', (code) => heard.push(code));
  expect(() => events.emit('status', '1')).not.toThrow();
  expect(heard).toEqual(['1']);
  await turns();
  expect(reported).toEqual([error]);
});
