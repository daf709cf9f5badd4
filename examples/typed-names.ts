/** Give the name of a typed cache the type of its values, and read a TTL from the environment. */
import assert from 'node:assert/strict';
import {
  ComponentSite,
  cacheName,
  ITypedCache,
  MemoryCache,
  parseDuration,
  TypedCache,
} from 'inversify-cache';

interface User {
  readonly id: number;
}

await using site = new ComponentSite();
// region parse-duration
const expire = parseDuration(process.env.USER_TTL ?? '5m');
// endregion
const store = new MemoryCache();
site.registerComponent(ITypedCache, new TypedCache<User>({ store, namespace: 'users', expire }), 'users');

// region cache-name
const Users = cacheName<User>('users');

const users = site.getComponent(ITypedCache, Users); // ITypedCache<User>
// endregion
const user = await users.getOrSet(7, () => ({ id: 7 }));
assert.equal(user.id, 7);
console.log(`user ${user.id}, for ${expire} ms`);
