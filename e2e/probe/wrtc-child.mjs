// The child process that holds @roamhq/wrtc: answers { id, method, args } over IPC.
import { createHost } from './host.js';
import { env } from './wrtc-env.mjs';

const host = createHost(env);

process.on('message', async ({ id, method, args }) => {
  try {
    process.send({ id, value: await host[method](...args) });
  } catch (error) {
    process.send({ id, error: `${error.name}: ${error.message}` });
  }
});
