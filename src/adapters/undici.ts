export type { AdapterOptions } from '../implements/adapters/adapter-options.js';
export type {
  UndiciCacheKey,
  UndiciCacheOptions,
  UndiciCacheResult,
  UndiciCacheStore,
  UndiciCacheValue,
  UndiciHeaders,
} from '../implements/adapters/http/undici-cache-store.js';
export { undiciCacheStore } from '../implements/adapters/http/undici-cache-store.js';
