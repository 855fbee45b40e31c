// @ts-check
// `npm start`: the conference example and a rendezvous on one port. Builds first what was never built.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process, { argv, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { staticFiles } from './static-files.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const example = join(root, 'examples/conference');
const dist = join(example, 'dist');

/** As many as the example's grid shows well, and as a mesh of cameras carries: each uploads once per other. */
const roomMembers = 9;

/** The key of the example. */
const keyId = 'demo';

const help = `npm start -- [options]: the conference example and a rendezvous on one port

  --port <number>     port to listen on, 0 for any that is free (default 8080)
  --host <address>    address to listen on, 0.0.0.0 for all (default 127.0.0.1: this machine only)
  --origin <origin>   origin under which browsers open it behind a proxy, as https://calls.example; may be repeated
  --tokens            let in only pages that bring a token, which this server signs at POST /token
  --build             build again, even where a build is there
  --help              this text`;

/** @param {string} line */
const fail = (line) => {
  console.error(line);
  exit(1);
};

function readOptions() {
  try {
    return parseArgs({
      args: argv.slice(2),
      options: {
        port: { type: 'string', default: '8080' },
        host: { type: 'string', default: '127.0.0.1' },
        origin: { type: 'string', multiple: true },
        tokens: { type: 'boolean', default: false },
        build: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\nSee --help.`);
  }
}

/**
 * @param {import('node:http').Server} server
 * @param {number} port
 * @param {string} host
 * @returns {Promise<void>}
 */
function listen(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/**
 * @param {unknown} error
 * @param {number} port
 * @param {string} host
 */
function whyNot(error, port, host) {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return `Port ${port} is taken by another program. Stop it, or choose another port: npm start -- --port ${port === 65_535 ? 8081 : port + 1}`;
  }
  if (code === 'EACCES')
    return `This user may not listen on port ${port}. Choose one above 1023: npm start -- --port 8080`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${host} is no address of this machine. See --help.`;
  return `Cannot listen on port ${port}: ${String(error)}`;
}

/**
 * @param {string} what
 * @param {string[]} args
 * @param {string} cwd
 */
function build(what, args, cwd) {
  console.log(`Building ${what} ...`);
  const { status } = spawnSync(execPath, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) fail(`Building ${what} failed. Was npm ci run?`);
}

/** @param {boolean} always */
function buildWhatIsMissing(always) {
  const packages = ['protocol', 'core', 'mesh', 'react-bindings', 'rendezvous'];
  const isBuilt = packages.every((name) => existsSync(join(root, 'packages', name, 'dist/index.js')));
  const binOf = (/** @type {string} */ tool, /** @type {string} */ bin) => {
    try {
      return join(dirname(createRequire(join(example, 'package.json')).resolve(`${tool}/package.json`)), bin);
    } catch {
      return fail(`${tool} is not installed. Run npm ci first.`);
    }
  };
  if (always || !isBuilt) build('the packages', [binOf('typescript', 'bin/tsc'), '-b'], root);
  if (always || !existsSync(join(dist, 'index.html'))) {
    build('the example', [binOf('vite', 'bin/vite.js'), 'build', '--logLevel', 'warn'], example);
  }
}

const options = readOptions();
if (options.help) {
  console.log(help);
  exit(0);
}
const { host, origin } = options;
const port = Number(options.port);
if (!/^\d+$/.test(options.port) || port > 65_535)
  fail(`--port takes a number from 0 to 65535, not ${options.port}.`);

// First of all: a taken port should not be learned after a build.
const server = createServer();
let answer = /** @type {import('node:http').RequestListener} */ (
  (_request, response) => {
    response.writeHead(503, { 'retry-after': '5' }).end('Building. Reload in a moment.\n');
  }
);
server.on('request', (request, response) => answer(request, response));
await listen(server, port, host).catch((error) => fail(whyNot(error, port, host)));

buildWhatIsMissing(options.build);
const { createRendezvous } = await import('@conclave/rendezvous');
const tokens = options.tokens ? (await import('./token-endpoint.mjs')).tokenEndpoint(keyId) : undefined;
const address = server.address();
const at = typeof address === 'object' && address ? address.port : port;
const rendezvous = await createRendezvous({
  server,
  path: '/rendezvous',
  keys: tokens?.keys ?? [keyId],
  limits: { roomMembers },
  ...(origin && { publicOrigins: [...origin, `http://localhost:${at}`] }),
});
const files = await staticFiles(dist);
answer = (request, response) => {
  if (tokens && request.url === '/token') tokens.answer(request, response);
  else files(request, response);
};

console.log(`
Conclave is running. Open this in two or three windows:

  http://localhost:${at}

Rendezvous: ws://localhost:${at}/rendezvous (key ${keyId}${tokens ? ', with a token of POST /token' : ''}). Ctrl+C stops both.
Browsers give cameras and microphones only to https pages and to localhost: for other machines put it behind a proxy
with https, and start it with --origin https://your.address`);

let isStopping = false;
const stop = async () => {
  if (isStopping) return;
  isStopping = true;
  await rendezvous.close();
  server.close(() => exit(0));
  server.closeAllConnections();
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
