/// <reference types="node" preserve="true" />
export type { RateLimitHeadersOptions } from './implements/coordination/rate-limiter/headers.js';
export { rateLimitHeaders } from './implements/coordination/rate-limiter/headers.js';
export type { MemoryRateLimiterOptions } from './implements/coordination/rate-limiter/memory-rate-limiter.js';
export { MemoryRateLimiter } from './implements/coordination/rate-limiter/memory-rate-limiter.js';
export type { RedisRateLimiterOptions } from './implements/coordination/rate-limiter/redis-rate-limiter.js';
export { RedisRateLimiter } from './implements/coordination/rate-limiter/redis-rate-limiter.js';
