import { ConclaveError, type Value } from '@conclave/core';
import type { RoomSecret } from '@conclave/core/rooms';
import { decodeValue, encodeValue } from '@conclave/protocol';

import { MAX_METADATA_BYTES } from './logic/announcement.js';
import {
  areStreamNames,
  isRoomName,
  MAX_ROOM_NAME_LENGTH,
  MAX_STREAM_NAME_LENGTH,
  MAX_STREAMS,
} from './logic/stream-names.js';
import type { Admit, JoinOptions } from './room.js';
import { checkUplink, type UplinkOptions } from './uplink/uplink-options.js';

/** What a room is joined with, checked. */
export interface CheckedOptions {
  readonly room: string;
  readonly metadata: Value;
  readonly publish: readonly string[];
  readonly autoPlay: NonNullable<JoinOptions['autoPlay']>;
  readonly secret: RoomSecret | undefined;
  readonly admit: Admit | undefined;
  readonly uplink: UplinkOptions | 'off';
  readonly signal: AbortSignal | undefined;
}

/** Checks options; throws `usage/invalid-argument`, `usage/aborted`, `data/too-large`, `data/unsupported-value`. */
export function checkOptions(options: JoinOptions): CheckedOptions {
  const {
    room,
    metadata = null,
    publish = ['camera'],
    autoPlay = () => true,
    secret,
    admit,
    uplink = {},
    signal,
  } = options;
  if (!isRoomName(room)) {
    throw new ConclaveError('usage/invalid-argument', {
      hint: `A room name has 1 to ${MAX_ROOM_NAME_LENGTH} characters.`,
    });
  }
  if (!areStreamNames(publish)) {
    const form = `1 to ${MAX_STREAM_NAME_LENGTH} characters, without a slash`;
    throw new ConclaveError('usage/invalid-argument', {
      hint: `Up to ${MAX_STREAMS} different stream names, each of ${form}.`,
    });
  }
  throwIfAborted(signal);
  const checked = { room, metadata: copyMetadata(metadata), publish: [...publish], autoPlay, secret, admit };
  return { ...checked, uplink: checkUplink(uplink), signal };
}

/** A copy of metadata, as it can be sent; throws `data/too-large` above 1 KiB encoded, `data/unsupported-value`. */
export function copyMetadata(metadata: Value): Value {
  const encoded = encodeValue(metadata, MAX_METADATA_BYTES);
  if (!encoded.ok) {
    throw new ConclaveError(encoded.code, {
      hint: `Metadata is plain data of at most ${MAX_METADATA_BYTES} bytes when encoded.`,
    });
  }
  const copy = decodeValue(encoded.value, MAX_METADATA_BYTES);
  return copy.ok ? copy.value : null;
}

/** Throws `usage/aborted` where the signal says so. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new ConclaveError('usage/aborted', { cause: signal.reason });
}
