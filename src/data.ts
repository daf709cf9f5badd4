/// <reference types="node" preserve="true" />
export type { MemoryCollectionSiteOptions } from './implements/data/collections/memory-collection-site.js';
export { MemoryCollectionSite } from './implements/data/collections/memory-collection-site.js';
export { RedisCollectionSite } from './implements/data/collections/redis-collection-site.js';
export type { RedisCollectionSiteOptions } from './implements/data/collections/redis-collection-site-options.js';
export type { MemoryKeyValueOptions } from './implements/data/key-value/memory-key-value.js';
export { MemoryKeyValue } from './implements/data/key-value/memory-key-value.js';
export type { RedisKeyValueOptions } from './implements/data/key-value/redis/redis-key-value.js';
export { RedisKeyValue } from './implements/data/key-value/redis/redis-key-value.js';
export type { CodecOption } from './implements/foundation/codecs/codec-option.js';
