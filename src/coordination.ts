/// <reference types="node" preserve="true" />
export type { MemoryMutexSiteOptions } from './implements/coordination/mutex/memory-mutex-site.js';
export { MemoryMutexSite } from './implements/coordination/mutex/memory-mutex-site.js';
export { RedisMutexSite } from './implements/coordination/mutex/redis-mutex-site.js';
export type { RedisMutexSiteOptions } from './implements/coordination/mutex/redis-mutex-site-options.js';
export type { MemoryPubSubOptions } from './implements/coordination/pub-sub/memory-pub-sub.js';
export { MemoryPubSub } from './implements/coordination/pub-sub/memory-pub-sub.js';
export type { RedisPubSubOptions } from './implements/coordination/pub-sub/redis/redis-pub-sub.js';
export { RedisPubSub } from './implements/coordination/pub-sub/redis/redis-pub-sub.js';
export type { RateLimitHeadersOptions } from './implements/coordination/rate-limiter/headers.js';
export { rateLimitHeaders } from './implements/coordination/rate-limiter/headers.js';
export type { MemoryRateLimiterOptions } from './implements/coordination/rate-limiter/memory-rate-limiter.js';
export { MemoryRateLimiter } from './implements/coordination/rate-limiter/memory-rate-limiter.js';
export type { RedisRateLimiterOptions } from './implements/coordination/rate-limiter/redis-rate-limiter.js';
export { RedisRateLimiter } from './implements/coordination/rate-limiter/redis-rate-limiter.js';
export type { CodecOption } from './implements/foundation/codecs/codec-option.js';
