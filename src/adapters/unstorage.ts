export type { AdapterOptions } from '../implements/adapters/adapter-options.js';
export type {
  UnstorageCallOptions,
  UnstorageDriver,
  UnstorageItem,
} from '../implements/adapters/values/unstorage-driver.js';
export { unstorageDriver } from '../implements/adapters/values/unstorage-driver.js';
