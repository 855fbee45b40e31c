export { enterRoom } from './enter-room.js';

export type { RoomListing, RoomMember } from '../rendezvous/rendezvous-client.js';
