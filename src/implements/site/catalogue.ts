import type { ComponentDefinition } from '../../interfaces/component.js';

/** A class of this package, as declarations need it. */
interface DeclaredClass {
  readonly component: ComponentDefinition;
}

/** The classes that a declaration may name without a path. Each is imported when a declaration names it. */
export type Catalogue = ReadonlyMap<string, () => Promise<DeclaredClass>>;

/** The classes of this package. */
export const CATALOGUE: Catalogue = new Map<string, () => Promise<DeclaredClass>>([
  ['MemoryCache', async () => (await import('../cache/memory/memory-cache.js')).MemoryCache],
  ['RedisCache', async () => (await import('../cache/redis/redis-cache.js')).RedisCache],
  ['NullCache', async () => (await import('../cache/null-cache.js')).NullCache],
  ['RedisConnection', async () => (await import('../redis/redis-connection.js')).RedisConnection],
  ['TypedCache', async () => (await import('../typed-cache/typed-cache.js')).TypedCache],
]);
