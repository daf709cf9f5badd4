import { z } from 'zod';
import type { ICache } from '../../interfaces/cache.js';
import type { ComponentDefinition } from '../../interfaces/component.js';
import type { Duration } from '../../interfaces/duration.js';
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
export class NullCache implements ICache {
  static readonly component: ComponentDefinition<typeof declared, NullCache> = {
    options: declared,
    create: () => new NullCache(),
  };

  readonly connected = true;

  async getValue(key: string): Promise<null> {
    checkKey(key);
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
    return checkedKeys(keys).map(() => null);
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
}
