export { exchangeCases } from './exchange-suite.js';
export { memoryExchange } from './exchange-memory.js';
export { openKeys } from './keys.js';
export { DEFAULT_LIMITS } from './limits.js';
export { createRendezvous } from './server.js';

export type { Claim, Exchange, Joined, Seat, SeatHolder } from './exchange.js';
export type { ExchangeCase, ExchangeNodes } from './exchange-suite.js';
export type { MemoryExchangeOptions } from './exchange-memory.js';
export type { Keys, Tenant } from './keys.js';
export type { Limits } from './limits.js';
export type { Rendezvous, RendezvousOptions } from './server.js';
