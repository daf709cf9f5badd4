/** Typed caches of a declaration in a unit test: over memory, under the name that the Redis cache has elsewhere. */
import assert from 'node:assert/strict';

// region instead
import { ComponentSite, ComponentSiteBuilder, ICache, ITypedCache, MemoryCache } from 'inversify-cache';

await using site = new ComponentSite();
site.registerComponent(ICache, new MemoryCache(), 'Redis'); // In place of the file that declares Redis.
await new ComponentSiteBuilder().loads(
  site,
  `
  - class: TypedCache
    entries: [{ interface: ITypedCache, name: users }]
    store: Redis
    namespace: users
  `,
);
const users = site.getComponent<ITypedCache<string>>(ITypedCache, 'users');
// endregion

// region without-using
const other = new ComponentSite();
try {
  other.registerComponent(ICache, new MemoryCache());
} finally {
  await other.close();
}
// endregion
console.log(`hello ${await users.getOrSet(7, () => 'Ada')}, without Redis`);
assert.equal(await users.get(7), 'Ada');
