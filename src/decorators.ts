/// <reference types="node" preserve="true" />
export type {
  CacheEvictOptions,
  CacheEvictPolicy,
  CacheEvictTarget,
} from './implements/decorators/cache-evict.js';
export { CacheEvict } from './implements/decorators/cache-evict.js';
export type { CachePutOptions } from './implements/decorators/cache-put.js';
export { CachePut } from './implements/decorators/cache-put.js';
export type { CacheableOptions, Cached } from './implements/decorators/cacheable.js';
export { Cacheable } from './implements/decorators/cacheable.js';
export type { CachedOptions } from './implements/decorators/cached.js';
export { cached } from './implements/decorators/cached.js';
export type { CachingOptions } from './implements/decorators/caching.js';
export { Caching } from './implements/decorators/caching.js';
export type {
  CacheReference,
  DeclaredCaches,
  ValuesOf,
} from './implements/decorators/finding/cache-reference.js';
export type { ArgumentsKey, KeyFunction } from './implements/decorators/finding/keys.js';
export { byArguments } from './implements/decorators/finding/keys.js';
export type { CacheConfigOptions, ClassCacheDecorator } from './implements/decorators/finding/settings.js';
export { CacheConfig } from './implements/decorators/finding/settings.js';
export { attachCaches, withCaches } from './implements/decorators/finding/sites.js';
export type { Leading, LockedOptions } from './implements/decorators/locked.js';
export { Locked } from './implements/decorators/locked.js';
export type { CachedPolicy } from './implements/decorators/methods/cached-call.js';
export type {
  ArgumentsDecorator,
  CacheDecorator,
  KeyArguments,
} from './implements/decorators/methods/decorating.js';
export type { ResultPolicy } from './implements/decorators/methods/result-policy.js';
export type { ChangeFailure } from './implements/decorators/methods/settling.js';
export type { RateLimitedOptions } from './implements/decorators/rate-limited.js';
export { RateLimited } from './implements/decorators/rate-limited.js';
export { requestScope } from './implements/decorators/scopes/request-scope.js';
export { currentLoad, currentLock } from './implements/decorators/scopes/surroundings.js';
export type {
  TransactionOutcome,
  TransactionRunOptions,
} from './implements/decorators/scopes/transaction.js';
export { transaction } from './implements/decorators/scopes/transaction.js';
export type { ITransactions } from './interfaces/transactions.js';
