/// <reference types="node" preserve="true" />
export type { MemoryAnalyticsOptions } from './implements/recipes/analytics/memory-analytics.js';
export { MemoryAnalytics } from './implements/recipes/analytics/memory-analytics.js';
export type { RedisAnalyticsOptions } from './implements/recipes/analytics/redis-analytics.js';
export { RedisAnalytics } from './implements/recipes/analytics/redis-analytics.js';
export type { LlmCacheOptions } from './implements/recipes/llm-cache/llm-cache.js';
export { LlmCache } from './implements/recipes/llm-cache/llm-cache.js';
export type { LlmSimilarity } from './implements/recipes/llm-cache/similarity.js';
export { runTasks } from './implements/site/tasks/run-tasks.js';
export type {
  RunTasksOptions,
  StepReport,
  TaskContext,
  TaskFunction,
  TaskRun,
  TaskSource,
} from './interfaces/task-run.js';
