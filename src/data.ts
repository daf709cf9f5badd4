/// <reference types="node" preserve="true" />
export type { MemoryCollectionSiteOptions } from './implements/data/collections/memory-collection-site.js';
export { MemoryCollectionSite } from './implements/data/collections/memory-collection-site.js';
export { RedisCollectionSite } from './implements/data/collections/redis-collection-site.js';
export type { RedisCollectionSiteOptions } from './implements/data/collections/redis-collection-site-options.js';
export type { CodecOption } from './implements/foundation/codecs/codec-option.js';
