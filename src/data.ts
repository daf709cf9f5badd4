/// <reference types="node" preserve="true" />
export type { MemoryKeyValueOptions } from './implements/data/key-value/memory-key-value.js';
export { MemoryKeyValue } from './implements/data/key-value/memory-key-value.js';
export type { RedisKeyValueOptions } from './implements/data/key-value/redis/redis-key-value.js';
export { RedisKeyValue } from './implements/data/key-value/redis/redis-key-value.js';
