import { afterEach, describe, it } from 'vitest';
import { llmCacheContract } from '../../contract/llm-cache/llm-cache.contract.js';
import { memoryAnswers, redisAnswers } from '../../subjects/llm-cache/llm-cache.subjects.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';

const { STANDALONE, CLUSTER } = TOPOLOGIES;

describe('ILlmCache', () => {
  llmCacheContract({ describe, it, afterEach }, memoryAnswers());

  for (const topology of [STANDALONE, CLUSTER]) {
    describe(topology.name, () => {
      llmCacheContract({ describe, it, afterEach }, redisAnswers(topology, onStage(topology)));
    });
  }
});
