/// <reference types="node" preserve="true" />

export type { MemoryCacheOptions } from './implements/cache/memory/memory-cache.js';
export { MemoryCache } from './implements/cache/memory/memory-cache.js';
export type { MemoryCacheStats, Removal } from './implements/cache/memory/memory-entries.js';
export { NullCache } from './implements/cache/null-cache.js';
export { RedisCache } from './implements/cache/redis/redis-cache.js';
export type { RedisCacheOptions } from './implements/cache/redis/redis-cache-options.js';
export type { JournalStats } from './implements/cache/tiered/memory/journal.js';
export type { GapCause, TieredCacheEvents } from './implements/cache/tiered/memory/tier-ledger.js';
export type { AuditStats } from './implements/cache/tiered/reads/self-audit.js';
export type { TieredCacheHealth } from './implements/cache/tiered/tier-health.js';
export type { TieredCacheStats } from './implements/cache/tiered/tier-stats.js';
export { TieredCache } from './implements/cache/tiered/tiered-cache.js';
export type { TieredCacheOptions } from './implements/cache/tiered/tiered-cache-options.js';
export type { RemovalCause } from './implements/foundation/eviction/bounded-map.js';
export { lazy } from './implements/foundation/lazy.js';
export type { ConsoleLoggerSiteOptions } from './implements/foundation/logger/console-logger-site.js';
export { ConsoleLoggerSite } from './implements/foundation/logger/console-logger-site.js';
export type { LeveledLogger } from './implements/foundation/logger/log-levels.js';
export type { PinoLogger, PinoLoggerSiteOptions } from './implements/foundation/logger/pino-logger-site.js';
export { PinoLoggerSite } from './implements/foundation/logger/pino-logger-site.js';
export { SilentLoggerSite } from './implements/foundation/logger/silent-logger-site.js';
export { durationOption, parseDuration } from './implements/foundation/options/duration.js';
export { type Size, sizeOption } from './implements/foundation/options/size.js';
export { fileOption, referenceOption, secretOption } from './implements/foundation/options/text.js';
export { RedisConnection } from './implements/redis/redis-connection.js';
export type { RedisConnectionOptions } from './implements/redis/redis-connection-options.js';
export { cacheModule } from './implements/site/cache-module.js';
export type { ComponentSiteOptions } from './implements/site/component-site.js';
export { ComponentSite } from './implements/site/component-site.js';
export { ComponentSiteBuilder } from './implements/site/component-site-builder.js';
export type { ActuatorHealth, HealthCheckJson, HealthJson } from './implements/site/health/health-formats.js';
export { actuator, healthJson } from './implements/site/health/health-formats.js';
export type { SiteHealthOptions } from './implements/site/health/site-health.js';
export { SiteHealth } from './implements/site/health/site-health.js';
export type { LoadComponentSiteOptions } from './implements/site/load-component-site.js';
export { loadComponentSite } from './implements/site/load-component-site.js';
export { readSettings } from './implements/site/text/settings.js';
export type { TypedCacheOptions } from './implements/typed-cache/policy/component-options.js';
export { TypedCache } from './implements/typed-cache/typed-cache.js';
export type {
  AnalyticsCallOptions,
  AnalyticsPoint,
  AnalyticsRange,
  AnalyticsRecordOptions,
  AnalyticsSeriesRange,
  AnalyticsUnit,
  AnalyticsValue,
} from './interfaces/analytics.js';
export { IAnalytics } from './interfaces/analytics.js';
export type { DegradedMessage, FailureMode } from './interfaces/cache.js';
export { ICache } from './interfaces/cache.js';
export type { CacheName } from './interfaces/cache-name.js';
export { cacheName } from './interfaces/cache-name.js';
export type { ScheduledTask, ScheduleOptions } from './interfaces/clock.js';
export { IClock } from './interfaces/clock.js';
export { ICodec } from './interfaces/codec.js';
export type {
  CollectionCall,
  CollectionItem,
  CollectionLife,
  CollectionRead,
  CollectionWrite,
  ICollection,
} from './interfaces/collection.js';
export { ICollectionSite } from './interfaces/collection-site.js';
export type {
  BuildContext,
  ComponentDefinition,
  DeclarableClass,
  IComponent,
  IKeySpaceOwner,
  KeySpaceClaim,
  SettingsOptions,
} from './interfaces/component.js';
export { IComponentSite } from './interfaces/component-site.js';
export type { DeclarationFormat, LoadOptions } from './interfaces/component-site-builder.js';
export { IComponentSiteBuilder } from './interfaces/component-site-builder.js';
export type { IConfigSession, Settings } from './interfaces/config.js';
export { IConfig } from './interfaces/config.js';
export type { ICounter } from './interfaces/counter.js';
export type { Credentials } from './interfaces/credentials-provider.js';
export { ICredentialsProvider } from './interfaces/credentials-provider.js';
export type { Duration, DurationParts, DurationText } from './interfaces/duration.js';
export type {
  CodecErrorCode,
  ComponentErrorCode,
  ConfigurationErrorCode,
  ConfigurationIssue,
  ConnectionErrorCode,
  OperationErrorCode,
  Outcome,
  ResolutionErrorCode,
} from './interfaces/errors.js';
export {
  ArgumentError,
  CodecError,
  ComponentError,
  ComponentNotFoundError,
  ConfigurationError,
  ConnectionError,
  DisposedError,
  OperationError,
  ResolutionError,
} from './interfaces/errors.js';
export type {
  Carried,
  CarriedGeneration,
  FencedAnswer,
  FencedCapture,
  FencedEntry,
  FencedRead,
  FenceToAdvance,
  PartialFailure,
} from './interfaces/fenced-store.js';
export { IFencedStore } from './interfaces/fenced-store.js';
export type { HashFields, IHash } from './interfaces/hash.js';
export type {
  CheckedComponent,
  ComponentHealth,
  HealthCheckOptions,
  HealthQuery,
  HealthReport,
  HealthStatus,
  SiteHealthQuery,
  SiteHealthReport,
  TypedCacheHealth,
} from './interfaces/health.js';
export { IHealth } from './interfaces/health.js';
export type { InterfaceToken } from './interfaces/interface-token.js';
export { defineInterface } from './interfaces/interface-token.js';
export type {
  KeyLife,
  KeyValueCallOptions,
  KeyValueEntry,
  KeyValueIncrementOptions,
  KeyValueInput,
  KeyValueSetOptions,
  KeyValueWriteOptions,
} from './interfaces/key-value.js';
export { IKeyValue } from './interfaces/key-value.js';
export type { BlockingPop, CappedPush, IList } from './interfaces/list.js';
export type { LlmCacheStats, LlmCallOptions, LlmRequest, LlmUsage } from './interfaces/llm-cache.js';
export { ILlmCache } from './interfaces/llm-cache.js';
export type { ILogger, LogAttributes, LogLevel } from './interfaces/logger.js';
export { ILoggerSite } from './interfaces/logger.js';
export type { IMutex, MutexLock, MutexOptions, MutexState } from './interfaces/mutex.js';
export { IMutexSite } from './interfaces/mutex.js';
export type {
  DroppedMessages,
  MalformedMessage,
  PublishOptions,
  PubSubMessage,
  PubSubTarget,
  SubscriptionOptions,
} from './interfaces/pub-sub.js';
export { IPubSub } from './interfaces/pub-sub.js';
export type {
  ConsumeQueueOptions,
  DeadLetter,
  DeadLettersOptions,
  Delivery,
  IQueueAdmin,
  IQueueConsumer,
  IQueueProducer,
  MessageToProduce,
  NackOptions,
  Produced,
  ProduceManyOptions,
  ProduceOptions,
  QueueStats,
  RunQueueOptions,
} from './interfaces/queue.js';
export { IQueueSite } from './interfaces/queue.js';
export type {
  ConsumeOptions,
  LimitDecision,
  PeekOptions,
  RateLimitDecision,
} from './interfaces/rate-limiter.js';
export { IRateLimiter } from './interfaces/rate-limiter.js';
export type {
  BlockingOptions,
  CallOptions,
  ExecuteOptions,
  PipelineCommand,
  RedisCommand,
  RedisReply,
  RedisResult,
  RedisScript,
  RedisWord,
  ScriptOptions,
  TransactionOptions,
  TransactionRead,
} from './interfaces/redis-command.js';
export type { RedisConnectionEvents } from './interfaces/redis-connection.js';
export { IRedisConnection } from './interfaces/redis-connection.js';
export type {
  CircuitState,
  ConnectionStatus,
  RedisHealth,
  RedisInfo,
  RedisInfoSection,
  RedisNodeHealth,
} from './interfaces/redis-health.js';
export type { RedisLastSave, RedisMemory } from './interfaces/redis-monitor.js';
export { IRedisMonitor } from './interfaces/redis-monitor.js';
export type {
  ISubscription,
  RedisMessage,
  SubscribeOptions,
  SubscriptionGap,
  SubscriptionTarget,
} from './interfaces/redis-subscription.js';
export type {
  CreateSessionOptions,
  Session,
  SessionCallOptions,
  SessionData,
  SessionSummary,
} from './interfaces/session-store.js';
export { ISessionStore } from './interfaces/session-store.js';
export type { ISet, OtherSets } from './interfaces/set.js';
export type {
  ISortedSet,
  RankedMember,
  RankRead,
  ScoreBound,
  ScoreCondition,
  ScoredMember,
  ScoreRead,
  ScoreWrite,
} from './interfaces/sorted-set.js';
export { IStandardSchema, type StandardSchemaResult } from './interfaces/standard-schema.js';
export type { CacheStats, IStatistics, LatencyStats } from './interfaces/statistics.js';
export type {
  CacheEntry,
  CacheExplanation,
  CacheKey,
  CacheKeyList,
  CacheKeyRecord,
  LoadContext,
  Loader,
  LoadManyContext,
  ManyLoader,
  MissReason,
  StaleReason,
  TypedCacheEvents,
  TypedCacheStats,
  WidenedKey,
} from './interfaces/typed-cache.js';
export { ITypedCache } from './interfaces/typed-cache.js';
export type {
  CompressOptions,
  TypedCacheMode,
  TypedCachePolicy,
  TypedLoadOptions,
  TypedReadOptions,
  TypedWriteOptions,
} from './interfaces/typed-cache-policy.js';
