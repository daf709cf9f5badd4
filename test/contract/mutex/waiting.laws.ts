import assert from 'node:assert/strict';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';
import { acquired, law, type MutexLaw, rejects } from './subject.js';

export const waitingLaws: readonly MutexLaw[] = [
  law('acquire ends with its wait, and leaves no place in the queue', async (open) => {
    const { site, other } = await open();
    const lock = await acquired(site.getMutex('one'), { expire: '20s' });
    const since = performance.now();
    const answer = await settlesInTime(350, 'acquire', () => other.getMutex('one').acquire({ wait: 300 }));
    assert.equal(answer, undefined);
    assert.ok(performance.now() - since >= 290, 'it gave up early');
    assert.equal((await site.getMutex('one').inspect()).waiting, 0);
    await lock.release();
    assert.ok(await site.getMutex('one').tryAcquire());
  }),
  law('an abort ends a wait at once, and the lock goes to the next waiter', async (open) => {
    const { site, other } = await open();
    const lock = await acquired(site.getMutex('one'), { expire: '20s' });
    const abort = new AbortController();
    const first = other.getMutex('one').acquire({ wait: '20s', signal: abort.signal });
    const failed = rejects(first, 'E_ABORTED');
    const isQueued = (count: number) => async () => (await site.getMutex('one').inspect()).waiting === count;
    await eventually('one waits', isQueued(1));
    const second = site.getMutex('one').acquire({ wait: '20s', expire: '20s' });
    await eventually('two wait', isQueued(2));
    abort.abort();
    await settlesInTime(20, 'the aborted wait', () => failed);
    await lock.release();
    const next = await settlesInTime(300, 'the next waiter', () => second);
    assert.ok(next?.held);
    await eventually('nobody waits', isQueued(0));
    await rejects(site.getMutex('two').acquire({ signal: abort.signal }), 'E_ABORTED');
    assert.equal((await site.getMutex('two').inspect()).held, false);
  }),
  law('a lock that is granted while its call is aborted is given back', async (open) => {
    const { site, other } = await open();
    for (let round = 0; round < 20; round++) {
      const abort = new AbortController();
      const call = site.getMutex('one').acquire({ expire: '20s', signal: abort.signal });
      if (round % 2 === 0) await Promise.resolve();
      else await new Promise(setImmediate);
      abort.abort();
      await call.then(
        (lock) => lock?.release(),
        (error: { code?: string }) => assert.equal(error.code, 'E_ABORTED'),
      );
    }
    const next = await settlesInTime(1000, 'the next holder', () =>
      other.getMutex('one').acquire({ wait: '5s' }),
    );
    assert.ok(next?.held);
  }),
  law('waiters get the lock in the order of their arrival', async (open) => {
    const { site, other } = await open();
    const mutex = site.getMutex('one');
    const lock = await acquired(mutex, { expire: '20s' });
    const order: number[] = [];
    const waiters: Promise<void>[] = [];
    for (let index = 0; index < 8; index++) {
      const from = (index % 3 === 0 ? other : site).getMutex('one');
      const wait = async (): Promise<void> => {
        const next = await acquired(from, { wait: '20s', expire: '20s' });
        order.push(index);
        await next.release();
      };
      waiters.push(wait());
      await eventually('it waits', async () => (await mutex.inspect()).waiting === index + 1);
    }
    await lock.release();
    await Promise.all(waiters);
    assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7]);
  }),
  law('a site that is closed ends its waits, and refuses calls', async (open) => {
    const { site, other } = await open();
    await acquired(other.getMutex('one'), { expire: '20s' });
    const mutex = site.getMutex('one');
    const waiting = rejects(mutex.acquire({ wait: '20s' }), 'E_DISPOSED');
    await new Promise(setImmediate);
    await settlesInTime(1000, 'close', () => site.close());
    await waiting;
    await rejects(mutex.acquire(), 'E_DISPOSED');
    await rejects(mutex.tryAcquire(), 'E_DISPOSED');
    await rejects(mutex.inspect(), 'E_DISPOSED');
    await rejects(
      mutex.run(() => 1),
      'E_DISPOSED',
    );
  }),
  law('bad names and options are refused before anything happens', async (open) => {
    const { site } = await open();
    for (const name of ['', '\ud800', 'a'.repeat(1025), 5, null, undefined]) {
      assert.throws(() => site.getMutex(name as string), { code: 'E_ARGUMENT' });
    }
    const mutex = site.getMutex('one');
    const wrongs: readonly object[] = [
      ...[{ expire: 0 }, { expire: -1 }, { expire: '5' }, { expire: Number.NaN }, { expire: null }],
      ...[{ wait: -1 }, { wait: 'soon' }, { wait: Number.POSITIVE_INFINITY }, { method: 'sometimes' }],
      ...[{ autoExtend: 'yes' }, { maxHold: 0 }, { minReplicas: -1 }, { minReplicas: 1.5 }, { signal: {} }],
    ];
    for (const wrong of wrongs) {
      await rejects(mutex.acquire(wrong), 'E_ARGUMENT');
      await rejects(mutex.tryAcquire(wrong), 'E_ARGUMENT');
      await rejects(
        mutex.run(() => assert.fail('it was called'), wrong),
        'E_ARGUMENT',
      );
    }
    await rejects(mutex.acquire('30s' as unknown as object), 'E_ARGUMENT');
    assert.equal((await mutex.inspect()).held, false);
    const lock = await acquired(mutex);
    await rejects(lock.extend(0), 'E_ARGUMENT');
    assert.ok(lock.held);
  }),
  law('options that a call does not give are those of the component', async (open) => {
    const { site } = await open({ expire: 400, wait: 150, autoExtend: true });
    const mutex = site.getMutex('one');
    const lock = await acquired(mutex);
    assert.ok(lock.remainingMs <= 400);
    const since = performance.now();
    assert.equal(await mutex.acquire(), undefined);
    assert.ok(performance.now() - since < 400, 'it waited for its own time');
    await eventually('it lasts beyond its lease', () => performance.now() - since > 700);
    assert.ok(lock.held);
    await lock.release();
  }),
];
