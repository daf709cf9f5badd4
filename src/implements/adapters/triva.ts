import type { Duration } from '../../interfaces/duration.js';
import type { IKeyValue } from '../../interfaces/key-value.js';

/** Life of a value that is set without one, as Triva has it. */
const RETENTION: Duration = '10m';

/** Options of `trivaCache`. */
export interface TrivaCacheOptions {
  /** Life of a value that is set without one; `none` lets it live on. Default: 10 minutes, as in Triva. */
  readonly retention?: Duration | 'none' | undefined;
}

/** The cache of Triva, by its names: JSON values and milliseconds. */
export interface TrivaCache {
  /** Reads a value; `null` when there is none. `has` tells a stored `null` apart. */
  get<T = unknown>(key: string): Promise<T | null>;

  /** Writes a value. @param ttlMs  Life in milliseconds, exactly. Default: the retention. */
  set(key: string, value: unknown, ttlMs?: number): Promise<true>;

  /** Deletes a key: `true` if there was one. A key with a `*` is a pattern: the number of keys that were deleted. */
  delete(keyOrPattern: string): Promise<boolean | number>;

  /** Deletes all keys of the store, and no others. @returns their number. */
  clear(): Promise<number>;

  /** Lists the keys that match a pattern (a Redis glob). Default: all keys of the store. */
  keys(pattern?: string): Promise<string[]>;

  /** Tells whether a key has a value. */
  has(key: string): Promise<boolean>;
}

/**
 * The cache of Triva over values by key: the same calls, in its units. Errors and what is stored are those of
 * `IKeyValue`: plain JSON, exact milliseconds, typed errors.
 *
 * @example
 * ```ts
 * const cache = trivaCache(store);
 * await cache.set('user:123', { name: 'John' }, 3_600_000); // Milliseconds.
 * const user = await cache.get<{ name: string }>('user:123');
 * ```
 */
export function trivaCache(
  keyValue: IKeyValue,
  { retention = RETENTION }: TrivaCacheOptions = {},
): TrivaCache {
  const life = retention === 'none' ? undefined : retention;
  return {
    get: async <T>(key: string) => (await keyValue.getJson<T>(key)) ?? null,
    set: async (key, value, ttlMs) => {
      await keyValue.setJson(key, value, { expire: ttlMs ?? life });
      return true;
    },
    delete: async (key) =>
      key.includes('*') ? keyValue.deleteMatching(key) : (await keyValue.delete(key)) === 1,
    clear: () => keyValue.clear(),
    keys: async (pattern) => {
      const keys: string[] = [];
      for await (const key of keyValue.keys(pattern)) keys.push(key);
      return keys;
    },
    has: (key) => keyValue.exists(key),
  };
}
