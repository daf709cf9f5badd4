/// <reference types="node" preserve="true" />
export type { MemoryMutexSiteOptions } from './implements/coordination/mutex/memory-mutex-site.js';
export { MemoryMutexSite } from './implements/coordination/mutex/memory-mutex-site.js';
export { RedisMutexSite } from './implements/coordination/mutex/redis-mutex-site.js';
export type { RedisMutexSiteOptions } from './implements/coordination/mutex/redis-mutex-site-options.js';
