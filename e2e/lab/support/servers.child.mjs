// @ts-check
// `node servers.child.mjs <address>`: a rendezvous and the page of a peer on one host of a lab. Says where they are in one
// line, and ends with its input.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { argv, exit, stdin } from 'node:process';
import { fileURLToPath } from 'node:url';

import { createRendezvous } from '@conclave/rendezvous';
import { build } from 'esbuild';

const host = argv[2];
if (host === undefined) throw new Error('an address is needed');

const rendezvous = await createRendezvous({ host, port: 0 });
const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('../../pages/peer.ts', import.meta.url))],
  bundle: true,
  format: 'iife',
  target: 'es2022',
  external: ['ws'], // for Node only
  write: false,
  logLevel: 'silent',
});
const script = outputFiles[0]?.text ?? '';
const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>peer</title><link rel="icon" href="data:,">
<body><script src="/peer.js"></script></body></html>`;
const server = createServer(({ url }, response) => {
  const isScript = url === '/peer.js';
  response.setHeader('content-type', `text/${isScript ? 'javascript' : 'html'}; charset=utf-8`);
  response.end(isScript ? script : page);
});
server.listen(0, host);
await once(server, 'listening');
const address = server.address();
const port = typeof address === 'object' && address ? address.port : 0;

console.log(JSON.stringify({ rendezvous: rendezvous.url, page: `http://${host}:${port}/` }));
stdin.resume().on('end', () => exit(0));
