import type { ErrorCode, PeerId } from '@conclave/protocol';

/**
 * The status codes, named as Flash's NetConnection and NetStream named them. `NetConnection.Connect.NetworkChange` is not
 * told yet.
 */
export type StatusCode =
  | 'NetConnection.Connect.Success'
  | 'NetConnection.Connect.Failed'
  | 'NetConnection.Connect.Rejected'
  | 'NetConnection.Connect.Closed'
  | 'NetConnection.Connect.NetworkChange'
  | 'NetStream.Connect.Success'
  | 'NetStream.Connect.Failed'
  | 'NetStream.Connect.Rejected'
  | 'NetStream.Connect.Closed'
  | 'NetStream.Publish.Start'
  | 'NetStream.Publish.BadName'
  | 'NetStream.Unpublish.Success'
  | 'NetStream.Play.Start'
  | 'NetStream.Play.Failed'
  | 'NetStream.Play.Stop'
  | 'NetStream.Play.PublishNotify'
  | 'NetStream.Play.UnpublishNotify';

/** Something that happened to a connection or to one of its streams. */
export interface Status {
  /** What happened. */
  readonly code: StatusCode;
  /** `error` where something did not come about. */
  readonly level: 'status' | 'error';
  /** The stream that it happened to. */
  readonly stream?: string | undefined;
  /** The far end of the stream, where there is one. */
  readonly farId?: PeerId | undefined;
  /** Why, for an error or an end. */
  readonly error?: ErrorCode | undefined;
}

const ERRORS: ReadonlySet<StatusCode> = new Set([
  'NetConnection.Connect.Failed',
  'NetConnection.Connect.Rejected',
  'NetStream.Connect.Failed',
  'NetStream.Connect.Rejected',
  'NetStream.Publish.BadName',
  'NetStream.Play.Failed',
] satisfies StatusCode[]);

/** Makes a status; the level follows from the code. */
export function statusOf(code: StatusCode, about: Omit<Status, 'code' | 'level'> = {}): Status {
  return { code, level: ERRORS.has(code) ? 'error' : 'status', ...about };
}
