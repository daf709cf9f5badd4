/** Values by key as data: conditions, lives, counters, JSON; the same calls in memory and in Redis. */
import assert from 'node:assert/strict';
import { ComponentError, type IKeyValue, RedisConnection } from 'inversify-cache';
import { MemoryKeyValue, RedisKeyValue } from 'inversify-cache/data';

const connection = new RedisConnection({ url: process.env.REDIS_URL ?? 'redis://localhost:6379' });
await connection.start(); // Resolves without Redis too; the connection keeps trying.

// region memory
const store = new MemoryKeyValue({ maxEntries: 10_000, maxBytes: '16MiB' });
// endregion

// region redis
const shared = new RedisKeyValue({ connection, prefix: 'shop:', chunk: '1MiB' });
// endregion

async function use(store: IKeyValue): Promise<string> {
  await store.deleteMatching('*');
  // region use
  await store.set('greeting', 'hello', { expire: '5m' });
  const isFirst = await store.set('order:7', 'paid', { when: 'absent' }); // false: it was there, and is unchanged
  const views = await store.increment('views:home', 1, { expire: '1d' }); // 1n; the day begins with the first view
  // endregion
  assert.deepEqual([isFirst, views], [true, 1n]);
  assert.equal(await store.set('order:7', 'paid twice', { when: 'absent' }), false);

  // region json
  await store.setJson('user:7', { name: 'Ada', tags: ['admin'] }, { expire: '1h' });
  const user = await store.getJson<{ name: string }>('user:7'); // undefined when there is none
  // endregion
  const life = await store.lifeOf('greeting');
  return `${user?.name}, ${await store.count()} keys, ${await store.clear()} deleted, ${life.state}`;
}

console.log(`in memory: ${await use(store)}`);
try {
  console.log(`in Redis: ${await use(shared)}`);
} catch (error) {
  console.log(`in Redis: ${ComponentError.is(error) ? error.code : error}`); // Data never degrades.
}

await shared.close();
await store.close();
await connection.close();
