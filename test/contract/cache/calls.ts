import type { ICache } from '../../../src/interfaces/cache.js';
import type { Duration } from '../../../src/interfaces/duration.js';
import { all, bytes } from '../expectations.js';

/** Method of the port with keys as arguments. */
export type KeyedMethod =
  | 'getValue'
  | 'setValue'
  | 'deleteValue'
  | 'hasValue'
  | 'getExpiry'
  | 'setExpiry'
  | 'getValues'
  | 'setValues'
  | 'deleteValues';

type Call = (cache: ICache, key: string) => Promise<unknown>;

/** One call of each method with this key, and valid other arguments. */
export const keyedCalls: Readonly<Record<KeyedMethod, Call>> = {
  getValue: (cache, key) => cache.getValue(key),
  setValue: (cache, key) => cache.setValue(key, bytes('v'), '1m'),
  deleteValue: (cache, key) => cache.deleteValue(key),
  hasValue: (cache, key) => cache.hasValue(key),
  getExpiry: (cache, key) => cache.getExpiry(key),
  setExpiry: (cache, key) => cache.setExpiry(key, '1m'),
  getValues: (cache, key) => cache.getValues([key]),
  setValues: (cache, key) => cache.setValues([[key, bytes('v')]], '1m'),
  deleteValues: (cache, key) => cache.deleteValues([key]),
};

/** One call of every method; `keys` and `clear` with the key as their pattern. */
export const everyCall: Readonly<Record<KeyedMethod | 'keys' | 'clear', Call>> = {
  ...keyedCalls,
  keys: (cache, key) => all(cache.keys(key)),
  clear: (cache, key) => cache.clear(key),
};

/** Answer of every call of a cache that holds nothing and stores nothing: a degraded one, for example. */
export const EMPTY_ANSWERS: Readonly<Record<keyof typeof everyCall, unknown>> = {
  getValue: null,
  setValue: false,
  deleteValue: false,
  hasValue: false,
  getExpiry: null,
  setExpiry: false,
  getValues: [null],
  setValues: false,
  deleteValues: 0,
  keys: [],
  clear: 0,
};

/** Calls with a TTL. */
export const expiringCalls: Readonly<
  Record<
    'setValue' | 'setValues' | 'setExpiry',
    (cache: ICache, key: string, expire: Duration) => Promise<boolean>
  >
> = {
  setValue: (cache, key, expire) => cache.setValue(key, bytes('new'), expire),
  setValues: (cache, key, expire) => cache.setValues([[key, bytes('new')]], expire),
  setExpiry: (cache, key, expire) => cache.setExpiry(key, expire),
};

/** The names and calls of a table. */
export function entriesOf<K extends string, V>(table: Readonly<Record<K, V>>): [K, V][] {
  return Object.entries(table) as [K, V][];
}
