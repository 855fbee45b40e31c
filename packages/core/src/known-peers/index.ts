export { indexedDbStorage } from '../identity/indexed-db.js';
export { memoryStorage } from '../identity/memory-storage.js';
export { storageCases } from '../identity/storage-suite.js';
export { KnownPeers } from './known-peers.js';

export type { StorageLock, StoragePort } from '../identity/storage-port.js';
export type { StorageCase, StorageOpenings } from '../identity/storage-suite.js';
export type { Acquaintance, Contact, ImportReport } from './address-book.js';
export type { KnownPeersOptions, PinOptions } from './known-peers.js';
export type { IdentityChange } from './questions.js';
