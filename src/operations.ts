/// <reference types="node" preserve="true" />
export type { CacheOutcome, CacheStatusOptions } from './implements/operations/http/cache-status.js';
export { ageSeconds, cacheStatus } from './implements/operations/http/cache-status.js';
export type { RedisMonitorOptions } from './implements/operations/monitoring/redis-monitor.js';
export { RedisMonitor } from './implements/operations/monitoring/redis-monitor.js';
