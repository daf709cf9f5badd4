/// <reference types="node" preserve="true" />
export type { LlmCacheOptions } from './implements/recipes/llm-cache/llm-cache.js';
export { LlmCache } from './implements/recipes/llm-cache/llm-cache.js';
export type { LlmSimilarity } from './implements/recipes/llm-cache/similarity.js';
