/**
 * Every error code of Conclave with what it means. The part before the slash is the room of the house that it
 * concerns; the whole code is stable and meant for programs.
 */
export const ERROR_CODES = {
  'usage/invalid-argument': 'An argument is not of the form that the call takes.',
  'usage/closed': 'The object was closed; make a new one.',
  'usage/aborted': 'The AbortSignal that was given ended the operation.',
  'usage/unsupported': 'This environment has no WebRTC, WebSocket or WebCrypto that could be used.',
  'rendezvous/invalid-url': 'The URL is not a ws:, wss:, http: or https: URL.',
  'rendezvous/refused': 'Nothing answers at this address.',
  'rendezvous/timeout': 'The rendezvous did not answer in time.',
  'rendezvous/lost': 'The socket to the rendezvous was lost; links that stand go on.',
  'rendezvous/unavailable': 'The rendezvous cannot be reached just now; try again later.',
  'rendezvous/replaced': 'The same identity registered again elsewhere; the newest registration wins.',
  'rendezvous/shutting-down': 'The rendezvous is stopping; use another URL or come back later.',
  'rendezvous/bad-frame': 'A frame could not be decoded or is not allowed now.',
  'rendezvous/too-large': 'A frame or message is larger than allowed.',
  'rendezvous/rate-limited': 'Too many frames in too short a time; slow down.',
  'rendezvous/heartbeat': 'No sign of life for two heartbeats.',
  'rendezvous/version': 'No protocol version is spoken by both sides.',
  'rendezvous/full': 'The rendezvous holds as many clients as it may.',
  'auth/unknown-key': 'The rendezvous does not know this key.',
  'auth/origin': 'The registration names another rendezvous than the one that received it.',
  'auth/challenge': 'The challenge is not the one that was given, was used before, or is too old.',
  'auth/signature': 'The signature does not belong to the key or to these bytes.',
  'identity/bad-key': 'The public key is not an uncompressed P-256 key of the accepted form.',
  'identity/mismatch': 'The far end is not who it says it is, or somebody changed what it said.',
  'identity/timeout': 'The far end did not prove its identity in time.',
  'peer/unreachable': 'Nobody with this peer ID is connected here.',
  'peer/lost': 'The far end has fallen silent and is taken for gone.',
  'peer/closed': 'The far end closed the link.',
  'peer/refused': 'The far end does not want a link with this peer.',
  'peer/stale': 'The message was meant for an earlier life of this peer.',
  'peer/replayed': 'The message was seen before or is too old.',
  'link/failed': 'No path to the far end was found.',
  'link/limit': 'As many links as allowed are open.',
  'link/replaced': 'A newer link to the same peer has taken over.',
  'link/bad-description': 'The session description is not acceptable.',
  'link/bad-frame': 'A frame of the link could not be decoded or is not allowed now.',
  'stream/name-taken': 'This connection publishes a stream of this name already.',
  'stream/refused': 'The publisher refused the subscription.',
  'stream/limit': 'The publisher serves as many peers as it may.',
  'stream/expired': 'The stream was not published in the time that a subscription waits.',
  'stream/unsubscribed': 'The subscriber ended its subscription.',
  'stream/closed': 'The publisher closed the stream.',
  'stream/stalled': 'The subscriber fell too far behind.',
  'data/too-large': 'A message is larger than 64 KiB when encoded; use a file transfer.',
  'data/unsupported-value': 'A value cannot be sent: only plain data, bytes and dates can.',
  'media/denied': 'The user or the system denied the camera or the microphone.',
  'media/not-found': 'There is no camera or microphone that fits.',
  'media/in-use': 'The camera or the microphone is used by another program.',
  'room/full': 'The room holds as many members as it may.',
  'room/not-a-member': 'This connection is not in the room.',
  'room/limit': 'This connection is in as many rooms as it may be.',
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
  4413: 'rendezvous/too-large',
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
