import assert from 'node:assert/strict';
import { Container } from 'inversify';
import { IMutexSite } from '../../../src/interfaces/mutex.js';
import { IRateLimiter, type RateLimitDecision } from '../../../src/interfaces/rate-limiter.js';
import { type DecoratorLaw, law, type OpenDecorators } from './subject.js';

/** A service in a container with mutexes and a limiter. */
function guarded(world: OpenDecorators) {
  const container = new Container();
  const site = world.site(container);
  const mutexes = site.registerComponent(IMutexSite, world.mutexes(), 'locks');
  const limiter = site.registerComponent(IRateLimiter, world.limiter(), 'calls');
  container.bind(world.services.GuardedService).toSelf();
  return { service: container.get(world.services.GuardedService), mutexes, limiter };
}

/** Laws of `@Locked` and `@RateLimited`. */
export const guardLaws: readonly DecoratorLaw[] = [
  law('calls of one lock run one after the other, and those of another lock beside them', async (open) => {
    const world = await open();
    const { service } = guarded(world);
    const results = await Promise.all([service.pay(1, 10), service.pay(1, 20), service.pay(1, 30)]);
    assert.deepEqual([results, service.most], [[11, 21, 31], 1]);
    await Promise.all([service.pay(1, 10), service.pay(2, 10)]);
    assert.equal(service.most, 2);
  }),
  law('the lock is found in the method that holds it, and nowhere else', async (open) => {
    const world = await open();
    const { service } = guarded(world);
    await service.pay(1, 10);
    assert.deepEqual(service.seen, ['user:1', 10]);
    assert.equal(world.door.currentLock(), undefined);
  }),
  law('a call that does not get its lock is an error, and the method does not run', async (open) => {
    const world = await open();
    const { service, mutexes } = guarded(world);
    const lock = await mutexes.getMutex('user:1').acquire();
    await assert.rejects(service.tryPay(1), { code: 'E_LOCK_BUSY' });
    await assert.rejects(service.tryPay(1, AbortSignal.abort()), { code: 'E_ABORTED' });
    assert.deepEqual(service.seen, []);
    await lock?.release();
    assert.equal(await service.tryPay(1), 1);
  }),
  law('a call beyond the limit is an error with its decision, and the method does not run', async (open) => {
    const world = await open();
    const { service } = guarded(world);
    assert.deepEqual([await service.call('ada'), await service.call('ada', 2)], ['ada', 'ada']);
    const error: unknown = await service.call('ada').catch((reason: unknown) => reason);
    const { code, reason, cause } = error as { code: string; reason: string; cause: RateLimitDecision };
    assert.deepEqual([code, reason, cause.allowed], ['E_OPERATION_REFUSED', 'RATELIMITED', false]);
    assert.ok(cause.retryAfterMs > 0);
    assert.equal(service.seen.length, 2);
    assert.equal(await service.call('bob'), 'bob');
    world.advance(60_000);
    assert.equal(await service.call('ada'), 'ada');
  }),
  law('a request that is repeated is charged once', async (open) => {
    const world = await open();
    const { service, limiter } = guarded(world);
    for (const _ of [1, 2, 3, 4]) await service.callOnce('request 1');
    // The next call would leave one of three.
    assert.equal((await limiter.peek('all')).remaining, 1);
  }),
  law('guards without a mutex, a limiter or a key are refused when the class is defined', async (open) => {
    const { door } = await open();
    const bad = [
      () => door.Locked({ mutex: 7, key: () => 'a' } as never),
      () => door.Locked({ mutex: 'locks' } as never),
      () => door.RateLimited({ key: () => 'a' } as never),
      () => door.RateLimited({ limiter: 'calls', key: 'a' } as never),
    ];
    for (const make of bad) assert.throws(make, { code: 'E_ARGUMENT' });
  }),
];
