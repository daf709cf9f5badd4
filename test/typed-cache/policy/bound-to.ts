import type { ICache, MemoryCache } from '../../../src/index.js';

/** The binary port of a cache and nothing else. */
export function boundTo(cache: MemoryCache): Omit<ICache, 'connected'> {
  return {
    getValue: (key) => cache.getValue(key),
    setValue: (key, value, expire) => cache.setValue(key, value, expire),
    deleteValue: (key) => cache.deleteValue(key),
    hasValue: (key) => cache.hasValue(key),
    getExpiry: (key) => cache.getExpiry(key),
    setExpiry: (key, expire) => cache.setExpiry(key, expire),
    getValues: (keys) => cache.getValues(keys),
    setValues: (entries, expire) => cache.setValues(entries, expire),
    deleteValues: (keys) => cache.deleteValues(keys),
    keys: (pattern) => cache.keys(pattern),
    clear: (pattern) => cache.clear(pattern),
  };
}
