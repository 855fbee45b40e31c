export { joinRoom } from './join-room.js';

export type { ParticipantState } from './logic/participant-state.js';
export type { Participant } from './participant.js';
export type { JoinOptions, Room, RoomState } from './room.js';
