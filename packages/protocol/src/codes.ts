/**
 * Every error code of Conclave with what it means. The part before the slash is the room of the house that it
 * concerns; the whole code is stable and meant for programs.
 */
export const ERROR_CODES = {
  'usage/invalid-argument': 'An argument is not of the expected form.',
  'usage/closed': 'The object was closed; make a new one.',
  'usage/aborted': 'The AbortSignal ended the operation.',
  'usage/unsupported': 'This environment lacks what is needed: WebRTC, WebSocket, WebCrypto or a storage.',
  'rendezvous/invalid-url': 'Not a ws:, wss:, http: or https: URL.',
  'rendezvous/refused': 'Nothing answers at this address.',
  'rendezvous/timeout': 'The rendezvous did not answer in time.',
  'rendezvous/lost': 'The socket to the rendezvous was lost; links go on.',
  'rendezvous/unavailable': 'The rendezvous cannot be reached; try again later.',
  'rendezvous/replaced': 'The same identity registered elsewhere; the newest wins.',
  'rendezvous/shutting-down': 'The rendezvous is stopping; use another URL or try again later.',
  'rendezvous/bad-frame': 'A frame could not be decoded or is not allowed now.',
  'rendezvous/too-large': 'A frame or message is too large.',
  'rendezvous/rate-limited': 'Too many frames; slow down.',
  'rendezvous/heartbeat': 'No sign of life for two heartbeats.',
  'rendezvous/version': 'No common protocol version.',
  'rendezvous/full': 'The rendezvous takes no more clients.',
  'auth/unknown-key': 'The rendezvous does not know this key.',
  'auth/origin': 'The registration names another rendezvous.',
  'auth/challenge': 'The challenge is wrong, used or too old.',
  'auth/signature': 'The signature does not fit the key or the bytes.',
  'auth/page-origin': 'The key is not for pages of this origin.',
  'auth/revoked': 'The key was withdrawn.',
  'auth/token-missing': 'The key needs a token.',
  'auth/token': 'The token is not accepted.',
  'auth/token-expired': 'The token has expired.',
  'auth/no-token': 'No token was given in time.',
  'identity/bad-key': 'Not an uncompressed P-256 public key, or a stored key that is damaged.',
  'identity/mismatch': 'The far end is not who it says it is, or its message was changed.',
  'identity/timeout': 'The far end did not prove its identity in time.',
  'identity/changed': 'Another identity came for a contact that you have pinned; accept it or not.',
  'identity/in-use': 'Another tab or process uses this identity.',
  'peer/unreachable': 'No peer of this ID is connected here.',
  'peer/lost': 'The far end has fallen silent.',
  'peer/closed': 'The far end closed the link.',
  'peer/refused': 'The far end refused the link.',
  'peer/stale': 'The message was for an earlier life of this peer.',
  'peer/replayed': 'The message was seen before or is too old.',
  'link/failed': 'No path to the far end was found.',
  'link/limit': 'No more links are allowed.',
  'link/replaced': 'A newer link to the same peer took over.',
  'link/bad-description': 'The session description is not acceptable.',
  'link/bad-frame': 'A frame could not be decoded or is not allowed now.',
  'stream/name-taken': 'This connection publishes a stream of this name already.',
  'stream/refused': 'The publisher refused the subscription.',
  'stream/limit': 'The publisher takes no more subscriptions.',
  'stream/expired': 'The stream was not published in time.',
  'stream/unsubscribed': 'The subscriber ended the subscription.',
  'stream/closed': 'The publisher closed the stream.',
  'stream/stalled': 'The subscriber fell too far behind.',
  'data/too-large': 'An encoded message is larger than 64 KiB; use a file transfer.',
  'data/unsupported-value': 'Only plain data, bytes and dates can be sent.',
  'data/congested': 'Nobody takes in what is sent so fast; wait for accepted before the next message.',
  'data/no-responder': 'The far end answers no questions of this name.',
  'data/responder-failed': 'The function that was to answer threw or rejected.',
  'data/timeout': 'No answer came in time.',
  'file/no-receiver': 'The far end takes no files on this stream.',
  'file/refused': 'The receiver does not want the file.',
  'file/cancelled': 'The sender took the file back.',
  'file/limit': 'Too many files are under way to or from this peer.',
  'file/unreadable': 'The file could not be read, or has changed since it was offered.',
  'file/unwritable': 'The file could not be written where it was to be kept.',
  'file/corrupt': 'What arrived is not what was sent: its SHA-256 differs.',
  'media/denied': 'The user or system denied the camera or microphone.',
  'media/not-found': 'No camera or microphone fits.',
  'media/in-use': 'Another program uses the camera or microphone.',
  'room/full': 'The room takes no more members.',
  'room/not-a-member': 'This connection is not in the room.',
  'room/limit': 'This connection may enter no more rooms.',
  'room/forbidden': 'The token does not allow this room.',
  'room/not-admitted': 'The far end did not prove the secret of the room, or was not admitted.',
} as const;

/** One of {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** Whether a value is a known error code. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_CODES, value);
}

/** The WebSocket close codes that a rendezvous uses, and what they say. */
export const CLOSE_CODES = {
  4400: 'rendezvous/bad-frame',
  4401: 'auth/unknown-key',
  4402: 'auth/origin',
  4403: 'auth/signature',
  4404: 'auth/challenge',
  4405: 'identity/bad-key',
  4406: 'rendezvous/version',
  4408: 'rendezvous/heartbeat',
  4409: 'rendezvous/replaced',
  4410: 'auth/revoked',
  4411: 'auth/token-missing',
  4412: 'auth/token',
  4413: 'rendezvous/too-large',
  4414: 'auth/token-expired',
  4415: 'auth/page-origin',
  4429: 'rendezvous/rate-limited',
  4430: 'rendezvous/full',
  4503: 'rendezvous/shutting-down',
} as const satisfies Record<number, ErrorCode>;

/** A WebSocket close code of a rendezvous. */
export type CloseCode = keyof typeof CLOSE_CODES;

/** The error that a close code stands for, or `undefined` for codes that are not ours. */
export function errorOfClose(code: number): ErrorCode | undefined {
  return Object.hasOwn(CLOSE_CODES, code) ? CLOSE_CODES[code as CloseCode] : undefined;
}

/** The close code that says an error. */
export function closeCodeOf(code: ErrorCode): CloseCode {
  const found = Object.entries(CLOSE_CODES).find(([, error]) => error === code);
  return found ? (Number(found[0]) as CloseCode) : 4400;
}
