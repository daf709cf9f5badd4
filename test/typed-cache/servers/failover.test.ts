import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'vitest';
import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';
import { RedisClusterRig } from '../../support/redis/topology/redis-cluster.js';
import { PROMPT_REPLICATION } from '../../support/redis/topology/redis-replication.js';
import { eventually } from '../../support/time/eventually.js';

type Failover = 'trust' | 'suspect';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function server(): Promise<RedisServer> {
  const started = await RedisServer.start({ args: PROMPT_REPLICATION });
  closing.push(() => started.stop());
  return started;
}

async function storeOn({ url }: RedisServer, failover: Failover): Promise<RedisCache> {
  const loggerSite = new RecordingLoggerSite();
  const store = new RedisCache({ url, failover, commandTimeout: '5s', loggerSite });
  closing.push(() => store.close());
  await store.start();
  await eventually('the server is connected', () => store.connected);
  return store;
}

function cacheOn(store: RedisCache): TypedCache<string> {
  const loggerSite = new RecordingLoggerSite();
  return new TypedCache<string>({ store, namespace: 'n', expire: '10m', grace: '10m', loggerSite });
}

/** Gives a server the data that another has, over the links of its clients, and makes it a master again. */
async function swapRoles(master: RedisServer, other: RedisServer): Promise<void> {
  await master.cli('REPLICAOF', other.host, String(other.port));
  await eventually('the data are those of the other', async () =>
    (await master.text('INFO', 'replication')).includes('master_link_status:up'),
  );
  await master.cli('REPLICAOF', 'NO', 'ONE');
}

/** A server that has the data of another as they are now, and receives no later change. */
async function laggingReplicaOf(master: RedisServer): Promise<RedisServer> {
  const replica = await server();
  await swapRoles(replica, master);
  return replica;
}

async function restartedFromOlderDump(failover: Failover): Promise<TypedCache<string>> {
  const redis = await server();
  const store = await storeOn(redis, failover);
  const cache = cacheOn(store);
  assert.equal(await cache.set('k', 'old'), true);
  assert.equal(await cache.get('k'), 'old');
  await redis.save();
  assert.equal(await cache.delete('k'), true);
  await redis.restart({ keepsData: true });
  await eventually('the server is connected again', () => store.connected);
  return cache;
}

describe('TypedCache after a failover', () => {
  it('a restart from an older dump brings an invalidated value back with failover trust', async () => {
    assert.equal(await (await restartedFromOlderDump('trust')).get('k'), 'old');
  });

  it('a restart from an older dump makes its values misses with failover suspect', async () => {
    const cache = await restartedFromOlderDump('suspect');
    assert.equal(await cache.get('k'), undefined);
    assert.deepEqual(await cache.getMany(['k']), [undefined]);
    assert.equal(await cache.getOrSet('k', async () => 'new'), 'new');
    assert.equal(await cache.get('k'), 'new');
  });

  it('a promotion of a replica that lagged makes older values misses over the same link with failover suspect', async () => {
    const master = await server();
    for (const failover of ['trust', 'suspect'] as const) {
      await master.cli('FLUSHALL');
      const cache = cacheOn(await storeOn(master, failover));
      await cache.set('k', 'old');
      await cache.set('tagged', 'old', { tags: ['t'] });
      await cache.set('cleared', 'old');
      const lagging = await laggingReplicaOf(master);
      await cache.delete('k');
      await cache.invalidateTags('t');
      await cache.clear();
      assert.equal(await cache.get('k'), undefined);
      await swapRoles(master, lagging);
      const values = await cache.getMany(['k', 'tagged', 'cleared']);
      assert.deepEqual(
        values,
        failover === 'trust' ? ['old', 'old', 'old'] : [undefined, undefined, undefined],
      );
      assert.equal(await cache.set('k', 'new', { tags: ['t'] }), true);
      assert.equal(await cache.get('k'), 'new');
    }
  }, 60_000);

  it('a value whose load began before a promotion is not fresh after it with failover suspect', async () => {
    const master = await server();
    const cache = cacheOn(await storeOn(master, 'suspect'));
    for (const tags of [[], ['t']]) {
      const value = await cache.getOrSet(
        'k',
        async () => {
          await swapRoles(master, await laggingReplicaOf(master));
          return 'loaded meanwhile';
        },
        { tags },
      );
      assert.equal(value, 'loaded meanwhile');
      assert.equal(await cache.get('k', { tags }), undefined);
    }
  }, 60_000);

  it('a failover of one node of a cluster costs the keys of its slots only with failover suspect', async () => {
    const rig = await RedisClusterRig.start({ replicas: 1 });
    closing.push(() => rig.stop());
    const loggerSite = new RecordingLoggerSite();
    const store = new RedisCache({
      nodes: rig.addresses,
      failover: 'suspect',
      commandTimeout: '5s',
      loggerSite,
    });
    closing.push(() => store.close());
    await store.start();
    await eventually('the cluster is connected', () => store.connected);
    const cache = cacheOn(store);
    const keys = Array.from({ length: 30 }, (_, index) => `k${index}`);
    assert.equal(await cache.setMany(keys.map((key) => [key, key])), true);
    assert.deepEqual(await cache.getMany(keys), keys);
    const { storeKey } = await cache.explain('k0');
    const former = await rig.masterOf(storeKey);
    const lost = new Set<string>();
    for (const key of keys) {
      if ((await rig.masterOf((await cache.explain(key)).storeKey)) === former) lost.add(key);
    }
    await rig.failover(await rig.replicaOf(former));
    const wanted = keys.map((key) => (lost.has(key) ? undefined : key));
    assert.deepEqual(await cache.getMany(keys), wanted);
    await cache.setMany(keys.map((key) => [key, key]));
    assert.deepEqual(await cache.getMany(keys), keys);
  }, 60_000);
});
