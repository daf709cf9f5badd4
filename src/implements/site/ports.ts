import { IAnalytics } from '../../interfaces/analytics.js';
import { ICache } from '../../interfaces/cache.js';
import { IClock } from '../../interfaces/clock.js';
import { ICodec } from '../../interfaces/codec.js';
import { ICollectionSite } from '../../interfaces/collection-site.js';
import { IComponentSite } from '../../interfaces/component-site.js';
import { IComponentSiteBuilder } from '../../interfaces/component-site-builder.js';
import { IConfig } from '../../interfaces/config.js';
import { ICredentialsProvider } from '../../interfaces/credentials-provider.js';
import { IFencedStore } from '../../interfaces/fenced-store.js';
import { IHealth } from '../../interfaces/health.js';
import type { InterfaceToken } from '../../interfaces/interface-token.js';
import { IKeyValue } from '../../interfaces/key-value.js';
import { ILlmCache } from '../../interfaces/llm-cache.js';
import { ILoggerSite } from '../../interfaces/logger.js';
import { IMutexSite } from '../../interfaces/mutex.js';
import { IPubSub } from '../../interfaces/pub-sub.js';
import { IQueueSite } from '../../interfaces/queue.js';
import { IRateLimiter } from '../../interfaces/rate-limiter.js';
import { IRedisConnection } from '../../interfaces/redis-connection.js';
import { IRedisMonitor } from '../../interfaces/redis-monitor.js';
import { ISessionStore } from '../../interfaces/session-store.js';
import { IStandardSchema } from '../../interfaces/standard-schema.js';
import { ITypedCache } from '../../interfaces/typed-cache.js';

/**
 * Interfaces of this package by name. A declaration may name any of them, whatever the application has imported: a
 * class is imported later, and may import only the type of the interface.
 */
export const PORTS: ReadonlyMap<string, InterfaceToken<unknown>> = new Map(
  Object.entries({
    IAnalytics,
    ICache,
    IClock,
    ICodec,
    ICollectionSite,
    IComponentSite,
    IComponentSiteBuilder,
    IConfig,
    ICredentialsProvider,
    IFencedStore,
    IHealth,
    IKeyValue,
    ILlmCache,
    ILoggerSite,
    IMutexSite,
    IPubSub,
    IQueueSite,
    IRateLimiter,
    IRedisConnection,
    IRedisMonitor,
    ISessionStore,
    IStandardSchema,
    ITypedCache,
  }),
);
