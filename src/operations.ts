/// <reference types="node" preserve="true" />
export type { RedisMonitorOptions } from './implements/operations/monitoring/redis-monitor.js';
export { RedisMonitor } from './implements/operations/monitoring/redis-monitor.js';
