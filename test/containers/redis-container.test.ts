import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer, Wait } from 'testcontainers';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { RedisCache } from '../../src/implements/cache/redis/redis-cache.js';
import { cacheContract } from '../contract/cache/cache.contract.js';
import { bytes, text } from '../contract/expectations.js';
import { fencedStoreContract } from '../contract/fenced-store/fenced-store.contract.js';
import { redisCaches, redisFencedStores } from '../subjects/cache/redis.subjects.js';
import { RecordingLoggerSite } from '../support/logs/recording-logger.js';
import { keySpace, type RedisForTests } from '../support/redis/server/redis-for-tests.js';
import { RespClient } from '../support/redis/server/resp-client.js';
import { RedisMasters } from '../support/redis/topology/redis-masters.js';
import { eventually } from '../support/time/eventually.js';

const IMAGE = process.env.TEST_REDIS_IMAGE ?? 'redis:7-alpine';
const REDIS_PORT = 6379;

describe(`Redis in a container of ${IMAGE}`, () => {
  let container: StartedTestContainer;
  let redis: RedisForTests;

  beforeAll(async () => {
    // A fixed port, because a restarted container gets a new random one.
    container = await new GenericContainer(IMAGE)
      .withExposedPorts({ container: REDIS_PORT, host: await freePort() })
      .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
      .start();
    const [host, port] = [container.getHost(), container.getMappedPort(REDIS_PORT)];
    const url = `redis://${host}:${port}`;
    const connect = (): Promise<RespClient> => RespClient.openUrl(url);
    const client = await connect();
    const masters = new RedisMasters([{ port, client, connect }]);
    redis = { url, options: { url }, host, port, client, masters, close: async () => client.close() };
  });
  afterAll(async () => {
    await redis?.close();
    await container?.stop();
  });

  const runner = { describe, it, afterEach };
  describe('ICache', () => {
    for (const subject of redisCaches(() => redis)) cacheContract(runner, subject);
  });
  describe('IFencedStore', () => {
    for (const subject of redisFencedStores(() => redis)) fencedStoreContract(runner, subject);
  });

  it('a cache that was connected becomes disconnected when the container stops, and heals when it starts', async () => {
    const { host, port } = redis;
    // Stop and start of the engine: those of the library remove the container, or wait for an old log line.
    const { container: engine } = await getContainerRuntimeClient();
    const process = engine.getById(container.getId());
    const cache = new RedisCache({ host, port, prefix: keySpace(), loggerSite: new RecordingLoggerSite() });
    await cache.start();
    try {
      assert.equal(cache.connected, true);
      assert.equal(await cache.setValue('k', bytes('before'), '1m'), true);
      await engine.stop(process, { timeout: 0 });
      await eventually('the cache is disconnected', () => !cache.connected);
      assert.equal(await cache.getValue('k'), null);
      assert.equal(await cache.setValue('k', bytes('lost'), '1m'), false);
      await engine.start(process);
      await eventually('the cache is connected again', () => cache.connected, { withinMs: 10_000 });
      assert.equal(await cache.setValue('k', bytes('after'), '1m'), true);
      assert.equal(text(await cache.getValue('k')), 'after');
    } finally {
      await cache.close();
    }
  });
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
