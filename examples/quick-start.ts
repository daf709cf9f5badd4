/** Declare a cache of values and load through it: a miss loads, a hit does not. */
import assert from 'node:assert/strict';

interface User {
  readonly id: number;
  readonly name: string;
}

/** The source of users. */
const db = {
  reads: 0,
  async findUser(id: number): Promise<User> {
    this.reads++;
    return { id, name: 'Ada' };
  },
};

// region quick-start
import { ITypedCache, loadComponentSite } from 'inversify-cache';

const site = await loadComponentSite('config/typed.yml');
const users = site.getComponent<ITypedCache<User>>(ITypedCache, 'users');

const user = await users.getOrSet(7, () => db.findUser(7)); // Reads the database on a miss only.
// endregion

assert.deepEqual(user, { id: 7, name: 'Ada' });
const crowd = await Promise.all(Array.from({ length: 1000 }, () => users.getOrSet(8, () => db.findUser(8))));
assert.equal(crowd.length, 1000);
assert.deepEqual(await users.getOrSet(7, () => db.findUser(7)), user);
console.log(`1002 calls for two users, ${db.reads} reads of the database`);

await site.close();
