/** The name of a room; as long as leaves room for those of its streams. */
export const MAX_ROOM_NAME_LENGTH = 200;
/** The name of a stream within a room: with its room it fits the 256 characters that a stream name may have. */
export const MAX_STREAM_NAME_LENGTH = 50;
/** Streams of one participant: as many with media as core plays of one peer at a time. */
export const MAX_STREAMS = 5;

/** Whether this can name a room. */
export function isRoomName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_ROOM_NAME_LENGTH;
}

/** Whether this can name a stream within a room: without a slash, which ends the name of the room. */
function isStreamName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= MAX_STREAM_NAME_LENGTH &&
    !value.includes('/')
  );
}

/** Whether these can be the streams of one participant. */
export function areStreamNames(values: readonly unknown[]): values is readonly string[] {
  return values.length <= MAX_STREAMS && values.every(isStreamName) && new Set(values).size === values.length;
}

/** The control stream of a room: no stream within any room has such a name, since theirs do not end with a slash. */
export function controlStreamName(room: string): string {
  return `room/${room}/`;
}

/** A stream within a room, by the name that it has on the connection. */
export function roomStreamName(room: string, stream: string): string {
  return `room/${room}/${stream}`;
}
