import type { PeerId } from '@conclave/protocol';

/**
 * A secret that the members of a room share: streams that are published or played with it cross only links on which
 * the far end has proven that it knows it too. Made by `openRoomKey` of `@conclave/core/rooms`.
 */
export interface RoomKey {
  /** The name of the room at the rendezvous: it tells neither the secret nor the room's own name. */
  readonly id: string;
  /** The proof of a peer for one link: 32 bytes that are good for nobody else and nowhere else (SPEC 6.9). */
  prove(transcript: Uint8Array, peerId: PeerId): Promise<Uint8Array>;
}

/** Whether a link on which these rooms were proven may carry what belongs to a room, or to none. */
export function mayCarry(
  rooms: ReadonlySet<string>,
  { roomKey }: { readonly roomKey?: RoomKey | undefined },
): boolean {
  return !roomKey || rooms.has(roomKey.id);
}
