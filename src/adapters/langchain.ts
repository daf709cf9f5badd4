export type { AdapterOptions } from '../implements/adapters/adapter-options.js';
export type {
  LangchainCache,
  LangchainGeneration,
  LangchainParts,
} from '../implements/adapters/values/langchain-cache.js';
export { langchainCache } from '../implements/adapters/values/langchain-cache.js';
