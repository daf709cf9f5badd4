import type { ComponentDefinition } from '../../interfaces/component.js';

/** Part of a class that declarations need. */
interface DeclaredClass {
  readonly component: ComponentDefinition;
}

/** Classes that a declaration may name without a path. A class is imported when a declaration names it. */
export type Catalogue = ReadonlyMap<string, () => Promise<DeclaredClass>>;

/** Classes of this package. */
export const CATALOGUE: Catalogue = new Map<string, () => Promise<DeclaredClass>>([
  ['MemoryCache', async () => (await import('../cache/memory/memory-cache.js')).MemoryCache],
  ['RedisCache', async () => (await import('../cache/redis/redis-cache.js')).RedisCache],
  ['TieredCache', async () => (await import('../cache/tiered/tiered-cache.js')).TieredCache],
  ['NullCache', async () => (await import('../cache/null-cache.js')).NullCache],
  [
    'MemoryMutexSite',
    async () => (await import('../coordination/mutex/memory-mutex-site.js')).MemoryMutexSite,
  ],
  ['RedisMutexSite', async () => (await import('../coordination/mutex/redis-mutex-site.js')).RedisMutexSite],
  [
    'MemoryCollectionSite',
    async () => (await import('../data/collections/memory-collection-site.js')).MemoryCollectionSite,
  ],
  [
    'RedisCollectionSite',
    async () => (await import('../data/collections/redis-collection-site.js')).RedisCollectionSite,
  ],
  ['RedisConnection', async () => (await import('../redis/redis-connection.js')).RedisConnection],
  [
    'MemoryRateLimiter',
    async () => (await import('../coordination/rate-limiter/memory-rate-limiter.js')).MemoryRateLimiter,
  ],
  [
    'RedisRateLimiter',
    async () => (await import('../coordination/rate-limiter/redis-rate-limiter.js')).RedisRateLimiter,
  ],
  [
    'MemoryQueueSite',
    async () => (await import('../coordination/queue/memory-queue-site.js')).MemoryQueueSite,
  ],
  ['RedisQueueSite', async () => (await import('../coordination/queue/redis-queue-site.js')).RedisQueueSite],
  ['MemoryKeyValue', async () => (await import('../data/key-value/memory-key-value.js')).MemoryKeyValue],
  ['RedisKeyValue', async () => (await import('../data/key-value/redis/redis-key-value.js')).RedisKeyValue],
  [
    'ConsoleLoggerSite',
    async () => (await import('../foundation/logger/console-logger-site.js')).ConsoleLoggerSite,
  ],
  ['PinoLoggerSite', async () => (await import('../foundation/logger/pino-logger-site.js')).PinoLoggerSite],
  [
    'SilentLoggerSite',
    async () => (await import('../foundation/logger/silent-logger-site.js')).SilentLoggerSite,
  ],
  ['YamlConfig', async () => (await import('../data/config/yaml-config.js')).YamlConfig],
  ['JsonConfig', async () => (await import('../data/config/json-config.js')).JsonConfig],
  ['EnvConfig', async () => (await import('../data/config/env-config.js')).EnvConfig],
  ['LayeredConfig', async () => (await import('../data/config/layered-config.js')).LayeredConfig],
  [
    'MemorySessionStore',
    async () => (await import('../data/session-store/memory-session-store.js')).MemorySessionStore,
  ],
  [
    'RedisSessionStore',
    async () => (await import('../data/session-store/redis-session-store.js')).RedisSessionStore,
  ],
  ['SiteHealth', async () => (await import('./health/site-health.js')).SiteHealth],
  ['LlmCache', async () => (await import('../recipes/llm-cache/llm-cache.js')).LlmCache],
  ['MemoryAnalytics', async () => (await import('../recipes/analytics/memory-analytics.js')).MemoryAnalytics],
  ['RedisAnalytics', async () => (await import('../recipes/analytics/redis-analytics.js')).RedisAnalytics],
  ['RedisMonitor', async () => (await import('../operations/monitoring/redis-monitor.js')).RedisMonitor],
  ['TypedCache', async () => (await import('../typed-cache/typed-cache.js')).TypedCache],
  ['MemoryPubSub', async () => (await import('../coordination/pub-sub/memory-pub-sub.js')).MemoryPubSub],
  ['RedisPubSub', async () => (await import('../coordination/pub-sub/redis/redis-pub-sub.js')).RedisPubSub],
]);
