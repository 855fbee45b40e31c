export { createRoomSecret, isRoomSecret } from '@conclave/core/rooms';

export { joinRoom } from './join-room.js';

export { capacityLimit, wouldFit } from './logic/uplink/fits.js';
export { planUplink } from './logic/uplink/plan.js';

export type { PairHealth, RoomHealth } from './logic/health.js';
export type { ParticipantState } from './logic/participant-state.js';
export type { ConnectionQuality } from './logic/quality.js';
export type { Participant } from './participant.js';
export type { Admit, JoinOptions, Room, RoomState, RoomTrust } from './room.js';
export type { RoomSecret } from '@conclave/core/rooms';
export type { RoomUplink } from './uplink/control.js';
export type { UplinkUse } from './uplink/use.js';
export type { AskWhenFull, WhenFull } from './uplink/room-policy.js';
export type { RoomCapacity, UplinkFace } from './uplink/room-uplink.js';
export type { UplinkOptions } from './uplink/uplink-options.js';
export type { UplinkChange } from './logic/uplink/changes.js';
export type { CapacitySource } from './logic/uplink/estimate.js';
export type { PlanInput, SubscriberDemand, VideoDemand } from './logic/uplink/demand.js';
export type { CapacityLimit, Fit } from './logic/uplink/fits.js';
export type { PlanLimits } from './logic/uplink/limits.js';
export type { AudioPlan, SubscriberPlan, UplinkPlan, VideoPlan } from './logic/uplink/uplink-plan.js';
