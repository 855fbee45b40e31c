// @ts-check
// Serves one folder of built files over HTTP: only what is in it, read-only, with types and cache headers.
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

const types = /** @type {Record<string, string>} */ ({
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
});

const headers = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(self), microphone=(self)',
  // ?rendezvous= may name any server, so sockets may go anywhere; scripts come from here only.
  'content-security-policy':
    "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/**
 * The file that a request path names, or `undefined` where it names none in the folder. Whatever leads out of the
 * folder, by dots, encodings or links, names none.
 * @param {string} root an absolute path without links in it
 * @param {string} url
 */
async function fileOf(root, url) {
  try {
    const path = decodeURIComponent(url.split(/[?#]/)[0] ?? '');
    if (path.includes('\0')) return undefined;
    const file = await realpath(join(root, path.endsWith('/') ? `${path}index.html` : path));
    const { size, isFile } = await stat(file).then((found) => ({ size: found.size, isFile: found.isFile() }));
    return isFile && file.startsWith(root + sep) ? { file, size } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A request listener that serves a folder. Names below `assets/` carry a hash of what is in them and are kept for
 * ever; everything else is asked for again each time.
 * @param {string} folder
 * @returns {Promise<import('node:http').RequestListener>}
 */
export async function staticFiles(folder) {
  const root = await realpath(folder);
  return (request, response) => {
    const answer = async () => {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.writeHead(405, { ...headers, allow: 'GET, HEAD' }).end();
        return;
      }
      const found = await fileOf(root, request.url ?? '/');
      if (!found) {
        response
          .writeHead(404, { ...headers, 'content-type': 'text/plain; charset=utf-8' })
          .end('Not found.\n');
        return;
      }
      const { file, size } = found;
      const isHashed = file.startsWith(join(root, 'assets') + sep);
      response.writeHead(200, {
        ...headers,
        'content-type': types[extname(file).toLowerCase()] ?? 'application/octet-stream',
        'content-length': size,
        'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      });
      if (request.method === 'HEAD') response.end();
      else
        createReadStream(file)
          .on('error', () => response.destroy())
          .pipe(response);
    };
    answer().catch(() => response.destroy());
  };
}
