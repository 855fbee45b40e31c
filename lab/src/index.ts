export { sumOf } from './counters.js';
export { openLab } from './lab.js';
export { labSupport } from './support.js';

export type { Direction } from './attachment.js';
export type { BrowserKind, BrowserOptions } from './browser.js';
export type {
  ClassCounters,
  DirectionCounters,
  LabCounters,
  PathCounters,
  TrafficClass,
} from './counters.js';
export type { Forward } from './forward.js';
export type { AddressChange, Attached, Host } from './host.js';
export type { Lab, LabOptions } from './lab.js';
export type { Nat, NatKind } from './nat.js';
export type { PathOptions, Shape } from './shape.js';
export type { LabSupport, Machine } from './support.js';
