/// <reference types="node" preserve="true" />
export type { MemorySessionStoreOptions } from './implements/data/session-store/memory-session-store.js';
export { MemorySessionStore } from './implements/data/session-store/memory-session-store.js';
export type { RedisSessionStoreOptions } from './implements/data/session-store/redis-session-store.js';
export { RedisSessionStore } from './implements/data/session-store/redis-session-store.js';
