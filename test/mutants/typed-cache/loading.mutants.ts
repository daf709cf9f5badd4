import { AsyncLocalStorage } from 'node:async_hooks';
import type { LoadContext, LoadManyContext } from '../../../src/interfaces/typed-cache.js';
import { failsWithItsStore } from './failure-flaws.js';
import { type AnyLoader, change, changeStore, declared, mutant, other, type TypedMutant } from './flaws.js';
import { bareContext, getThenSet, joinedBy, loaderGets } from './load-flaws.js';
import { deaf, writing } from './option-flaws.js';

/** Runs loaders outside the asynchronous context of the calling load. */
const outside = AsyncLocalStorage.snapshot();
const loading = new AsyncLocalStorage<readonly string[]>();

/** Refuses a key that was loaded anywhere above, over or not; `nameOf` says which keys are one. */
function refusesKeysAbove(nameOf: (key: unknown) => string) {
  return change('getOrSet', (original) => async (key, load: AnyLoader, options) => {
    const above = loading.getStore() ?? [];
    if (above.includes(nameOf(key))) throw new TypeError(`${nameOf(key)} is being loaded`);
    return original(
      key,
      (context: LoadContext<unknown>) => loading.run([...above, nameOf(key)], () => load(context)),
      options,
    );
  });
}

export const typedNestingMutants: readonly TypedMutant[] = [
  mutant(
    'a loader that asks for its own key is refused with an error that names the key',
    'loads its own key again',
    getThenSet,
  ),
  mutant(
    'a loader that asks for its own key through other keys is refused with an error that names the key',
    'loads its own key again',
    getThenSet,
  ),
  mutant(
    'a loader of many keys that waits for one of them is refused with the path of the circle',
    'loads its own key again',
    getThenSet,
  ),
  mutant(
    'work that a slow loader does not await is neither refused nor the end of the process',
    'refuses every call of a key from below its loader',
    refusesKeysAbove(String),
  ),
  mutant(
    'a loader may ask for other keys',
    'refuses nested loads',
    refusesKeysAbove(() => 'a key'),
  ),
  mutant(
    'a loader may ask for its own key in work that it does not await',
    'refuses every call of a key from below its loader',
    refusesKeysAbove(String),
  ),
  mutant(
    'a loader may ask another cache for its own key',
    'treats another cache as itself',
    refusesKeysAbove(String),
  ),
  mutant(
    'a loader may get, set and delete in the cache that it loads for',
    'refuses set inside a loader',
    change('set', (original, { cache }) => async (...args) => {
      if (cache.stats().loading > 0) throw new Error('it is loading');
      return original(...args);
    }),
  ),
  mutant(
    'two loads that wait for each other do not wait forever',
    'lets two loads wait for each other forever',
    joinedBy(String),
  ),
  mutant(
    'work that a loader starts and does not await is not part of its load',
    'refuses nested loads to work that outlives its load',
    refusesKeysAbove(String),
  ),
];

type Many = (missing: readonly unknown[], context: LoadManyContext<never, unknown>) => unknown;

/** Changes what the loader of many keys is asked, or what it gets. */
function manyGets(
  make: (
    load: Many,
    missing: readonly unknown[],
    context: LoadManyContext<never, unknown>,
    keys: readonly unknown[],
    options: Record<string, unknown> | undefined,
  ) => unknown,
) {
  return change(
    'getOrSetMany',
    (original) => (keys, load: Many, options) =>
      original(
        keys,
        (missing: readonly unknown[], context: LoadManyContext<never, unknown>) =>
          make(load, missing, context, keys, options),
        options,
      ),
  );
}

const allOrNone = change('getOrSetMany', (original) => async (...args) => {
  const results: PromiseSettledResult<unknown>[] = await original(...args);
  const failed = results.find(({ status }) => status === 'rejected');
  return failed === undefined ? results : results.map(() => failed);
});

const nothing = (): void => {};

export const typedManyMutants: readonly TypedMutant[] = [
  mutant(
    'one loader call loads the missing keys, and no key that is cached',
    'loads all keys',
    manyGets((load, _, context, keys) => load(keys, context)),
  ),
  mutant(
    'keys that are already being loaded are joined and not loaded again',
    'loads all keys',
    manyGets((load, _, context, keys) => load(keys, context)),
  ),
  mutant(
    'a key that fails in its loader is one failure, and the other keys are stored',
    'fails all keys',
    allOrNone,
  ),
  mutant(
    'a bulk loader that rejects fails the keys that it was to load, and no other key',
    'fails all keys',
    allOrNone,
  ),
  mutant(
    'a key that the loader leaves out has no value, and a key that was not asked for is not stored',
    'stores every key of the answer',
    change(
      'getOrSetMany',
      (original, { cache }) =>
        (keys, load: Many, options) =>
          original(
            keys,
            async (missing: readonly unknown[], context: LoadManyContext<never, unknown>) => {
              const pairs = [...((await load(missing, context)) as Iterable<[never, unknown]>)];
              for (const [key, value] of pairs) await cache.set(key, value);
              return pairs;
            },
            options,
          ),
    ),
  ),
  mutant(
    'structured keys reach the loader as they were written, and are recognised in its answer',
    'gives keys to the loader as texts',
    manyGets((load, missing, context) =>
      load(
        missing.map((key) => JSON.stringify(key)),
        context,
      ),
    ),
  ),
  mutant(
    'an invalidation during a bulk load affects only the keys that it covers',
    'ignores the invalidation',
    change('getOrSetMany', (original, { cache }) => async (keys, load, options) => {
      const results: PromiseSettledResult<unknown>[] = await original(keys, load, options);
      for (const [index, result] of results.entries()) {
        if (result.status === 'fulfilled') await cache.set(keys[index], result.value, writing(options));
      }
      return results;
    }),
  ),
  mutant(
    'tags, TTL and skip of one key in a bulk load apply to that key only',
    'skips no key',
    manyGets((load, missing, context) => load(missing, other(context, { skip: nothing }))),
  ),
  mutant(
    'tags, TTL and skip of one key in a bulk load apply to that key only',
    'applies no tags',
    manyGets((load, missing, context) => load(missing, other(context, { tag: nothing }))),
  ),
  mutant(
    'a bulk load that fails returns the stale value of each key that has one',
    'fails all keys',
    allOrNone,
  ),
  mutant(
    'a bulk caller that aborts has no effect on the other callers',
    'aborts the load with its first caller',
    manyGets((load, missing, context, _, options) => {
      const { signal } = (options ?? {}) as { signal?: AbortSignal };
      return load(missing, other(context, { signal: signal ?? context.signal }));
    }),
  ),
  mutant(
    'the signal of a bulk loader aborts when no caller waits for any of its keys',
    'never aborts the signal',
    manyGets((load, missing, context) =>
      load(missing, other(context, { signal: new AbortController().signal })),
    ),
  ),
  mutant(
    'a bulk loader that asks for one of its keys is refused with an error that names the key',
    'waits for itself',
    manyGets((load, missing, context) => outside(() => load(missing, context))),
  ),
];

/** Stores the result of a refresh in spite of intervening changes. */
export const refreshesBySetting = change(
  'getOrSet',
  (original, { cache, options: declaredOptions }) =>
    async (key, load: AnyLoader, options) => {
      const hit = await cache.get(key, { tags: options?.tags });
      if (hit === undefined || declaredOptions.refreshAhead === undefined) {
        return original(key, load, options);
      }
      void (async () => cache.set(key, await load(bareContext(key)), writing(options)))().catch(nothing);
      return hit;
    },
);

/** Starts a load of its own for each call. */
const eager = change('getOrSet', (original) => (key, load: AnyLoader, options) => {
  void (async () => load(bareContext(key)))().catch(nothing);
  return original(key, load, options);
});

export const typedRefreshMutants: readonly TypedMutant[] = [
  mutant(
    'a hit that is due for refresh is answered at once, and refreshed in the background',
    'serves a refreshed value for a short time',
    loaderGets((load, context) => {
      context.expire('1m');
      return load(context);
    }),
  ),
  mutant(
    'a refresh runs outside of the asynchronous context of the call that began it',
    'refreshes in the context of the caller',
    change('getOrSet', (original) => (key, load: AnyLoader, options) => {
      const inside = AsyncLocalStorage.snapshot();
      return original(key, (context: LoadContext<unknown>) => inside(() => load(context)), options);
    }),
  ),
  mutant('any number of hits that are due start one refresh', 'starts one refresh per hit', eager),
  mutant(
    'a hit is not refreshed before it is due',
    'refreshes before the value is due',
    declared((options) => ({ ...options, refreshAhead: 0.1 })),
  ),
  mutant(
    'a refresh that fails changes neither the value nor its TTL, and rejects no caller',
    'removes the value when a refresh fails',
    loaderGets(async (load, context, { cache }) => {
      try {
        return await load(context);
      } catch (error) {
        await cache.delete(context.key);
        throw error;
      }
    }),
  ),
  mutant(
    'a value that is not read is not refreshed',
    'refreshes values that are not read',
    change(
      'get',
      (_, { cache }) =>
        (key) =>
          cache.getOrSet(key, async () => undefined),
    ),
  ),
  mutant(
    'a refresh that never settles ends after loadTimeout, and a later hit refreshes',
    'never ends a refresh',
    deaf('loadTimeout'),
  ),
  mutant(
    'a refreshed value starts a new TTL, and is not due at once',
    'keeps the old TTL after a refresh',
    loaderGets((load, context) => {
      if (context.previous !== undefined) context.expire(Math.max(1, context.previous.remainingMs));
      return load(context);
    }),
  ),
  mutant(
    'a refreshAhead that is not a fraction is refused',
    'treats an invalid refreshAhead as none',
    deaf('refreshAhead'),
  ),
];

const hard = deaf('hardTimeout');

export const typedTimeoutMutants: readonly TypedMutant[] = [
  mutant('hardTimeout bounds a call whose load hangs', 'applies no hardTimeout', hard),
  mutant('hardTimeout of one call bounds no other call', 'applies no hardTimeout to a call', hard),
  mutant(
    'a load that outlives its caller continues and is stored',
    'does not store a load that outlives its caller',
    loaderGets((load, context) => {
      context.skip();
      return load(context);
    }),
  ),
  mutant('a later call joins a load that has outlived its caller', 'starts another load', getThenSet),
  mutant(
    'a load that outlives its caller and fails causes no unhandled rejection',
    'leaves a rejection unhandled',
    loaderGets((load, context) => {
      const loaded = Promise.resolve(load(context));
      void loaded.then(nothing);
      return loaded;
    }),
  ),
  mutant('hardTimeout bounds get while the store is frozen', 'waits for the store', hard),
  mutant('hardTimeout bounds getOrSet while the store is frozen', 'waits for the store', hard),
  mutant('hardTimeout bounds the write of a loaded value', 'waits for the store', hard),
  mutant('hardTimeout bounds the wait for the lease of another process', 'waits for the lease', hard),
  mutant(
    'a timeout that is not a duration is refused, on the component and on a call',
    'treats an invalid timeout as none',
    deaf('hardTimeout', 'loadTimeout'),
  ),
];

const alone = deaf('lease', 'leaseTimeout', 'waitTimeout');
const kept = changeStore('releaseLease', () => async () => true);
const long = (name: string) => declared((options) => ({ ...options, [name]: '1h' }));

export const typedLeaseMutants: readonly TypedMutant[] = [
  mutant('lease cluster loads a cold key once among all processes', 'takes no lease', alone),
  mutant('lease cluster loads many cold keys once each among all processes', 'takes no lease', alone),
  mutant(
    'lease process lets every process load for itself',
    'takes a lease in lease process',
    declared((options) => ({ ...options, lease: 'cluster' })),
  ),
  mutant(
    'a load that fails under a lease lets the next process load at once',
    'keeps the lease after a failed load',
    kept,
  ),
  mutant('a lease is free for the next load once its load has ended', 'keeps the lease after a load', kept),
  mutant(
    'a crashed lease holder delays other processes by leaseTimeout at most',
    'applies a leaseTimeout of its own',
    long('leaseTimeout'),
  ),
  mutant(
    'a process loads without a lease after waitTimeout',
    'waits longer than waitTimeout',
    long('waitTimeout'),
  ),
  mutant(
    'no listener is left on the signal of a call that has ended',
    'leaves a listener on a signal',
    change('getOrSet', (original) => (key, load, options) => {
      options?.signal?.addEventListener('abort', () => undefined);
      return original(key, load, options);
    }),
  ),
  mutant(
    'a caller that waits for a lease may abort, without effect on the other callers',
    'ignores the signal',
    deaf('signal'),
  ),
  mutant(
    'a load under a lease that was invalidated is not served to later callers',
    'stores every load',
    getThenSet,
  ),
  mutant(
    'a lease that the store fails to grant prevents no load',
    'rejects when the lease fails',
    failsWithItsStore('getOrSet'),
  ),
  mutant(
    'lease cluster runs one background refresh among all processes',
    'takes no lease for a refresh',
    alone,
  ),
];
