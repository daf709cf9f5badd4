export type { AdapterOptions } from '../implements/adapters/adapter-options.js';
export type { KeyvStore, KeyvStoreEntry } from '../implements/adapters/keyv/keyv-store.js';
export { keyvStore } from '../implements/adapters/keyv/keyv-store.js';
export type {
  Keyv6Capabilities,
  Keyv6Events,
  Keyv6Store,
  Keyv6StoreEntry,
} from '../implements/adapters/keyv/keyv6-store.js';
export { keyv6Store } from '../implements/adapters/keyv/keyv6-store.js';
