/** A memory cache constructed in code: its statistics and events. */
import assert from 'node:assert/strict';
import { MemoryCache, NullCache, TypedCache } from 'inversify-cache';

// region memory-cache
const cache = new MemoryCache({ maxEntries: 1000, maxBytes: '16MiB' });
cache.on('removed', ({ key, cause }) => console.log(`${key} left: ${cause}`));

await cache.setValue('greeting', Buffer.from('hello'), '5m');
await cache.deleteValue('greeting');
const { hits, misses, entries } = cache.stats();
// endregion
assert.deepEqual([hits, misses, entries], [0, 0, 0]);

// region statistics
const { hitRate, sets, errors } = cache.stats();
console.log(`${sets} sets, ${Math.round(hitRate * 100)} % hits, ${errors} errors`);

cache.resetStats(); // Counts begin at 0 again.
// endregion
assert.equal(cache.stats().sets, 0);

// region null-cache
const off = new NullCache();

await off.setValue('greeting', Buffer.from('hello'), '5m'); // false: nothing was stored
const nothing = await off.getValue('greeting'); // null
// endregion
assert.equal(nothing, null);

// region typed-in-code
const pages = new TypedCache<string>({ store: cache, namespace: 'pages', expire: '1m' });

const page = await pages.getOrSet('/', async () => '<h1>Hello</h1>');
// endregion
assert.equal(page, '<h1>Hello</h1>');
assert.equal(await pages.get('/'), page);
await pages.close();
await cache.close();
