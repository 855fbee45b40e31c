// What an engine offers to the runner: ends by name, and checks by file name.
import { End } from './end.js';

export function createHost(env) {
  const ends = new Map();
  return {
    async call(name, method, ...args) {
      if (method === 'create') return void ends.set(name, new End(env));
      const result = await ends.get(name)[method](...args);
      return result === undefined ? null : result;
    },
    async check(name) {
      const { run } = await import(`./check-${name}.js`);
      return run(env);
    },
  };
}
