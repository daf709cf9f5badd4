import { afterAll, beforeAll } from 'vitest';
import type { RedisStage, Topology } from './redis-stage.js';

/** Builds a Redis for all tests of a `describe`, and takes it down after them. */
export function onStage(topology: Topology): () => RedisStage {
  let stage: RedisStage | undefined;
  beforeAll(async () => {
    stage = await topology.build();
  }, 60_000);
  afterAll(() => stage?.stop());
  return () => {
    if (stage === undefined) throw new Error(`${topology.name} is not built yet`);
    return stage;
  };
}
