export type { AdapterOptions } from '../implements/adapters/adapter-options.js';
export type { BentoDriver, BentoLayer } from '../implements/adapters/values/bento-driver.js';
export { bentoDriver } from '../implements/adapters/values/bento-driver.js';
