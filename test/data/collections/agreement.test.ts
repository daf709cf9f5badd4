import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { MemoryCollectionSite } from '../../../src/implements/data/collections/memory-collection-site.js';
import { RedisCollectionSite } from '../../../src/implements/data/collections/redis-collection-site.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { ICollectionSite } from '../../../src/interfaces/collection-site.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { keySpace } from '../../support/redis/server/redis-for-tests.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { type RedisStage, TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';
import { CAMPAIGN_TIMEOUT_MS, runs } from '../../support/redis/stage/runs.js';
import { eventually } from '../../support/time/eventually.js';
import { answerOf, anyStep, type Step } from './program.js';

const programs = fc.array(anyStep, { minLength: 1, maxLength: 40, size: 'max' });

/** Runs programs on a site in memory and on one in Redis, each time in a new key space. */
async function compare(
  stage: RedisStage,
  numRuns: { readonly numRuns: number },
  answers: (steps: readonly Step[], site: ICollectionSite) => Promise<unknown[]>,
): Promise<void> {
  const loggerSite = new RecordingLoggerSite();
  const connection = new RedisConnection({ ...stage.options, commandTimeout: '5s', loggerSite });
  await connection.start();
  await eventually('the connection is there', () => connection.status === 'ready');
  try {
    const property = fc.asyncProperty(programs, async (steps) => {
      const redis = new RedisCollectionSite({ connection, prefix: keySpace() });
      const memory = new MemoryCollectionSite();
      const [ofRedis, ofMemory] = await Promise.all([answers(steps, redis), answers(steps, memory)]);
      for (const [index, { words }] of steps.entries())
        assert.deepEqual(ofMemory[index], ofRedis[index], `step ${index}: ${words}`);
    });
    await fc.assert(property, numRuns);
  } finally {
    await connection.close();
  }
}

describe.each([TOPOLOGIES.STANDALONE, TOPOLOGIES.WITHOUT_HELLO, TOPOLOGIES.CLUSTER])(
  'collections in memory and on $name',
  (topology) => {
    const stage = onStage(topology);

    it('calls one after the other have the same answers', { timeout: CAMPAIGN_TIMEOUT_MS }, () =>
      compare(stage(), runs(60, 5000), async (steps, site) => {
        const answers: unknown[] = [];
        for (const step of steps) answers.push(await answerOf(step.run(site)));
        return answers;
      }),
    );
  },
);

// On a cluster, calls on several nodes have no common order.
describe('collections in memory and on one server', () => {
  const stage = onStage(TOPOLOGIES.STANDALONE);

  it('calls at once have the same answers as in memory', { timeout: CAMPAIGN_TIMEOUT_MS }, () =>
    compare(stage(), runs(60, 5000), (steps, site) =>
      Promise.all(steps.map((step) => answerOf(step.run(site)))),
    ),
  );
});
