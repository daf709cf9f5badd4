import { afterAll, beforeAll } from 'vitest';
import type { RedisStage, Topology } from './redis-stage.js';

/** Builds a Redis for all tests of a `describe`, and stops it after them. */
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

/**
 * Builds several stages for the concurrent tests of a `describe`: each test has one of them exclusively, and leaves it
 * intact.
 *
 * @returns Function that runs a test on a stage, as soon as one is free.
 */
export function onOneOf(
  topology: Topology,
  count: number,
): (test: (stage: RedisStage) => Promise<void>) => Promise<void> {
  const built: RedisStage[] = [];
  const free: RedisStage[] = [];
  const waiting: ((stage: RedisStage) => void)[] = [];
  beforeAll(async () => {
    built.push(...(await Promise.all(Array.from({ length: count }, () => topology.build()))));
    free.push(...built);
  }, 60_000);
  afterAll(async () => {
    await Promise.all(built.map((stage) => stage.stop()));
  });
  return async (test) => {
    const stage = free.pop() ?? (await new Promise<RedisStage>((resolve) => waiting.push(resolve)));
    try {
      await test(stage);
    } finally {
      const next = waiting.shift();
      if (next === undefined) free.push(stage);
      else next(stage);
    }
  };
}

/** A Redis that one test may break. */
export interface LentStage {
  readonly stage: RedisStage;
  /** Returns the stage, in any state; waits only for urgent repairs. */
  giveBack(): Promise<void> | undefined;
}

/**
 * Builds several stages for the tests of a `describe` that break theirs: returned stages are repaired while others are
 * in use.
 */
export function onStages(topology: Topology, count: number): () => Promise<LentStage> {
  const built: Promise<RedisStage>[] = [];
  /** Stages that no test uses; some are still being repaired. */
  const free: Promise<RedisStage>[] = [];
  const add = (becoming: Promise<RedisStage>): void => {
    // The test that borrows the stage handles the rejection.
    becoming.catch(() => undefined);
    free.push(becoming);
  };
  beforeAll(async () => {
    for (let left = count; left > 0; left -= 1) built.push(topology.build());
    for (const building of built) add(building);
    await Promise.all(built);
  }, 60_000);
  afterAll(async () => {
    await Promise.allSettled(free);
    for (const result of await Promise.allSettled(built)) {
      if (result.status === 'fulfilled') await result.value.stop();
    }
  });
  return async () => {
    const stage = await free.shift();
    if (stage === undefined) throw new Error(`${topology.name} is not there ${count + 1} times`);
    return {
      stage,
      giveBack: () => {
        add(stage.restart().then(() => stage));
        return undefined;
      },
    };
  };
}
