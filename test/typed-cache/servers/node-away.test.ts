import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { slotOf } from '../../../src/implements/redis/keys/slot.js';
import { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { RedisClusterRig } from '../../support/redis/topology/redis-cluster.js';
import { eventually } from '../../support/time/eventually.js';

const KEYS = Array.from({ length: 60 }, (_, index) => `k${index}`);
const ARGS = ['--cluster-require-full-coverage', 'no'] as const;

describe('TypedCache in a cluster', () => {
  let rig: RedisClusterRig;
  let store: RedisCache;
  const loggerSite = new RecordingLoggerSite();

  beforeAll(async () => {
    rig = await RedisClusterRig.start({ args: ARGS });
    store = new RedisCache({ nodes: rig.addresses, commandTimeout: '5s', loggerSite });
    await store.start();
    await eventually('the cluster is connected', () => store.connected);
  });
  afterAll(async () => {
    await store?.close();
    await rig?.stop();
  });

  /** Commands on keys that a node has executed, scripts included. */
  async function reads(): Promise<number[]> {
    const texts = await Promise.all(rig.nodes.map((node) => node.text('INFO', 'commandstats')));
    return texts.map((text) => {
      const counts = [...text.matchAll(/cmdstat_(?:mget|evalsha|eval):calls=(\d+)/g)];
      return counts.reduce((sum, [, calls]) => sum + Number(calls), 0);
    });
  }

  it('reads of a namespace are the work of all nodes, one command for each', async () => {
    const cache = new TypedCache<string>({ store, namespace: 'spread', expire: '10m', loggerSite });
    const keys = Array.from({ length: 600 }, (_, index) => `k${index}`);
    await cache.setMany(keys.map((key) => [key, key]));
    const before = await reads();
    for (const key of keys) assert.equal(await cache.get(key), key);
    const after = await reads();
    const made = after.map((count, index) => count - (before[index] ?? 0));
    assert.equal(
      made.reduce((sum, count) => sum + count, 0),
      keys.length,
    );
    for (const count of made) assert.ok(count < 0.45 * keys.length, made.join(' '));
  });

  it('a node that is away costs the keys of its slots, whichever verb is called', async () => {
    const cache = new TypedCache<string>({ store, namespace: 'users', expire: '10m', loggerSite });
    assert.equal(await cache.setMany(KEYS.map((key) => [key, key])), true);
    await cache.set('tagged', 'tagged', { tags: ['t'] });
    const away = await rig.masterOf(slotOf('users!n'));
    const lost = new Set<string>();
    for (const key of KEYS) {
      const { storeKey } = await cache.explain(key);
      if ((await rig.masterOf(slotOf(storeKey))) === away) lost.add(key);
    }
    const there = KEYS.filter((key) => !lost.has(key));
    assert.ok(lost.size > 5 && there.length > 20, `${lost.size} of ${KEYS.length}`);
    await away.kill();
    await eventually(
      'the node is known to be away',
      async () => (await cache.get([...lost][0] ?? '')) === undefined,
    );

    const wanted = KEYS.map((key) => (lost.has(key) ? undefined : key));
    assert.deepEqual(await cache.getMany(KEYS), wanted);
    for (const key of KEYS) {
      assert.equal(await cache.has(key), !lost.has(key));
      assert.equal((await cache.getEntry(key))?.value, lost.has(key) ? undefined : key);
    }
    let loads: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      loads = [];
      for (const key of KEYS) {
        await cache.getOrSet(key, async () => {
          loads.push(key);
          return key;
        });
      }
      assert.deepEqual(loads, [...lost]);
    }
    loads = [];
    await cache.getOrSetMany(KEYS, async (missing) => {
      loads.push(...missing);
      return new Map(missing.map((key) => [key, key]));
    });
    assert.deepEqual(loads.sort(), [...lost].sort());
    // A key that was never there can be loaded and kept.
    const fresh = there.map((key) => `new ${key}`);
    const kept: string[] = [];
    for (const key of fresh) {
      if ((await rig.masterOf(slotOf((await cache.explain(key)).storeKey))) === away) continue;
      kept.push(key);
      await cache.getOrSet(key, async () => 'loaded');
      assert.equal(await cache.get(key), 'loaded');
    }
    assert.ok(kept.length > 5);

    assert.equal(await cache.setMany(KEYS.map((key) => [key, `${key} new`])), false);
    assert.deepEqual(
      await cache.getMany(KEYS),
      KEYS.map((key) => (lost.has(key) ? undefined : `${key} new`)),
    );
    const [first = '', second = '', third = ''] = there;
    assert.equal(await cache.set(first, 'set'), true);
    assert.equal(await cache.delete(first), true);
    assert.equal(await cache.expire(second), true);
    const [gone = ''] = lost;
    await assert.rejects(cache.deleteMany([gone, third]), (error: object) => 'outcome' in error);
    assert.equal(await cache.get(third), undefined);
    assert.equal(await cache.set(third, 'again'), true);
    assert.equal(await cache.get(third), 'again');

    // Bulk calls of bytes, in several batches: the batches after the first failure are sent as well.
    const many = Array.from({ length: 1500 }, (_, index) => `bytes:${index}`);
    const isThere = await Promise.all(many.map((key) => store.setValue(key, Buffer.from('one'), '1m')));
    const reached = isThere.filter(Boolean).length;
    assert.ok(reached > 700 && reached < 1300, `${reached} of ${many.length}`);
    const bytes = many.map((key) => [key, Buffer.from('two')] as const);
    assert.equal(await store.setValues(bytes, '1m'), false);
    const found = (await store.getValues(many)).map(
      (value) => value !== null && Buffer.from(value).toString() === 'two',
    );
    assert.deepEqual(found, isThere);
    assert.equal(await store.deleteValues(many), reached);

    const [other = ''] = there.slice(3);
    assert.equal(await cache.get(other), `${other} new`);
    await assert.rejects(cache.clear(), (error: object) => 'outcome' in error);
    const neighbour = new TypedCache<string>({ store, namespace: 'users', expire: '10m', loggerSite });
    assert.deepEqual(
      await neighbour.getMany(KEYS),
      KEYS.map(() => undefined),
    );

    // The clear goes on for the slots that it has left, and costs no other key.
    const isKept = await Promise.all(KEYS.map((key) => cache.set(key, 'after the clear')));
    assert.deepEqual(
      isKept,
      KEYS.map((key) => !lost.has(key)),
    );
    const readable = KEYS.map((key) => (lost.has(key) ? undefined : 'after the clear'));
    assert.deepEqual(await cache.getMany(KEYS), readable);
    assert.deepEqual(await neighbour.getMany(KEYS), readable);
    assert.equal((await cache.explain(gone)).pendingInvalidation, true);
    assert.equal((await cache.explain(first)).pendingInvalidation, false);
    await assert.rejects(cache.delete(gone));
    assert.equal(await cache.delete(first), true);
    assert.equal(await cache.get(second), 'after the clear');

    // Listings go on with the nodes that answer.
    assert.equal(await store.setValues(bytes, '1m'), false);
    const listed = new Set<string>();
    for await (const key of store.keys('bytes:*')) listed.add(key);
    assert.equal(listed.size, reached);
    assert.equal(await store.clear('bytes:*'), reached);

    await away.restart({ keepsData: true });
    // Repetitions come at most five seconds apart.
    const isCleared = async (): Promise<boolean> => !(await cache.explain(gone)).pendingInvalidation;
    await eventually('the clear has reached all slots', isCleared, { withinMs: 20_000 });
    assert.equal(await cache.get(second), 'after the clear');
    assert.equal(await cache.get(gone), undefined);
    assert.equal(await cache.set(gone, 'back'), true);
    assert.equal(await cache.get(gone), 'back');
  }, 60_000);
});
