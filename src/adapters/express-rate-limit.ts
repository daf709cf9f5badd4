export type { AdapterOptions } from '../implements/adapters/adapter-options.js';
export type {
  RateLimitHits,
  RateLimitStore,
  RateLimitStoreOptions,
} from '../implements/adapters/limits/rate-limit-store.js';
export { rateLimitStore } from '../implements/adapters/limits/rate-limit-store.js';
