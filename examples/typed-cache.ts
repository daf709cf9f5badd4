/** Declare a cache of values, load through it, invalidate by tag, and live through a source that fails. */
import assert from 'node:assert/strict';
import { ITypedCache, loadComponentSite } from 'inversify-cache';

interface User {
  readonly name: string;
  readonly since: Date;
}

/** The source of users. */
const db = {
  loads: 0,
  fails: false,
  async findUser(id: number, _options?: { signal: AbortSignal }): Promise<User> {
    this.loads++;
    if (this.fails) throw new Error('the database is down');
    return { name: `user ${id}`, since: new Date('2024-02-29') };
  },
};

// region typed-cache
const site = await loadComponentSite('config/typed.yml');
const users = site.getComponent<ITypedCache<User>>(ITypedCache, 'users');

const user = await users.getOrSet(7, ({ signal }) => db.findUser(7, { signal }), { tags: ['tenant:1'] });
// endregion
console.log(`${user.name}, since ${user.since.getUTCFullYear()}`);

// Single-flight: a thousand callers of a missing key share one load.
const many = Array.from({ length: 1000 }, () => users.getOrSet(8, () => db.findUser(8)));
assert.equal((await Promise.all(many)).length, 1000);
console.log(`asked 1001 times, loaded ${db.loads} times`);

// One call invalidates every value that carries the tag.
await users.invalidateTags('tenant:1');
assert.equal(await users.get(7), undefined);
assert.ok((await users.get(8)) !== undefined);

// An expired value stays within its grace, and is returned stale when the source fails.
await users.expire(8);
db.fails = true;
const stale = await users.getOrSet(8, () => db.findUser(8));
console.log(`while the database fails: ${stale.name}, ${(await users.getEntry(8))?.state}`);

await site.close();
