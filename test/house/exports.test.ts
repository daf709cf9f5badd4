import assert from 'node:assert/strict';
import ts from 'typescript';
import { describe, it } from 'vitest';
import { importsOf, readTree, syntaxOf } from './source-tree.js';

/** Every public name and its kind. A change here is a change of the API, and belongs in CHANGELOG.md. */
const PUBLIC: Readonly<Record<string, string>> = {
  ArgumentError: 'class',
  TieredCacheStats: 'interface',
  TieredCacheHealth: 'interface',
  AuditStats: 'interface',
  TieredCacheOptions: 'interface',
  TieredCacheEvents: 'interface',
  TieredCache: 'class',
  JournalStats: 'interface',
  GapCause: 'type',
  BlockingOptions: 'interface',
  BuildContext: 'interface',
  CallOptions: 'interface',
  Carried: 'interface',
  CarriedGeneration: 'interface',
  CircuitState: 'type',
  CacheEntry: 'interface',
  CacheExplanation: 'interface',
  CacheKey: 'type',
  CacheKeyList: 'type',
  CacheKeyRecord: 'interface',
  CacheName: 'type',
  CacheStats: 'interface',
  IStatistics: 'interface',
  LatencyStats: 'interface',
  CodecError: 'class',
  CodecErrorCode: 'type',
  ComponentDefinition: 'interface',
  ComponentError: 'abstract class',
  ComponentErrorCode: 'type',
  ComponentNotFoundError: 'class',
  ComponentHealth: 'interface',
  CheckedComponent: 'interface',
  HealthCheckOptions: 'interface',
  HealthQuery: 'interface',
  HealthReport: 'interface',
  SiteHealthQuery: 'interface',
  IHealth: 'interface const',
  ActuatorHealth: 'interface',
  HealthCheckJson: 'interface',
  HealthJson: 'interface',
  actuator: 'function',
  healthJson: 'function',
  SiteHealthOptions: 'interface',
  SiteHealth: 'class',
  ComponentSite: 'class',
  ComponentSiteBuilder: 'class',
  ComponentSiteOptions: 'interface',
  CompressOptions: 'interface',
  ConfigurationError: 'class',
  ConfigurationErrorCode: 'type',
  ConfigurationIssue: 'interface',
  ConnectionError: 'class',
  ConnectionErrorCode: 'type',
  ConnectionStatus: 'type',
  Credentials: 'interface',
  DeclarableClass: 'type',
  DeclarationFormat: 'type',
  DegradedMessage: 'interface',
  DisposedError: 'class',
  Duration: 'type',
  DurationParts: 'interface',
  DurationText: 'type',
  ExecuteOptions: 'interface',
  FailureMode: 'type',
  FenceToAdvance: 'interface',
  FencedAnswer: 'interface',
  FencedCapture: 'interface',
  FencedEntry: 'interface',
  FencedRead: 'interface',
  HealthStatus: 'type',
  DroppedMessages: 'interface',
  IPubSub: 'interface const',
  BlockingPop: 'interface',
  CappedPush: 'interface',
  CollectionCall: 'interface',
  CollectionItem: 'type',
  CollectionLife: 'type',
  CollectionRead: 'interface',
  CollectionWrite: 'interface',
  HashFields: 'type',
  ICollection: 'interface',
  ICollectionSite: 'interface const',
  ICounter: 'interface',
  IHash: 'interface',
  IList: 'interface',
  ISet: 'interface',
  ISortedSet: 'interface',
  OtherSets: 'type',
  RankRead: 'interface',
  RankedMember: 'interface',
  ScoreBound: 'type',
  ScoreCondition: 'type',
  ScoreRead: 'interface',
  ScoreWrite: 'interface',
  ScoredMember: 'interface',
  MalformedMessage: 'interface',
  PubSubMessage: 'interface',
  PubSubTarget: 'type',
  PublishOptions: 'interface',
  SubscriptionOptions: 'interface',
  ICache: 'interface const',
  IClock: 'interface const',
  ICodec: 'interface const',
  IComponent: 'interface',
  IConfig: 'interface const',
  IConfigSession: 'interface',
  IComponentSite: 'interface const',
  IComponentSiteBuilder: 'interface const',
  ICredentialsProvider: 'interface const',
  IFencedStore: 'interface const',
  IKeySpaceOwner: 'interface',
  ILogger: 'interface',
  ILoggerSite: 'interface const',
  IKeyValue: 'interface const',
  KeyLife: 'type',
  KeyValueCallOptions: 'interface',
  KeyValueEntry: 'type',
  KeyValueIncrementOptions: 'interface',
  KeyValueInput: 'type',
  KeyValueSetOptions: 'interface',
  KeyValueWriteOptions: 'interface',
  IMutex: 'interface',
  IMutexSite: 'interface const',
  IQueueSite: 'interface const',
  ConsumeQueueOptions: 'interface',
  DeadLetter: 'interface',
  DeadLettersOptions: 'interface',
  Delivery: 'interface',
  IQueueAdmin: 'interface',
  IQueueConsumer: 'interface',
  IQueueProducer: 'interface',
  MessageToProduce: 'interface',
  NackOptions: 'interface',
  Produced: 'interface',
  ProduceManyOptions: 'interface',
  ProduceOptions: 'interface',
  QueueStats: 'interface',
  RunQueueOptions: 'interface',
  IRateLimiter: 'interface const',
  IAnalytics: 'interface const',
  AnalyticsCallOptions: 'interface',
  AnalyticsPoint: 'interface',
  AnalyticsRange: 'interface',
  AnalyticsRecordOptions: 'interface',
  AnalyticsSeriesRange: 'interface',
  AnalyticsUnit: 'type',
  AnalyticsValue: 'interface',
  ILlmCache: 'interface const',
  LlmCacheStats: 'interface',
  LlmCallOptions: 'interface',
  LlmRequest: 'interface',
  LlmUsage: 'interface',
  ISessionStore: 'interface const',
  CreateSessionOptions: 'interface',
  Session: 'interface',
  SessionCallOptions: 'interface',
  SessionData: 'type',
  SessionSummary: 'interface',
  ConsumeOptions: 'interface',
  LimitDecision: 'interface',
  PeekOptions: 'interface',
  RateLimitDecision: 'interface',
  IRedisConnection: 'interface const',
  ISubscription: 'interface',
  ITypedCache: 'interface const',
  InterfaceToken: 'type',
  KeySpaceClaim: 'interface',
  LoadComponentSiteOptions: 'interface',
  LoadContext: 'interface',
  LoadManyContext: 'interface',
  LoadOptions: 'interface',
  Loader: 'type',
  LogAttributes: 'type',
  ManyLoader: 'type',
  MemoryCache: 'class',
  MemoryCacheOptions: 'interface',
  MemoryCacheStats: 'interface',
  MissReason: 'type',
  MutexLock: 'interface',
  MutexOptions: 'interface',
  MutexState: 'interface',
  NullCache: 'class',
  OperationError: 'class',
  OperationErrorCode: 'type',
  Outcome: 'type',
  PipelineCommand: 'interface',
  PartialFailure: 'interface',
  RedisCache: 'class',
  RedisCacheOptions: 'type',
  RedisCommand: 'type',
  RedisConnection: 'class',
  RedisConnectionEvents: 'interface',
  RedisConnectionOptions: 'type',
  RedisHealth: 'interface',
  RedisInfo: 'interface',
  RedisInfoSection: 'type',
  IRedisMonitor: 'interface const',
  RedisLastSave: 'interface',
  RedisMemory: 'interface',
  RedisMessage: 'interface',
  RedisNodeHealth: 'interface',
  RedisReply: 'type',
  RedisResult: 'type',
  RedisScript: 'interface',
  RedisWord: 'type',
  Removal: 'interface',
  RemovalCause: 'type',
  ResolutionError: 'class',
  ResolutionErrorCode: 'type',
  ScheduleOptions: 'interface',
  ScheduledTask: 'interface',
  ScriptOptions: 'interface',
  Size: 'type',
  SiteHealthReport: 'interface',
  SubscribeOptions: 'interface',
  SubscriptionGap: 'interface',
  SubscriptionTarget: 'type',
  TransactionOptions: 'interface',
  TransactionRead: 'type',
  StaleReason: 'type',
  IStandardSchema: 'interface const',
  StandardSchemaResult: 'type',
  TypedCache: 'class',
  TypedCacheEvents: 'interface',
  TypedCacheHealth: 'interface',
  TypedCacheMode: 'type',
  TypedCacheOptions: 'interface',
  TypedCachePolicy: 'interface',
  TypedCacheStats: 'interface',
  TypedLoadOptions: 'interface',
  TypedReadOptions: 'interface',
  TypedWriteOptions: 'interface',
  WidenedKey: 'type',
  cacheModule: 'function',
  cacheName: 'function',
  defineInterface: 'function',
  durationOption: 'function',
  fileOption: 'function',
  loadComponentSite: 'function',
  parseDuration: 'function',
  referenceOption: 'function',
  ConsoleLoggerSite: 'class',
  ConsoleLoggerSiteOptions: 'interface',
  LeveledLogger: 'type',
  LogLevel: 'type',
  PinoLogger: 'interface',
  PinoLoggerSite: 'class',
  PinoLoggerSiteOptions: 'interface',
  SilentLoggerSite: 'class',
  lazy: 'function',
  readSettings: 'function',
  secretOption: 'function',
  Settings: 'type',
  SettingsOptions: 'interface',
  sizeOption: 'function',
};

/** Names of the door `inversify-cache/coordination`. */
const COORDINATION: Readonly<Record<string, string>> = {
  rateLimitHeaders: 'function',
  CodecOption: 'type',
  MemoryPubSub: 'class',
  MemoryPubSubOptions: 'interface',
  RedisPubSub: 'class',
  RedisPubSubOptions: 'type',
  MemoryQueueSite: 'class',
  MemoryQueueSiteOptions: 'interface',
  RedisQueueSite: 'class',
  RedisQueueSiteOptions: 'type',
  MemoryMutexSite: 'class',
  MemoryMutexSiteOptions: 'interface',
  MemoryRateLimiter: 'class',
  MemoryRateLimiterOptions: 'interface',
  RateLimitHeadersOptions: 'interface',
  RedisRateLimiter: 'class',
  RedisRateLimiterOptions: 'type',
  RedisMutexSite: 'class',
  RedisMutexSiteOptions: 'type',
};

/** Names of the door `inversify-cache/data`. */
const DATA: Readonly<Record<string, string>> = {
  CodecOption: 'type',
  MemoryCollectionSite: 'class',
  MemoryCollectionSiteOptions: 'interface',
  RedisCollectionSite: 'class',
  RedisCollectionSiteOptions: 'type',
  MemoryKeyValue: 'class',
  MemoryKeyValueOptions: 'interface',
  RedisKeyValue: 'class',
  RedisKeyValueOptions: 'type',
  EnvConfig: 'class',
  EnvConfigOptions: 'interface',
  JsonConfig: 'class',
  LayeredConfig: 'class',
  LayeredConfigOptions: 'interface',
  YamlConfig: 'class',
  MemorySessionStore: 'class',
  MemorySessionStoreOptions: 'interface',
  RedisSessionStore: 'class',
  RedisSessionStoreOptions: 'type',
};

/** Names of the door `inversify-cache/recipes`. */
const RECIPES: Readonly<Record<string, string>> = {
  MemoryAnalytics: 'class',
  MemoryAnalyticsOptions: 'interface',
  RedisAnalytics: 'class',
  RedisAnalyticsOptions: 'type',
  runTasks: 'function',
  RunTasksOptions: 'interface',
  StepReport: 'interface',
  TaskContext: 'interface',
  TaskFunction: 'type',
  TaskRun: 'interface',
  TaskSource: 'type',
  LlmCache: 'class',
  LlmCacheOptions: 'interface',
  LlmSimilarity: 'interface',
};

/** Names of the door `inversify-cache/decorators`. */
const DECORATORS: Readonly<Record<string, string>> = {
  ArgumentsDecorator: 'interface',
  ArgumentsKey: 'interface',
  CacheConfig: 'function',
  CacheConfigOptions: 'interface',
  CacheDecorator: 'interface',
  CacheEvict: 'function function function function',
  CacheEvictOptions: 'type',
  CacheEvictPolicy: 'interface',
  CacheEvictTarget: 'type',
  CachePut: 'function function function',
  CachePutOptions: 'interface',
  CacheReference: 'type',
  Cacheable: 'function function function',
  CacheableOptions: 'interface',
  Cached: 'type',
  CachedOptions: 'interface',
  CachedPolicy: 'interface',
  Caching: 'function',
  CachingOptions: 'interface',
  ChangeFailure: 'type',
  ClassCacheDecorator: 'type',
  DeclaredCaches: 'interface',
  ITransactions: 'interface',
  KeyArguments: 'type',
  KeyFunction: 'type',
  Leading: 'type',
  Locked: 'function',
  LockedOptions: 'interface',
  RateLimited: 'function',
  RateLimitedOptions: 'interface',
  ResultPolicy: 'interface',
  TransactionRunOptions: 'interface',
  TransactionOutcome: 'type',
  ValuesOf: 'type',
  attachCaches: 'function',
  byArguments: 'const',
  cached: 'function',
  currentLoad: 'function',
  currentLock: 'function',
  requestScope: 'function',
  transaction: 'function',
  withCaches: 'function',
};

/** Names of the door `inversify-cache/testing`. */
const TESTING: Readonly<Record<string, string>> = {
  Fault: 'interface',
  FaultControl: 'interface',
  FaultKind: 'type',
  FaultPlan: 'interface',
  FaultyStore: 'const',
  FaultyStoreClass: 'interface',
  LogRecord: 'interface',
  ManualClock: 'class',
  Override: 'type',
  RecordedLogger: 'interface',
  TestSiteOptions: 'interface',
  expectLoads: 'function',
  recordedLogger: 'function',
  testSite: 'function',
};

/** Names of the door `inversify-cache/operations`. */
const OPERATIONS: Readonly<Record<string, string>> = {
  CacheOutcome: 'type',
  CacheStatusOptions: 'interface',
  ageSeconds: 'function',
  cacheStatus: 'function',
  RedisMonitor: 'class',
  RedisMonitorOptions: 'type',
};

/** Names of the doors `inversify-cache/adapters/…`. */
const KEYV: Readonly<Record<string, string>> = {
  AdapterOptions: 'interface',
  KeyvStore: 'interface',
  KeyvStoreEntry: 'interface',
  keyvStore: 'function',
  Keyv6Capabilities: 'interface',
  Keyv6Events: 'interface',
  Keyv6Store: 'interface',
  Keyv6StoreEntry: 'interface',
  keyv6Store: 'function',
};
const EXPRESS_SESSION: Readonly<Record<string, string>> = {
  AdapterOptions: 'interface',
  ExpressSessionCalls: 'interface',
  NodeCallback: 'type',
  WebSession: 'interface',
  WebSessionOptions: 'interface',
  expressSessionStore: 'function',
};
const FASTIFY_SESSION: Readonly<Record<string, string>> = {
  AdapterOptions: 'interface',
  FastifySessionStore: 'interface',
  NodeCallback: 'type',
  WebSession: 'interface',
  WebSessionOptions: 'interface',
  fastifySessionStore: 'function',
};
const EXPRESS_RATE_LIMIT: Readonly<Record<string, string>> = {
  AdapterOptions: 'interface',
  RateLimitHits: 'interface',
  RateLimitStore: 'interface',
  RateLimitStoreOptions: 'interface',
  rateLimitStore: 'function',
};
const UNSTORAGE: Readonly<Record<string, string>> = {
  AdapterOptions: 'interface',
  UnstorageCallOptions: 'type',
  UnstorageDriver: 'interface',
  UnstorageItem: 'interface',
  unstorageDriver: 'function',
};
const APOLLO: Readonly<Record<string, string>> = {
  AdapterOptions: 'interface',
  ApolloKeyValueCache: 'interface',
  apolloCache: 'function',
};
const CACHIFIED: Readonly<Record<string, string>> = {
  AdapterOptions: 'interface',
  CachifiedCache: 'interface',
  CachifiedEntry: 'interface',
  cachifiedCache: 'function',
};
const BENTOCACHE: Readonly<Record<string, string>> = {
  AdapterOptions: 'interface',
  BentoDriver: 'interface',
  BentoLayer: 'interface',
  bentoDriver: 'function',
};
const LANGCHAIN: Readonly<Record<string, string>> = {
  AdapterOptions: 'interface',
  LangchainCache: 'interface',
  LangchainGeneration: 'interface',
  LangchainParts: 'interface',
  langchainCache: 'function',
};
const UNDICI: Readonly<Record<string, string>> = {
  AdapterOptions: 'interface',
  UndiciCacheKey: 'interface',
  UndiciCacheOptions: 'interface',
  UndiciCacheResult: 'type',
  UndiciCacheStore: 'interface',
  UndiciCacheValue: 'interface',
  UndiciHeaders: 'type',
  undiciCacheStore: 'function',
};
const AXIOS: Readonly<Record<string, string>> = {
  AdapterOptions: 'interface',
  AxiosState: 'type',
  AxiosStateStorage: 'interface',
  axiosStorage: 'function',
};
const ENVELOP: Readonly<Record<string, string>> = {
  ResponseCache: 'interface',
  ResponseCacheOptions: 'interface',
  ResponseEntity: 'interface',
  responseCache: 'function',
};
const NEST_THROTTLER: Readonly<Record<string, string>> = {
  AdapterOptions: 'interface',
  ThrottlerHit: 'interface',
  ThrottlerHitStorage: 'interface',
  throttlerStorage: 'function',
};
const BETTER_AUTH: Readonly<Record<string, string>> = {
  AdapterOptions: 'interface',
  AuthSecondaryStorage: 'interface',
  secondaryStorage: 'function',
};
const REDIS_MANAGER: Readonly<Record<string, string>> = {
  RouteMqFields: 'interface',
  RouteMqHashes: 'interface',
  RouteMqRedis: 'interface',
  RouteMqSetOptions: 'interface',
  redisManager: 'function',
};
const TRIVA: Readonly<Record<string, string>> = {
  TrivaCache: 'interface',
  TrivaCacheOptions: 'interface',
  trivaCache: 'function',
};

describe.each([
  ['src/adapters/keyv.ts', KEYV],
  ['src/adapters/express-session.ts', EXPRESS_SESSION],
  ['src/adapters/fastify-session.ts', FASTIFY_SESSION],
  ['src/adapters/express-rate-limit.ts', EXPRESS_RATE_LIMIT],
  ['src/adapters/unstorage.ts', UNSTORAGE],
  ['src/adapters/apollo.ts', APOLLO],
  ['src/adapters/cachified.ts', CACHIFIED],
  ['src/adapters/bentocache.ts', BENTOCACHE],
  ['src/adapters/langchain.ts', LANGCHAIN],
  ['src/adapters/undici.ts', UNDICI],
  ['src/adapters/axios.ts', AXIOS],
  ['src/adapters/envelop.ts', ENVELOP],
  ['src/adapters/nest-throttler.ts', NEST_THROTTLER],
  ['src/adapters/better-auth.ts', BETTER_AUTH],
  ['src/adapters/redis-manager.ts', REDIS_MANAGER],
  ['src/adapters/triva.ts', TRIVA],
  ['src/index.ts', PUBLIC],
  ['src/coordination.ts', COORDINATION],
  ['src/data.ts', DATA],
  ['src/recipes.ts', RECIPES],
  ['src/operations.ts', OPERATIONS],
  ['src/decorators.ts', DECORATORS],
  ['src/testing.ts', TESTING],
])('public exports of %s', (path, names) => {
  const tree = readTree('src');
  const door = syntaxOf(path, tree.get(path) ?? '');

  it('the package exports exactly these names', () => {
    const found = Object.fromEntries(
      importsOf(door).flatMap(({ target, names: exported }) => {
        const kinds = kindsOf(syntaxOf(target, tree.get(target) ?? ''));
        return exported.map((name) => [name, kinds.get(name)?.join(' ') ?? 'not exported there']);
      }),
    );
    assert.deepEqual(found, names);
  });

  it('a door holds re-exports by name and nothing else', () => {
    for (const statement of door.statements) {
      assert.ok(ts.isExportDeclaration(statement) && statement.moduleSpecifier, statement.getText());
      assert.ok(statement.exportClause && ts.isNamedExports(statement.exportClause), statement.getText());
    }
  });

  it('a door exports types apart from values', () => {
    const mixed = importsOf(door).filter(({ typeOnly, names: exported, target }) => {
      const kinds = kindsOf(syntaxOf(target, tree.get(target) ?? ''));
      return typeOnly && exported.some((name) => kinds.get(name)?.some((kind) => !TYPES.has(kind)));
    });
    assert.deepEqual(mixed, []);
  });
});

const TYPES = new Set(['interface', 'type']);

/** Kinds of every exported name of a file: `class`, `function`, `const`, `interface`, `type`, or several of them. */
function kindsOf(source: ts.SourceFile): Map<string, string[]> {
  const kinds = new Map<string, string[]>();
  const add = (name: string, kind: string): void => void kinds.set(name, [...(kinds.get(name) ?? []), kind]);
  for (const statement of source.statements) {
    if (!ts.canHaveModifiers(statement)) continue;
    const modifiers = ts.getModifiers(statement) ?? [];
    if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) continue;
    if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) add(name.getText(), 'const');
    } else if (ts.isClassDeclaration(statement)) {
      const isAbstract = modifiers.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword);
      add(statement.name?.text ?? '', isAbstract ? 'abstract class' : 'class');
    } else if (ts.isFunctionDeclaration(statement)) add(statement.name?.text ?? '', 'function');
    else if (ts.isInterfaceDeclaration(statement)) add(statement.name.text, 'interface');
    else if (ts.isTypeAliasDeclaration(statement)) add(statement.name.text, 'type');
  }
  return kinds;
}
