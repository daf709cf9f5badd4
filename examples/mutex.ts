/** A lock with a fence, and a resource that refuses the writes of a holder whose lease has ended. */
import assert from 'node:assert/strict';
import { ComponentSite, ConnectionError, IMutexSite, RedisConnection } from 'inversify-cache';
import { MemoryMutexSite, RedisMutexSite } from 'inversify-cache/coordination';

/** Stands for: UPDATE totals SET total = total + :n, fence = :f WHERE id = :id AND fence <= :f */
class Counter {
  #total = 0;
  #fence = 0;

  add(amount: number, fence: number): number | undefined {
    if (fence < this.#fence) return undefined; // A later holder has been here.
    this.#fence = fence;
    this.#total += amount;
    return this.#total;
  }
}

const counter = new Counter();
await using site = new ComponentSite();
// region memory-mutex-site
const local = new MemoryMutexSite({ expire: '10s', wait: '5s' });
// endregion
site.registerComponent(IMutexSite, local, 'locks');
// region mutex-site
const mutexes = site.getComponent(IMutexSite, 'locks');
const orders = mutexes.getMutex('orders');
// endregion
const paused = await orders.acquire({ expire: '20ms' });
// region mutex
const total = await orders.run(
  async (lock) => {
    lock.signal.throwIfAborted(); // Before each step: is the lease certainly still ours?
    return counter.add(1, lock.fence); // The resource refuses a fence below the greatest that it has seen.
  },
  { expire: '10s', wait: '5s', autoExtend: true },
);
// endregion
assert.equal(total, 1);
assert.equal(paused?.signal.aborted, true); // Its lease ended while the function waited for it.
assert.equal(counter.add(1, paused.fence), undefined);
console.log(`worked under fence ${total}, then refused fence ${paused.fence}`);
await local.close();

const connection = new RedisConnection({ url: process.env.REDIS_URL ?? 'redis://localhost:6379' });
await connection.start();
// region redis-mutex-site
const shared = new RedisMutexSite({ connection, prefix: 'shop:locks:', expire: '10s' });
// endregion
try {
  await using lock = await shared.getMutex('orders').tryAcquire();
  console.log(`locks in Redis: ${lock === undefined ? 'busy' : 'acquired'}`);
} catch (error) {
  console.log(`locks in Redis: ${ConnectionError.is(error) ? error.code : error}`);
}
await shared.close();
await connection.close();
