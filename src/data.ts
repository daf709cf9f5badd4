/// <reference types="node" preserve="true" />
export type { MemoryKeyValueOptions } from './implements/data/key-value/memory-key-value.js';
export { MemoryKeyValue } from './implements/data/key-value/memory-key-value.js';
export type { RedisKeyValueOptions } from './implements/data/key-value/redis/redis-key-value.js';
export { RedisKeyValue } from './implements/data/key-value/redis/redis-key-value.js';
export type { EnvConfigOptions } from './implements/data/config/env-config.js';
export { EnvConfig } from './implements/data/config/env-config.js';
export { JsonConfig } from './implements/data/config/json-config.js';
export type { LayeredConfigOptions } from './implements/data/config/layered-config.js';
export { LayeredConfig } from './implements/data/config/layered-config.js';
export { YamlConfig } from './implements/data/config/yaml-config.js';
export type { MemorySessionStoreOptions } from './implements/data/session-store/memory-session-store.js';
export { MemorySessionStore } from './implements/data/session-store/memory-session-store.js';
export type { RedisSessionStoreOptions } from './implements/data/session-store/redis-session-store.js';
export { RedisSessionStore } from './implements/data/session-store/redis-session-store.js';
