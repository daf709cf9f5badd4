import { z } from 'zod';
import type { ICache } from '../../interfaces/cache.js';
import type { ComponentDefinition } from '../../interfaces/component.js';
import type { Duration } from '../../interfaces/duration.js';
import type { CacheStats, IStatistics } from '../../interfaces/statistics.js';
import { checkedEntries } from '../foundation/arguments/entries.js';
import { checkedKeys, checkKey } from '../foundation/arguments/key.js';
import { checkPattern } from '../foundation/arguments/pattern.js';
import { valueBytes } from '../foundation/arguments/value.js';

const declared = z
  .strictObject({})
  .describe('A cache that stores nothing: a kill switch, and a test double.');

/**
 * A cache that never stores anything: every read is a miss, and every write returns `false`. Arguments are checked as
 * in every cache.
 *
 * @example
 * ```ts
 * const off = new NullCache();
 *
 * await off.setValue('greeting', Buffer.from('hello'), '5m'); // false: nothing was stored
 * const nothing = await off.getValue('greeting'); // null
 * ```
 */
export class NullCache implements ICache, IStatistics {
  static readonly component: ComponentDefinition<typeof declared, NullCache> = {
    options: declared,
    create: () => new NullCache(),
  };

  readonly connected = true;
  #misses = 0;

  async getValue(key: string): Promise<null> {
    checkKey(key);
    this.#misses++;
    return null;
  }

  async setValue(key: string, value: Uint8Array | null, _expire?: Duration): Promise<false> {
    checkKey(key);
    valueBytes(value, Number.MAX_SAFE_INTEGER);
    return false;
  }

  async deleteValue(key: string): Promise<false> {
    checkKey(key);
    return false;
  }

  async hasValue(key: string): Promise<false> {
    checkKey(key);
    return false;
  }

  async getExpiry(key: string): Promise<null> {
    checkKey(key);
    return null;
  }

  async setExpiry(key: string, _expire: Duration): Promise<false> {
    checkKey(key);
    return false;
  }

  async getValues(keys: readonly string[]): Promise<null[]> {
    const checked = checkedKeys(keys);
    this.#misses += checked.length;
    return checked.map(() => null);
  }

  async setValues(
    entries: Iterable<readonly [string, Uint8Array | null]>,
    _expire?: Duration,
  ): Promise<false> {
    checkedEntries(entries, Number.MAX_SAFE_INTEGER);
    return false;
  }

  async deleteValues(keys: readonly string[]): Promise<0> {
    checkedKeys(keys);
    return 0;
  }

  // biome-ignore lint/correctness/useYield: there are no keys.
  async *keys(pattern?: string): AsyncIterable<string> {
    checkPattern(pattern);
  }

  async clear(pattern?: string): Promise<0> {
    checkPattern(pattern);
    return 0;
  }

  stats(): CacheStats {
    return {
      ...{ hits: 0, misses: this.#misses, hitRate: 0, sets: 0, deletes: 0, errors: 0 },
      latency: { calls: 0, totalMs: 0, meanMs: 0, maxMs: 0 },
    };
  }

  resetStats(): void {
    this.#misses = 0;
  }
}
