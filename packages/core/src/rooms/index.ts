export { enterRoom } from './enter-room.js';
export { createRoomSecret, isRoomSecret, openRoomKey } from './room-key.js';

export type { RoomListing, RoomMember } from '../rendezvous/rendezvous-client.js';
export type { RoomSecret } from './room-key.js';
