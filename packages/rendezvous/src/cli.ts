#!/usr/bin/env node
import { runCommand } from './command.js';

const started = await runCommand(process.argv.slice(2), {
  out: (line) => console.log(line),
  err: (line) => console.error(line),
});
if (typeof started === 'number') {
  process.exitCode = started;
} else {
  const stop = () => void started.close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const { reload } = started;
  if (reload) process.on('SIGHUP', () => void reload());
}
