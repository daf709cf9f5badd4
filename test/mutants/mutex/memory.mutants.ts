import { abortedByEvent } from '../aborted-by-event.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { MemoryMutexSite } from '../../../src/implements/coordination/mutex/memory-mutex-site.js';
import { SystemClock } from '../../../src/implements/foundation/clock/system-clock.js';
import { OperationError } from '../../../src/interfaces/errors.js';
import type { MutexLock } from '../../../src/interfaces/mutex.js';
import { type MutexMutant, ofClock, ofLock, ofMutex, ofOptions, ofSite, ofStore } from './flaws.js';

const system = new SystemClock();

/** Mutants of laws that every subject keeps. */
export const memoryMutants: readonly MutexMutant[] = [
  ofStore('two holds of one name never overlap', 'grants what is held', (store) => ({
    acquire: async (request, call) => {
      const answer = await store.acquire(request, call);
      return answer.granted ? answer : { granted: true, fence: 1 };
    },
  })),
  ofStore(
    'fences of a name strictly grow, over release and over expiry',
    'answers one fence for all',
    (store) => ({
      acquire: async (request, call) => ({ ...(await store.acquire(request, call)), fence: 1 }),
    }),
  ),
  ofStore(
    'a lock that is not released is free when its lease ends',
    'has leases without an end',
    (store) => ({ acquire: (request, call) => store.acquire({ ...request, expireMs: 3_600_000 }, call) }),
  ),
  ofStore(
    'release answers false, and changes nothing, when the lock is not ours any more',
    'releases by name',
    (store) => {
      let last = '';
      return {
        acquire: async (request, call) => {
          const answer = await store.acquire(request, call);
          if (answer.granted) last = request.token;
          return answer;
        },
        release: (release, call) => store.release({ ...release, token: last }, call),
      };
    },
  ),
  ofStore(
    'tryAcquire answers undefined while the lock is held, and while others wait for it',
    'lets calls overtake the waiters',
    (store) => ({
      acquire: async (request, call) => {
        const answer = await store.acquire(request, call);
        if (answer.granted || request.ticket !== undefined || answer.remainingMs > 0) return answer;
        return { granted: true, fence: 1 };
      },
    }),
  ),
  ofSite(
    'locks of different names are independent, whatever the names hold',
    'takes names without their case',
    (site) => ({
      getMutex: (name) => site.getMutex(name.toLowerCase()),
    }),
  ),
  ofClock('a system clock that is set changes nothing', 'reads the system clock', {
    now: () => Date.now(),
    schedule: (ms, task, options) => system.schedule(ms, task, options),
  }),
  ofMutex(
    'inspect tells the holder, its fence and its lease, and the number of waiters',
    'counts no waiters',
    (mutex) => ({ inspect: async () => ({ ...(await mutex.inspect()), waiting: 0 }) }),
  ),
  ofLock(
    'a holder learns that its lease is over in the first line after the process was blocked',
    'aborts by a timer alone',
    (lock) => ({ signal: abortedByEvent(lock.signal) }),
  ),
  ofStore(
    'a holder is told that its lease is over before another can have the lock',
    'has a shorter lease than it says',
    (store) => ({
      acquire: (request, call) => store.acquire({ ...request, expireMs: request.expireMs / 2 }, call),
    }),
  ),
  ofStore('acquire ends with its wait, and leaves no place in the queue', 'leaves its ticket', (store) => ({
    release: (release, call) => store.release({ ...release, ticket: undefined }, call),
  })),
  ofStore(
    'an abort ends a wait at once, and the lock goes to the next waiter',
    'stays in the queue',
    (store) => ({
      release: (release, call) => store.release({ ...release, ticket: undefined }, call),
    }),
  ),
  ofMutex('a lock that is granted while its call is aborted is given back', 'keeps what it got', (mutex) => ({
    acquire: ({ signal, ...options } = {}) =>
      Promise.race([
        mutex.acquire(options),
        new Promise<never>((_, reject) => {
          const fail = (): void => reject(new OperationError('E_ABORTED', 'aborted', 'unknown'));
          signal?.addEventListener('abort', fail);
        }),
      ]),
  })),
  ofSite('waiters get the lock in the order of their arrival', 'serves the last waiter first', (site) => {
    const waiting: ((lock: MutexLock | undefined) => void)[] = [];
    return {
      getMutex: (name) => {
        const mutex = site.getMutex(name);
        const acquire: typeof mutex.acquire = (options) => {
          const turn = new Promise<MutexLock | undefined>((resolve) => waiting.push(resolve));
          void mutex.acquire(options).then((lock) => waiting.pop()?.(lock));
          return turn;
        };
        return { ...mutex, name, acquire, inspect: () => mutex.inspect() } as typeof mutex;
      },
    };
  }),
  ofSite('a site that is closed ends its waits, and refuses calls', 'closes nothing at first', (site) => {
    let isFirst = true;
    return {
      close: async () => {
        if (!isFirst) await site.close();
        isFirst = false;
      },
    };
  }),
  ofSite('bad names and options are refused before anything happens', 'takes anything as a name', (site) => ({
    getMutex: (name) => site.getMutex(String(name) || 'none'),
  })),
  {
    breaks: 'options that a call does not give are those of the component',
    flaw: 'ignores the options of the component',
    memory: () => new MemoryMutexSite(),
  },
  ofStore('extend prolongs a lease, and never shortens one', 'extends nothing in the store', () => ({
    extend: async () => true,
  })),
  ofLock('extend never revives a lease that is over', 'acquires again in extend', (lock, mutex) => ({
    extend: async (expire) =>
      (await lock.extend(expire)) || (await mutex.tryAcquire({ expire })) !== undefined,
  })),
  ofOptions(
    'autoExtend keeps a lock beyond its lease, at most for maxHold',
    'ignores maxHold',
    (options) => ({
      ...options,
      maxHold: '1h',
    }),
  ),
  ofStore('nothing extends a lock after its release', 'makes a lease in extend', (store) => ({
    extend: async (request, call) => {
      await sleep(1);
      if (!(await store.extend(request, call))) await store.acquire({ ...request, ticket: undefined }, call);
      return true;
    },
  })),
  ofMutex(
    'run releases the lock whatever becomes of its function, and passes on result and error',
    'keeps the lock of a function that failed',
    (mutex) => ({
      run: async (work, options) => {
        const lock = (await mutex.acquire(options)) as MutexLock;
        const result = await work(lock);
        await lock.release();
        return result;
      },
    }),
  ),
  ofMutex(
    'run rejects when the lock is busy, and when its lease was lost',
    'takes a lost lease for done',
    (mutex) => ({
      run: async (work, options) => {
        const lock = await mutex.acquire(options);
        if (lock === undefined) throw new OperationError('E_LOCK_BUSY', 'busy', 'refused');
        return Promise.resolve(work(lock)).finally(() => lock.release());
      },
    }),
  ),
  ofLock(
    'the end of a scope releases its lock, and never throws',
    'keeps the lock at the end of a scope',
    () => ({
      [Symbol.asyncDispose]: async () => undefined,
    }),
  ),
  ofOptions(
    'a lock that too few replicas confirm is refused, and nothing is held',
    'asks no replica',
    (options) => ({
      ...options,
      minReplicas: 0,
    }),
  ),
];
