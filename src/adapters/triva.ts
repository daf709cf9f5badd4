export type { TrivaCache, TrivaCacheOptions } from '../implements/adapters/triva.js';
export { trivaCache } from '../implements/adapters/triva.js';
