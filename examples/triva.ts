/** The cache of Triva, by its names and in milliseconds, over values by key. */
import assert from 'node:assert/strict';
import { trivaCache } from 'inversify-cache/adapters/triva';
import { MemoryKeyValue } from 'inversify-cache/data';

const store = new MemoryKeyValue();

// region triva
const cache = trivaCache(store);
await cache.set('user:123', { name: 'John' }, 3_600_000); // Milliseconds.
const user = await cache.get<{ name: string }>('user:123');
// endregion

await cache.set('user:124', { name: 'Ada' });
const keys = await cache.keys('user:*');
const deleted = await cache.delete('user:*');
assert.deepEqual([user?.name, keys.length, deleted], ['John', 2, 2]);
console.log(`${user?.name}, ${keys.length} keys, ${deleted} deleted`);
await store.close();
