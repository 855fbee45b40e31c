export { exchangeCases } from './exchange-suite.js';
export { memoryExchange } from './exchange-memory.js';
export { keysFromFile } from './key-file.js';
export { openKeys } from './keys.js';
export { DEFAULT_LIMITS } from './limits.js';
export { createRendezvous } from './server.js';

export type { Claim, Exchange, Joined, Seat, SeatHolder } from './exchange.js';
export type { ExchangeCase, ExchangeNodes } from './exchange-suite.js';
export type { MemoryExchangeOptions } from './exchange-memory.js';
export type { FileKeys, KeyFileOptions } from './key-file.js';
export type { KeyEntry, KeyLimits, Keys, OpenKey, RevokedKey, TokenKey } from './keys.js';
export type { Limits } from './limits.js';
export type { Rendezvous, RendezvousOptions } from './server.js';
