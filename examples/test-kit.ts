/** The test kit: a clock, a store that fails as planned, a count of loads, and the declarations of production. */
import assert from 'node:assert/strict';
import { ITypedCache, MemoryCache, TypedCache } from 'inversify-cache';
import { expectLoads, FaultyStore, ManualClock, recordedLogger, testSite } from 'inversify-cache/testing';

const find = async (): Promise<string> => 'an order';

// region clock
const clock = new ManualClock();
const users = new TypedCache<string>({ store: new MemoryCache({ clock }), namespace: 'users', clock });
await users.set(1, 'Ada', { expire: '1h' });
clock.advance(3_600_000); // An hour passes.
// endregion
assert.equal(await users.get(1), undefined);

// region store
const faulty = new FaultyStore(new MemoryCache({ clock }), [{ on: 'read', fault: 'refuse', times: 1 }]);
// endregion
// region logger
const logger = recordedLogger();
const orders = new TypedCache<string>({ store: faulty, namespace: 'orders', clock, loggerSite: logger });
// endregion
assert.equal(await orders.getOrSet(6, find), 'an order'); // A store that fails is a miss.
assert.equal(faulty.faultCount, 1);

// region loads
await expectLoads(orders, 2, () => Promise.all([orders.getOrSet(7, find), orders.getOrSet(8, find)]));
// endregion

// region site
await using site = await testSite('config/typed-redis.yml', { clock });
const declared = site.getComponent<ITypedCache<string>>(ITypedCache, 'users');
// endregion
await declared.set(1, 'Ada');
console.log(
  `${await declared.get(1)} in memory, ${faulty.faultCount} fault, ${logger.of('error').length} errors`,
);
await orders.close();
await users.close();
