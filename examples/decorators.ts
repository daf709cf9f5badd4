/** Cache the results of a function, and of the methods of a class. */
import assert from 'node:assert/strict';
import { type ITypedCache, MemoryCache, TypedCache } from 'inversify-cache';
import { Cacheable, CacheEvict, CachePut, cached } from 'inversify-cache/decorators';

interface User {
  readonly id: number;
  readonly name: string;
}

/** The source of users. */
const db = {
  reads: 0,
  async findUser(id: number): Promise<User> {
    this.reads += 1;
    return { id, name: `user ${id}` };
  },
  async saveUser(user: User): Promise<User> {
    return user;
  },
  async removeUser(_id: number): Promise<void> {},
};

const users = new TypedCache<User>({ store: new MemoryCache({}), namespace: 'users' });
// region cached
const find = cached(users, { key: (id: number) => id }, (id) => db.findUser(id));
// endregion
await Promise.all([find(1), find(1), find(1)]);
assert.equal(db.reads, 1);

// region decorators
class UserService {
  constructor(readonly users: ITypedCache<User>) {}

  @Cacheable({ cache: (self: UserService) => self.users, key: (id: number) => id, expire: '5m' })
  async find(id: number): Promise<User> {
    return db.findUser(id);
  }

  @CachePut({ cache: (self: UserService) => self.users, key: (user: User) => user.id })
  async save(user: User): Promise<User> {
    return db.saveUser(user);
  }

  @CacheEvict({ cache: (self: UserService) => self.users, key: (id: number) => id })
  async remove(id: number): Promise<void> {
    await db.removeUser(id);
  }
}
// endregion
const service = new UserService(users);
await service.save({ id: 2, name: 'Ada' });
console.log(`${(await service.find(2)).name}, ${db.reads} read`);
await service.remove(2);
console.log(`${(await service.find(2)).name}, ${db.reads} reads`);
await users.close();
