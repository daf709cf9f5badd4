export type { AdapterOptions } from '../implements/adapters/adapter-options.js';
export type { ThrottlerHit, ThrottlerHitStorage } from '../implements/adapters/limits/throttler-storage.js';
export { throttlerStorage } from '../implements/adapters/limits/throttler-storage.js';
