export type { Participant, ParticipantState } from './participant.js';
export type { JoinOptions, Room, RoomState } from './room.js';
