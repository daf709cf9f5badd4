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

/**
 * Builds some of a Redis, for the concurrent tests of a `describe`: each has one for itself, and leaves it whole.
 *
 * @returns Runs a test on a stage, as soon as one is free.
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
  /** Whatever became of it; waits for what has to be done at once. */
  giveBack(): Promise<void> | undefined;
}

/**
 * Builds some of a Redis, for all tests of a `describe` that break theirs: while one is broken, those that were are
 * made whole again.
 */
export function onStages(topology: Topology, count: number): () => Promise<LentStage> {
  const built: Promise<RedisStage>[] = [];
  /** Stages that are not lent; some are whole, and some will be. */
  const free: Promise<RedisStage>[] = [];
  const add = (becoming: Promise<RedisStage>): void => {
    // The failure rejects for the test that borrows the stage.
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
