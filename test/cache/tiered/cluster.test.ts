import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import { cacheContract } from '../../contract/cache/cache.contract.js';
import { fencedStoreContract } from '../../contract/fenced-store/fenced-store.contract.js';
import { cacheIn, fencedStoreIn } from '../../subjects/cache/redis.subjects.js';
import { tieredOver, tieredStoreOver } from '../../subjects/cache/tiered.subjects.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';

const { CLUSTER } = TOPOLOGIES;
const runner = { describe, it, afterEach };
/** Without a stream, a tier is the same on every topology. */
const MODES =
  process.env.TEST_CAMPAIGN === '1' ? (['bus', 'tracking', 'none'] as const) : (['bus', 'tracking'] as const);

describe(`ICache and IFencedStore in tiers: ${CLUSTER.name}`, () => {
  const stage = onStage(CLUSTER);
  const { name, sharded } = CLUSTER;
  let connection: RedisConnection | undefined;
  beforeAll(async () => {
    const loggerSite = new RecordingLoggerSite();
    connection = new RedisConnection({ ...stage().options, commandTimeout: '5s', loggerSite });
    await connection.start();
  });
  afterAll(() => connection?.close());
  const home = () => ({ ...stage(), connection });
  for (const coherence of MODES) {
    cacheContract(runner, tieredOver(cacheIn(name, home), coherence));
    fencedStoreContract(runner, tieredStoreOver(fencedStoreIn(name, home, sharded), coherence));
  }
});
