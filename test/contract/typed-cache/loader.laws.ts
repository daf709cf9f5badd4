import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { settlesWithin } from '../../support/time/eventually.js';
import { counted, HeldLoader, outcomeOf, unhandledDuring } from './loading.js';
import { passing, turns } from './passing.js';
import { type AnyCache, law, type OpenTyped, type TypedLaw } from './subject.js';

/** Expects that a call that waits for itself fails within a second. */
async function failsSoon(opened: OpenTyped, call: Promise<unknown>): Promise<Error> {
  const outcome = await passing(opened, 1000, 'a call that waits for itself', outcomeOf(call));
  assert.ok('error' in outcome, 'a call that waits for itself fails');
  assert.ok(outcome.error instanceof Error);
  return outcome.error;
}

const conduct: readonly TypedLaw[] = [
  law('a loader that throws synchronously rejects its callers', async (open) => {
    const { cache } = await open();
    const failure = new Error('at once');
    const call = cache.getOrSet('k', () => {
      throw failure;
    });
    assert.deepEqual(await outcomeOf(call), { error: failure });
    assert.equal(await cache.getOrSet('k', async () => 'v'), 'v');
  }),
  law('a loader’s rejection reaches its callers unchanged, error or not', async (open) => {
    const { cache } = await open();
    for (const reason of ['a text', null, undefined, 0, new TypeError('typed')]) {
      const call = cache.getOrSet('k', () => Promise.reject(reason));
      assert.deepEqual(await outcomeOf(call), { error: reason });
    }
  }),
  law('a loader may return a value without a promise', async (open) => {
    const { cache } = await open();
    assert.equal(await cache.getOrSet('k', () => 'v'), 'v');
    assert.equal(await cache.get('k'), 'v');
  }),
  law('a load that never settles ends after loadTimeout, and the next call loads', async (open) => {
    const opened = await open({ loadTimeout: 50 });
    const { cache } = opened;
    const loader = new HeldLoader();
    const call = outcomeOf(cache.getOrSet('k', loader.load));
    const one = await loader.call();
    const outcome = await passing(opened, 50, 'a load that never ends', call);
    assert.ok('error' in outcome, 'its callers are told');
    assert.equal((outcome.error as { code?: unknown }).code, 'E_OPERATION_TIMEOUT');
    assert.equal(one.context.signal.aborted, true, 'the loader is told');
    assert.equal(await cache.getOrSet('k', async () => 'v'), 'v');
  }),
  law('a load that settles after loadTimeout stores nothing', async (open) => {
    const opened = await open({ loadTimeout: 50 });
    const { cache } = opened;
    const loader = new HeldLoader();
    const call = outcomeOf(cache.getOrSet('k', loader.load));
    const one = await loader.call();
    await passing(opened, 50, 'a load that never ends', call);
    one.resolve('late');
    await turns();
    const again = counted(() => 'v');
    assert.equal(await cache.getOrSet('k', again), 'v');
    assert.equal(again.count, 1);
    assert.equal(await cache.get('k'), 'v');
  }),
  law('a loader that says skip has its value returned and not stored', async (open) => {
    const { cache } = await open();
    const value = await cache.getOrSet('k', async ({ skip }) => {
      skip();
      return 'v';
    });
    assert.equal(value, 'v');
    assert.equal(await cache.get('k'), undefined);
  }),
  law('a load that says skip is shared by all its callers', async (open) => {
    const { cache } = await open();
    const loader = new HeldLoader();
    const calls = Array.from({ length: 5 }, () => cache.getOrSet('k', loader.load));
    const one = await loader.call();
    await turns();
    assert.equal(loader.count, 1);
    one.context.skip();
    one.resolve('v');
    assert.deepEqual(await Promise.all(calls), Array(5).fill('v'));
    assert.equal(loader.count, 1);
  }),
];

/** Asks for a key from inside the load of another one, along a path. */
function path(cache: AnyCache, [key, ...rest]: readonly string[]): Promise<unknown> {
  return cache.getOrSet(String(key), () => (rest.length === 0 ? 'end' : path(cache, rest)));
}

const nesting: readonly TypedLaw[] = [
  law('a loader that asks for its own key is refused with an error that names the key', async (open) => {
    const opened = await open();
    const { cache } = opened;
    assert.match((await failsSoon(opened, path(cache, ['own', 'own']))).message, /own/);
    assert.equal(await cache.getOrSet('own', async () => 'v'), 'v');
  }),
  law(
    'a loader that asks for its own key through other keys is refused with an error that names the key',
    async (open) => {
      const opened = await open();
      const { cache } = opened;
      const circle = path(cache, ['first', 'b', 'c', 'first']);
      assert.match((await failsSoon(opened, circle)).message, /"first" -> "b" -> "c" -> "first"/);
      assert.equal(await path(cache, ['first', 'b', 'c']), 'end');
    },
  ),
  law(
    'a loader of many keys that waits for one of them is refused with the path of the circle',
    async (open) => {
      const opened = await open();
      const { cache } = opened;
      const ask = async (keys: readonly string[]) => {
        const again = await cache.getOrSet('first', async () => 'again');
        return keys.map((key) => [key, again] as const);
      };
      const many = cache.getOrSetMany(['first', 'second'], ask).then(([first]) => {
        if (first?.status === 'rejected') throw first.reason;
      });
      assert.match((await failsSoon(opened, many)).message, /"first" -> "first"/);
      const through = cache.getOrSet('first', async () => {
        const [b] = await cache.getOrSetMany(['b'], ask);
        if (b?.status === 'rejected') throw b.reason;
      });
      assert.match((await failsSoon(opened, through)).message, /"first" -> "b" -> "first"/);
      assert.equal(await cache.getOrSet('first', async () => 'v'), 'v');
    },
  ),
  law(
    'work that a slow loader does not await is neither refused nor the end of the process',
    async (open) => {
      const opened = await open();
      const { cache } = opened;
      const held = new HeldLoader<string>();
      const seen: unknown[] = [];
      const ask = async (): Promise<void> => {
        seen.push(await cache.getOrSet('k', async () => 'again'));
      };
      const unhandled = await unhandledDuring(async () => {
        const first = cache.getOrSet('k', (context) => {
          void cache.getOrSet('k', async () => 'again');
          void ask();
          setImmediate(ask);
          void Promise.resolve().then(ask);
          return held.load(context as never) as never;
        });
        const call = await held.call();
        for (let round = 0; round < 4; round += 1) {
          await opened.advance(400);
          await turns();
        }
        call.resolve('v');
        assert.equal(await first, 'v');
        await turns();
      });
      assert.deepEqual(unhandled, []);
      assert.deepEqual(seen, ['v', 'v', 'v']);
      assert.equal(held.calls.length, 1);
    },
  ),
  law('a loader may ask for other keys', async (open) => {
    const { cache } = await open();
    assert.equal(await path(cache, ['a', 'b', 'c', 'd']), 'end');
    assert.equal(await cache.get('d'), 'end');
  }),
  law('a loader may ask another cache for its own key', async (open) => {
    const [{ cache }, other] = [await open(), await open()];
    const value = await cache.getOrSet('k', () => other.cache.getOrSet('k', async () => 'theirs'));
    assert.equal(value, 'theirs');
  }),
  law('a loader may get, set and delete in the cache that it loads for', async (open) => {
    const { cache } = await open();
    const value = await settlesWithin(
      2000,
      'a load',
      cache.getOrSet('k', async () => {
        assert.equal(await cache.get('k'), undefined);
        await cache.set('other', 1);
        assert.equal(await cache.get('other'), 1);
        await cache.delete('other');
        return 'v';
      }),
    );
    assert.equal(value, 'v');
  }),
  law('two loads that wait for each other do not wait forever', async (open) => {
    const opened = await open();
    const { cache } = opened;
    const began = [new HeldLoader<void>(), new HeldLoader<void>()] as const;
    const crossing = (own: string, at: HeldLoader<void>, other: string): Promise<unknown> =>
      cache.getOrSet(own, async (context) => {
        await at.load(context as never);
        return cache.getOrSet(other, async () => 'v');
      });
    const calls = [crossing('a', began[0], 'b'), crossing('b', began[1], 'a')].map(outcomeOf);
    for (const at of began) await at.call();
    for (const at of began) at.calls[0]?.resolve();
    await passing(opened, 1000, 'two loads that wait for each other', Promise.all(calls));
    assert.equal(await cache.getOrSet('a', async () => 'v'), 'v');
  }),
  law('work that a loader starts and does not await is not part of its load', async (open) => {
    const { cache } = await open();
    const later = new HeldLoader<void>();
    let after: Promise<unknown> | undefined;
    await cache.getOrSet('k', async ({ skip }) => {
      skip();
      after = later.load(undefined as never).then(() => cache.getOrSet('k', async () => 'later'));
      return 'v';
    });
    (await later.call()).resolve();
    assert.equal(await after, 'later');
  }),
  law('a loader may ask for its own key in work that it does not await', async (open) => {
    const { cache } = await open();
    const held = new HeldLoader<string>();
    const jobs = new EventEmitter();
    const asked: Promise<unknown>[] = [];
    const ask = (): void => {
      asked.push(cache.getOrSet('k', async () => 'again'));
    };
    const first = cache.getOrSet('k', (context) => {
      ask(); // A prefetch.
      setImmediate(ask);
      void Promise.resolve().then(ask); // Work of its own, such as a worker that begins here.
      jobs.on('job', ask);
      return held.load(context as never) as never;
    });
    const call = await held.call();
    await turns();
    jobs.emit('job');
    await turns();
    call.resolve('v');
    assert.equal(await first, 'v');
    assert.deepEqual(await Promise.all(asked), ['v', 'v', 'v', 'v']);
    assert.equal(held.calls.length, 1);
  }),
];

export const loaderLaws: readonly TypedLaw[] = [...conduct, ...nesting];
