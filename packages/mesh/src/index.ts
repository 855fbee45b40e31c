export { createRoomSecret, isRoomSecret } from '@conclave/core/rooms';

export { joinRoom } from './join-room.js';

export type { ParticipantState } from './logic/participant-state.js';
export type { Participant } from './participant.js';
export type { Admit, JoinOptions, Room, RoomState, RoomTrust } from './room.js';
export type { RoomSecret } from '@conclave/core/rooms';
