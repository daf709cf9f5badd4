/** Decorated methods in transactions and requests, under a lock, and within a limit. */
import assert from 'node:assert/strict';
import { type ITypedCache, MemoryCache, TypedCache } from 'inversify-cache';
import { MemoryMutexSite, MemoryRateLimiter } from 'inversify-cache/coordination';
import {
  Cacheable,
  CacheEvict,
  Locked,
  RateLimited,
  requestScope,
  transaction,
} from 'inversify-cache/decorators';

const rows = new Map([[2, 'Ada']]);
const db = { reads: 0, transaction: <R>(work: () => Promise<R>): Promise<R> => work() };
const mutexes = new MemoryMutexSite();
const limits = [{ name: 'minute', algorithm: 'fixedWindow', limit: 100, per: '1m' }] as const;
const limiter = new MemoryRateLimiter({ limits });

class UserService {
  constructor(readonly names: ITypedCache<string>) {}

  @Cacheable({ cache: (self: UserService) => self.names, key: (id: number) => id })
  async nameOf(id: number): Promise<string> {
    db.reads += 1;
    return rows.get(id) ?? 'nobody';
  }

  @CacheEvict({ cache: (self: UserService) => self.names, key: (id: number, _name: string) => id })
  async rename(id: number, name: string): Promise<void> {
    rows.set(id, name);
  }

  // region guards
  @RateLimited({ limiter: () => limiter, key: (id: number) => `user:${id}` })
  @Locked({ mutex: () => mutexes, key: (id: number) => `user:${id}`, wait: '2s' })
  async pay(_id: number, amount: number): Promise<string> {
    return `paid ${amount} once at a time`;
  }
  // endregion
}

const names = new TypedCache<string>({ store: new MemoryCache({}), namespace: 'names' });
const service = new UserService(names);
await service.nameOf(2);
// region transaction
await transaction(() => db.transaction(() => service.rename(2, 'Grace'))); // Evicts after the commit.
// endregion
// region request
const handle = (id: number) => requestScope(async () => [await service.nameOf(id), await service.nameOf(id)]);
// endregion
const [name] = await handle(2);
assert.equal(name, 'Grace');
console.log(`renamed ${name} after the commit, ${db.reads} reads, ${await service.pay(2, 5)}`);
await names.close();
await mutexes.close();
await limiter.close();
