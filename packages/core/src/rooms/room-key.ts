import { roomProof, roomProofKey, secretRoomId, type KeyDerivation, type Mac } from '@conclave/protocol';

import { ConclaveError } from '../errors.js';
import { randomBytes, subtle } from '../identity/identity.js';
import type { RoomKey } from '../link/room-key.js';
import { checkName } from '../names.js';

declare const roomSecretBrand: unique symbol;

/** What the members of a secret room know and nobody else: 32 random bytes as 43 characters of base64url. */
export type RoomSecret = string & { readonly [roomSecretBrand]: true };

/** 43 characters are 258 bits: of the last one only the 16 that end in two zero bits name one secret once. */
const FORM = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/**
 * Makes the secret of a new room. Give it to those who may come, in the fragment of a link, say, which browsers never
 * send to a server: `https://calls.example/#room=tea&secret=...`.
 */
export function createRoomSecret(): RoomSecret {
  const text = btoa(String.fromCharCode(...randomBytes(32)));
  return text.replaceAll('+', '-').replaceAll('/', '_').replace('=', '') as RoomSecret;
}

/** Whether a text has the form of a room secret. */
export function isRoomSecret(text: unknown): text is RoomSecret {
  return typeof text === 'string' && FORM.test(text);
}

/**
 * Opens the key of a secret room: for `publish` and `play`, for packages that build rooms. Rejects with
 * `usage/invalid-argument` for anything but a secret of `createRoomSecret`: a password could be guessed from the name
 * that the rendezvous is given.
 */
export async function openRoomKey(secret: RoomSecret, room: string): Promise<RoomKey> {
  checkName(room, 'A room');
  if (!isRoomSecret(secret)) {
    throw new ConclaveError('usage/invalid-argument', { hint: 'Make room secrets with createRoomSecret().' });
  }
  const bytes = Uint8Array.from(atob(secret.replaceAll('-', '+').replaceAll('_', '/')), (one) =>
    one.charCodeAt(0),
  );
  const crypto = subtle() as unknown as KeyDerivation<CryptoKey> & Mac<CryptoKey>;
  const [id, key] = await Promise.all([secretRoomId(crypto, bytes, room), roomProofKey(crypto, bytes, room)]);
  return { id, prove: (transcript, peerId) => roomProof(crypto, key, transcript, peerId) };
}
