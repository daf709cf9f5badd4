import assert from 'node:assert/strict';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';
import { acquired, law, type MutexLaw } from './subject.js';

export const exclusionLaws: readonly MutexLaw[] = [
  law('two holds of one name never overlap', async (open) => {
    const { site, other } = await open();
    let holders = 0;
    let holds = 0;
    const work = async (index: number): Promise<void> => {
      const mutex = (index % 2 === 0 ? site : other).getMutex('one');
      for (let round = 0; round < 5; round++) {
        const lock = await acquired(mutex, { expire: '20s', wait: '20s' });
        holders += 1;
        assert.equal(holders, 1);
        assert.ok(lock.held);
        await new Promise(setImmediate);
        holders -= 1;
        holds += 1;
        assert.equal(await lock.release(), true);
      }
    };
    await Promise.all(Array.from({ length: 10 }, (_, index) => work(index)));
    assert.equal(holds, 50);
  }),
  law('fences of a name strictly grow, over release and over expiry', async (open) => {
    const { site, other } = await open();
    let last = 0;
    for (let round = 0; round < 12; round++) {
      const mutex = (round % 2 === 0 ? site : other).getMutex('one');
      const lock = await acquired(mutex, { expire: round % 3 === 0 ? 30 : '5s' });
      assert.ok(Number.isSafeInteger(lock.fence) && lock.fence > last, `${lock.fence} after ${last}`);
      last = lock.fence;
      if (round % 3 !== 0) await lock.release();
    }
  }),
  law('a lock that is not released is free when its lease ends', async (open) => {
    const { site, other } = await open();
    const held = await acquired(site.getMutex('one'), { expire: 250 });
    const since = performance.now();
    const next = await settlesInTime(450, 'the next holder', () =>
      acquired(other.getMutex('one'), { wait: '5s' }),
    );
    assert.ok(performance.now() - since > 230, 'it was granted while the lease lasted');
    assert.equal(held.held, false);
    assert.ok(next.held);
  }),
  law('release answers false, and changes nothing, when the lock is not ours any more', async (open) => {
    const { site, other } = await open();
    const lost = await acquired(site.getMutex('one'), { expire: 20 });
    const next = await acquired(other.getMutex('one'), { expire: '20s' });
    assert.equal(await lost.release(), false);
    assert.equal((await site.getMutex('one').inspect()).fence, next.fence);
    assert.equal(await next.release(), true);
    assert.equal(await next.release(), false);
  }),
  law('tryAcquire answers undefined while the lock is held, and while others wait for it', async (open) => {
    const { site, other } = await open();
    const mutex = site.getMutex('one');
    const held = await acquired(mutex, { expire: '20s' });
    assert.equal(await other.getMutex('one').tryAcquire(), undefined);
    assert.equal(await mutex.acquire({ method: 'non-blocking' }), undefined);
    assert.equal(await mutex.acquire({ wait: 0 }), undefined);
    const waiting = other.getMutex('one').acquire({ wait: '20s', expire: '20s' });
    await eventually('one waits', async () => (await mutex.inspect()).waiting === 1);
    const attempts: Promise<unknown>[] = [held.release()];
    for (let index = 0; index < 5; index++) attempts.push(mutex.tryAcquire());
    assert.deepEqual(await Promise.all(attempts), [true, ...Array(5).fill(undefined)]);
    assert.ok((await waiting)?.held);
  }),
  law('locks of different names are independent, whatever the names hold', async (open) => {
    const { site } = await open();
    const names = ['a', 'A', 'a}', '{a}', '{a', 'a{}', '%7B', '{', '*', 'a*', 'a\0', '__proto__', 'ä', ' a'];
    const locks = await Promise.all(
      names.map((name) => acquired(site.getMutex(name), { wait: 0, expire: '20s' })),
    );
    assert.equal(new Set(locks.map(({ token }) => token)).size, names.length);
    for (const [index, lock] of locks.entries()) assert.equal(lock.name, names[index]);
    assert.ok(await locks[0]?.release());
    for (const name of names.slice(1)) assert.equal(await site.getMutex(name).tryAcquire(), undefined, name);
    const again = await acquired(site.getMutex('a'), { wait: 0 });
    assert.notEqual(again.token, locks[0]?.token);
  }),
  law('a system clock that is set changes nothing', async (open) => {
    const { site, other } = await open();
    const { now } = Date;
    try {
      const lock = await acquired(site.getMutex('one'), { expire: '2s' });
      for (const hours of [1, -1]) {
        Date.now = () => now() + hours * 3_600_000;
        assert.ok(lock.held && !lock.signal.aborted);
        assert.ok(lock.remainingMs > 100 && lock.remainingMs <= 2000);
        assert.equal(await other.getMutex('one').tryAcquire(), undefined);
        assert.equal(await lock.extend('2s'), true);
      }
      const { fence } = lock;
      await lock.release();
      assert.ok((await acquired(other.getMutex('one'))).fence > fence);
    } finally {
      Date.now = now;
    }
  }),
  law('inspect tells the holder, its fence and its lease, and the number of waiters', async (open) => {
    const { site, other } = await open();
    const mutex = site.getMutex('one');
    const free = { held: false, fence: null, remainingMs: null, waiting: 0 };
    assert.deepEqual(await mutex.inspect(), free);
    const lock = await acquired(other.getMutex('one'), { expire: '20s' });
    const waiting = mutex.acquire({ wait: '20s' });
    await eventually('one waits', async () => (await mutex.inspect()).waiting === 1);
    const { remainingMs, ...state } = await mutex.inspect();
    assert.deepEqual(state, { held: true, fence: lock.fence, waiting: 1 });
    assert.ok(remainingMs !== null && remainingMs > 10_000 && remainingMs <= 20_000);
    await lock.release();
    await (await waiting)?.release();
    assert.deepEqual(await mutex.inspect(), free);
  }),
  law(
    'a holder learns that its lease is over in the first line after the process was blocked',
    async (open) => {
      const { site } = await open();
      const lock = await acquired(site.getMutex('one'), { expire: 100 });
      const { signal } = lock;
      const reasons: unknown[] = [];
      signal.addEventListener('abort', () => reasons.push(signal.reason));
      assert.ok(lock.held && !signal.aborted);
      const until = performance.now() + 110;
      while (performance.now() < until);
      assert.equal(signal.aborted, true);
      assert.equal(lock.held, false);
      assert.equal(lock.remainingMs, 0);
      assert.equal((signal.reason as { code?: string }).code, 'E_LOCK_LOST');
      assert.throws(() => signal.throwIfAborted());
      assert.equal(reasons.length, 1);
    },
  ),
  law('a holder is told that its lease is over before another can have the lock', async (open) => {
    const { site, other } = await open();
    for (let round = 0; round < 3; round++) {
      const lock = await acquired(site.getMutex('one'), { expire: 120 });
      const { signal } = lock;
      assert.ok(lock.remainingMs > 60, `${lock.remainingMs} ms`);
      await eventually('another has it', async () => {
        const next = await other.getMutex('one').tryAcquire();
        if (next === undefined) return false;
        assert.deepEqual([lock.held, lock.remainingMs, signal.aborted], [false, 0, true]);
        return next.release();
      });
    }
  }),
];
