import assert from 'node:assert/strict';
import { eventually } from '../../support/time/eventually.js';
import { acquired, law, type MutexLaw, rejects, passed } from './subject.js';

export const holdingLaws: readonly MutexLaw[] = [
  law('extend prolongs a lease, and never shortens one', async (open) => {
    const { site } = await open();
    const mutex = site.getMutex('one');
    const lock = await acquired(mutex, { expire: '10s' });
    assert.equal(await lock.extend('1s'), true);
    assert.ok(lock.remainingMs > 8000);
    assert.ok(Number((await mutex.inspect()).remainingMs) > 8000);
    assert.equal(await lock.extend('40s'), true);
    assert.ok(lock.remainingMs > 30_000);
    assert.ok(Number((await mutex.inspect()).remainingMs) > 30_000);
    await lock.release();
    assert.equal(await lock.extend('10s'), false);
    assert.equal((await mutex.inspect()).held, false);
  }),
  law('extend never revives a lease that is over', async (open) => {
    const { site, other } = await open();
    const lost = await acquired(site.getMutex('one'), { expire: 30 });
    await eventually('it is free', async () => !(await site.getMutex('one').inspect()).held);
    assert.equal(await lost.extend('10s'), false);
    assert.equal(lost.held, false);
    assert.equal((await site.getMutex('one').inspect()).held, false);
    const next = await acquired(other.getMutex('one'), { expire: '20s' });
    assert.equal(await lost.extend('40s'), false);
    const { fence, remainingMs } = await site.getMutex('one').inspect();
    assert.equal(fence, next.fence);
    assert.ok(Number(remainingMs) <= 20_000);
  }),
  law('autoExtend keeps a lock beyond its lease, at most for maxHold', async (open) => {
    const { site, other } = await open();
    const lock = await acquired(site.getMutex('one'), { expire: 300, autoExtend: true, maxHold: 900 });
    const since = performance.now();
    const next = await acquired(other.getMutex('one'), { wait: '10s' });
    const heldMs = performance.now() - since;
    assert.ok(heldMs > 700 && heldMs < 1500, `it was held for ${heldMs} ms`);
    assert.equal(lock.held, false);
    assert.ok(lock.signal.aborted);
    await next.release();
  }),
  law('nothing extends a lock after its release', async (open) => {
    const { site } = await open();
    const mutex = site.getMutex('one');
    for (let round = 0; round < 20; round++) {
      const lock = await acquired(mutex, { expire: 150, autoExtend: true });
      if (round % 4 === 0) await passed(45 + round);
      const extension = lock.extend('20s');
      const released = lock.release();
      assert.equal(lock.held, false);
      assert.equal(await released, true);
      await extension;
      assert.equal(lock.held, false);
      assert.equal((await mutex.inspect()).held, false);
    }
    const last = await acquired(mutex, { expire: '20s' });
    await passed(200);
    assert.ok(Number((await mutex.inspect()).remainingMs) < 19_900);
    assert.equal(last.signal.aborted, false);
  }),
  law(
    'run releases the lock whatever becomes of its function, and passes on result and error',
    async (open) => {
      const { site } = await open();
      const mutex = site.getMutex('one');
      assert.equal(await mutex.run(() => 7, { expire: '20s' }), 7);
      const failure = new Error('of the function');
      const isHeld = async (): Promise<boolean> => (await mutex.inspect()).held;
      assert.equal(await isHeld(), false);
      for (const work of [
        () => {
          throw failure;
        },
        async () => {
          await new Promise(setImmediate);
          throw failure;
        },
      ]) {
        assert.equal(await mutex.run(work).catch((error: unknown) => error), failure);
        assert.equal(await isHeld(), false);
      }
      assert.equal(
        await mutex.run(async (lock) => {
          assert.ok(lock.held && (await isHeld()));
          return lock.release();
        }),
        true,
      );
    },
  ),
  law('run rejects when the lock is busy, and when its lease was lost', async (open) => {
    const { site, other } = await open();
    const mutex = site.getMutex('one');
    const held = await acquired(other.getMutex('one'), { expire: '20s' });
    await rejects(
      mutex.run(() => assert.fail('it was called'), { wait: 50 }),
      'E_LOCK_BUSY',
    );
    await held.release();
    const slow = async (): Promise<string> => {
      await passed(120);
      return 'done';
    };
    await rejects(mutex.run(slow, { expire: 60 }), 'E_LOCK_LOST');
    assert.equal(await mutex.run(slow, { expire: 60, autoExtend: true }), 'done');
  }),
  law('the end of a scope releases its lock, and never throws', async (open) => {
    const { site } = await open();
    const mutex = site.getMutex('one');
    {
      await using lock = await acquired(mutex, { expire: '20s' });
      assert.ok(lock.held);
    }
    assert.equal((await mutex.inspect()).held, false);
    const lock = await acquired(mutex);
    await site.close();
    await lock[Symbol.asyncDispose]();
  }),
  law('a lock that too few replicas confirm is refused, and nothing is held', async (open) => {
    const { site } = await open({ commandTimeout: 500 });
    const mutex = site.getMutex('one');
    await rejects(mutex.acquire({ expire: '20s', minReplicas: 9 }), 'E_REPLICATION');
    assert.equal((await mutex.inspect()).held, false);
    assert.ok(await mutex.tryAcquire());
  }),
];
