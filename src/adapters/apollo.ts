export type { AdapterOptions } from '../implements/adapters/adapter-options.js';
export type { ApolloKeyValueCache } from '../implements/adapters/values/apollo-cache.js';
export { apolloCache } from '../implements/adapters/values/apollo-cache.js';
