import { build } from 'esbuild';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const page = (type: 'classic' | 'module') =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>peer</title><link rel="icon" href="data:,">
<body><script ${type === 'module' ? 'type="module" ' : ''}src="/peer.js"></script></body></html>`;

/** A server of the page that holds a peer. */
export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a page on a free port of this machine: `pages/peer.ts`, or a module given as text, with the packages as built. */
export async function openSite(contents?: string): Promise<Site> {
  const folder = fileURLToPath(new URL('../pages', import.meta.url));
  const source =
    contents === undefined
      ? { entryPoints: [`${folder}/peer.ts`], format: 'iife' as const }
      : { stdin: { contents, resolveDir: folder, loader: 'tsx' as const }, format: 'esm' as const };
  const { outputFiles } = await build({
    ...source,
    jsx: 'automatic',
    bundle: true,
    target: 'es2022',
    external: ['ws'], // for Node only
    write: false,
    logLevel: 'silent',
  });
  const script = outputFiles[0]!.text;
  const server = createServer((request, response) => {
    const isScript = request.url === '/peer.js';
    response.setHeader(
      'content-type',
      isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8',
    );
    response.end(isScript ? script : page(contents === undefined ? 'classic' : 'module'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
