export type {
  ResponseCache,
  ResponseCacheOptions,
  ResponseEntity,
} from '../implements/adapters/values/response-cache.js';
export { responseCache } from '../implements/adapters/values/response-cache.js';
