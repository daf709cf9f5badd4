import type { ComponentDefinition } from '../../interfaces/component.js';
import { MemoryCache } from '../cache/memory/memory-cache.js';
import { NullCache } from '../cache/null-cache.js';
import { RedisCache } from '../cache/redis/redis-cache.js';
import { RedisConnection } from '../redis/redis-connection.js';
import { TypedCache } from '../typed-cache/typed-cache.js';

/** The classes that a declaration may name without a path, and how each is built. */
export type Catalogue = ReadonlyMap<string, { readonly component: ComponentDefinition }>;

/** The classes of this package. */
export const CATALOGUE: Catalogue = new Map<string, { readonly component: ComponentDefinition }>([
  ['MemoryCache', MemoryCache],
  ['RedisCache', RedisCache],
  ['NullCache', NullCache],
  ['RedisConnection', RedisConnection],
  ['TypedCache', TypedCache],
]);
