export type { AdapterOptions } from '../implements/adapters/adapter-options.js';
export type { CachifiedCache, CachifiedEntry } from '../implements/adapters/values/cachified-cache.js';
export { cachifiedCache } from '../implements/adapters/values/cachified-cache.js';
