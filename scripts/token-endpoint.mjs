// @ts-check
// `POST /token` of `npm start -- --tokens`: a short-lived token for the peer ID that asks, signed with a key that only
// this process and its rendezvous know. It gives one to everybody: an application looks first who is logged in.
import { randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';

/** `{"peerId":"<64 characters>"}` has 77 bytes. */
const maxBodyBytes = 256;
/** A page that sends so little has done so by then. */
const bodyTimeoutMs = 5_000;
/** Short, since a token cannot be taken back; pages fetch the next one a minute before this one ends. */
const lifeSeconds = 600;

const headers = {
  'cache-control': 'no-store',
  'content-type': 'application/json; charset=utf-8',
  'x-content-type-options': 'nosniff',
};

/**
 * A key of the rendezvous in token mode, with a random secret, and the endpoint that signs for it.
 * @param {string} keyId
 */
export function tokenEndpoint(keyId) {
  const secret = randomBytes(32);
  return {
    /** @type {import('@conclave/rendezvous').Keys} */
    keys: {
      entryOf: async (id) => (id === keyId ? { mode: 'token', tenant: keyId, secrets: [secret] } : undefined),
    },
    /** @type {import('node:http').RequestListener} */
    answer(request, response) {
      tokenFor(request, keyId, secret).then(
        ({ status, body, ...more }) => {
          response.writeHead(status, { ...headers, ...more }).end(JSON.stringify(body));
          request.resume(); // of a body that was too long, the rest
        },
        () => response.destroy(),
      );
    },
  };
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {string} keyId
 * @param {Uint8Array} secret
 */
async function tokenFor(request, keyId, secret) {
  if (request.method !== 'POST') return { status: 405, allow: 'POST', body: { error: 'POST only' } };
  // Of this type no other site can send without asking, and nobody answers that question.
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    return { status: 415, body: { error: 'application/json only' } };
  const text = await bodyOf(request);
  if (text === undefined) return { status: 413, connection: 'close', body: { error: 'too large' } };
  const peerId = peerIdIn(text);
  if (!peerId) return { status: 400, body: { error: 'expected { "peerId": "<64 characters of hex>" }' } };
  // Whoever asks for somebody else's ID cannot use the token: the rendezvous wants a signature by the key of `sub`.
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'HS256', kid: keyId })
    .setAudience('conclave')
    .setSubject(peerId)
    .setIssuedAt()
    .setExpirationTime(`${lifeSeconds}s`)
    .sign(secret);
  return { status: 200, body: { token } };
}

/**
 * The body, or `undefined` where it is too large. Rejects where it does not come.
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<string | undefined>}
 */
function bodyOf(request) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no body in time')), bodyTimeoutMs);
    /** @type {Buffer[]} */
    const chunks = [];
    let length = 0;
    request.on('data', (/** @type {Buffer} */ chunk) => {
      length += chunk.length;
      if (length <= maxBodyBytes) chunks.push(chunk);
      else resolve(undefined);
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
    request.on('close', () => {
      clearTimeout(timer);
      reject(new Error('closed'));
    });
  });
}

/**
 * @param {string} text
 * @returns {string | undefined}
 */
function peerIdIn(text) {
  try {
    const { peerId } = JSON.parse(text) ?? {};
    return typeof peerId === 'string' && /^[0-9a-f]{64}$/.test(peerId) ? peerId : undefined;
  } catch {
    return undefined;
  }
}
