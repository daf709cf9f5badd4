export type { AdapterOptions } from '../implements/adapters/adapter-options.js';
export type { AuthSecondaryStorage } from '../implements/adapters/values/secondary-storage.js';
export { secondaryStorage } from '../implements/adapters/values/secondary-storage.js';
