import { AsyncLocalStorage } from 'node:async_hooks';
import type { LoadContext, LoadManyContext } from '../../../src/interfaces/typed-cache.js';
import {
  type AnyLoader,
  bareContext,
  change,
  changeStore,
  deaf,
  declared,
  failsWithItsStore,
  getThenSet,
  joinedBy,
  loaderGets,
  mutant,
  other,
  type TypedMutant,
  writing,
} from './typed-flaws.js';

/** Runs loaders where nothing is known of the load that called. */
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
  mutant('a loader that asks for its own key is an error that names the key', 'loads it again', getThenSet),
  mutant(
    'a loader that asks for its own key by way of others is an error that names the key',
    'loads it again',
    getThenSet,
  ),
  mutant(
    'loaders may ask for other keys',
    'refuses',
    refusesKeysAbove(() => 'a key'),
  ),
  mutant(
    'a loader may ask for its own key of another cache',
    'takes it for this one',
    refusesKeysAbove(String),
  ),
  mutant(
    'a loader may get, set and delete in the cache that it loads for',
    'refuses to set',
    change('set', (original, { cache }) => async (...args) => {
      if (cache.stats().loading > 0) throw new Error('it is loading');
      return original(...args);
    }),
  ),
  mutant('two loads that wait for each other do not wait for ever', 'wait', joinedBy(String)),
  mutant(
    'what a loader starts and does not wait for is no part of its load',
    'is for ever',
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
    'the keys that are missing are loaded by one call, and those that are there are not',
    'asks for all',
    manyGets((load, _, context, keys) => load(keys, context)),
  ),
  mutant(
    'keys that are being loaded already are joined and not loaded again',
    'asks for all',
    manyGets((load, _, context, keys) => load(keys, context)),
  ),
  mutant('a key that its loader fails is one failure, and the others are stored', 'fails all', allOrNone),
  mutant(
    'a loader that fails as a whole fails what it was to load, and no other key',
    'fails all',
    allOrNone,
  ),
  mutant(
    'a key that the loader does not name has no value, and one that nobody asked for is not stored',
    'stores what comes',
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
    'keys with structure come to the loader as they were written, and are known again',
    'come as texts',
    manyGets((load, missing, context) =>
      load(
        missing.map((key) => JSON.stringify(key)),
        context,
      ),
    ),
  ),
  mutant(
    'an invalidation during a load of many keys concerns the keys that it covers',
    'is forgotten',
    change('getOrSetMany', (original, { cache }) => async (keys, load, options) => {
      const results: PromiseSettledResult<unknown>[] = await original(keys, load, options);
      for (const [index, result] of results.entries()) {
        if (result.status === 'fulfilled') await cache.set(keys[index], result.value, writing(options));
      }
      return results;
    }),
  ),
  mutant(
    'tags, lives and skips of one key are those of that key',
    'skips none',
    manyGets((load, missing, context) => load(missing, other(context, { skip: nothing }))),
  ),
  mutant(
    'tags, lives and skips of one key are those of that key',
    'tags none',
    manyGets((load, missing, context) => load(missing, other(context, { tag: nothing }))),
  ),
  mutant('a load of many that fails gives the stale value of those that have one', 'fails all', allOrNone),
  mutant(
    'a caller of many keys that aborts leaves the others alone',
    'aborts the load',
    manyGets((load, missing, context, _, options) => {
      const { signal } = (options ?? {}) as { signal?: AbortSignal };
      return load(missing, other(context, { signal: signal ?? context.signal }));
    }),
  ),
  mutant(
    'the signal of a loader of many keys aborts when nobody waits for any of them',
    'never aborts',
    manyGets((load, missing, context) =>
      load(missing, other(context, { signal: new AbortController().signal })),
    ),
  ),
  mutant(
    'a loader of many keys that asks for one of them is an error that names it',
    'waits for itself',
    manyGets((load, missing, context) => outside(() => load(missing, context))),
  ),
];

/** Stores what a refresh gave whatever happened meanwhile. */
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
    'a hit that is due for its refresh is answered at once, and refreshed in the background',
    'for a short life',
    loaderGets((load, context) => {
      context.expire('1m');
      return load(context);
    }),
  ),
  mutant('however many hits are due, a refresh goes on once', 'one for each', eager),
  mutant(
    'a hit is not refreshed before it is due',
    'early',
    declared((options) => ({ ...options, refreshAhead: 0.1 })),
  ),
  mutant(
    'a refresh that fails leaves the value and its life as they were, and tells no caller',
    'takes the value along',
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
    'what nobody reads is not refreshed',
    'loads for get too',
    change(
      'get',
      (_, { cache }) =>
        (key) =>
          cache.getOrSet(key, async () => undefined),
    ),
  ),
  mutant(
    'a refresh that never ends is over after loadTimeout, and a later hit refreshes',
    'never',
    deaf('loadTimeout'),
  ),
  mutant(
    'what was refreshed begins a life of its own, and is not due at once',
    'goes on with the old one',
    loaderGets((load, context) => {
      if (context.previous !== undefined) context.expire(Math.max(1, context.previous.remainingMs));
      return load(context);
    }),
  ),
  mutant('a refreshAhead that is no fraction is refused', 'takes it for none', deaf('refreshAhead')),
];

const hard = deaf('hardTimeout');

export const typedTimeoutMutants: readonly TypedMutant[] = [
  mutant('hardTimeout bounds a call whose load hangs', 'knows no bound', hard),
  mutant('hardTimeout may be given for one call, and then bounds no other', 'knows no bound', hard),
  mutant(
    'a load that outlives its caller goes on and is stored',
    'is not stored',
    loaderGets((load, context) => {
      context.skip();
      return load(context);
    }),
  ),
  mutant('who asks while a load outlives its caller joins it', 'loads again', getThenSet),
  mutant(
    'a load that outlives its caller and fails is nobody’s unhandled rejection',
    'is one',
    loaderGets((load, context) => {
      const loaded = Promise.resolve(load(context));
      void loaded.then(nothing);
      return loaded;
    }),
  ),
  mutant('hardTimeout bounds get while the store is frozen', 'waits for the store', hard),
  mutant('hardTimeout bounds getOrSet while the store is frozen', 'waits for the store', hard),
  mutant('hardTimeout bounds the storing of what was loaded', 'waits for the store', hard),
  mutant('hardTimeout bounds the waiting for the lease of another process', 'waits for the lease', hard),
  mutant(
    'a timeout that is no duration is refused, on the component and on a call',
    'takes it for none',
    deaf('hardTimeout', 'loadTimeout'),
  ),
];

const alone = deaf('lease', 'leaseTimeout', 'waitTimeout');
const kept = changeStore('releaseLease', () => async () => true);
const long = (name: string) => declared((options) => ({ ...options, [name]: '1h' }));

export const typedLeaseMutants: readonly TypedMutant[] = [
  mutant('with lease cluster a cold key is loaded once among all processes', 'takes no lease', alone),
  mutant(
    'with lease cluster many cold keys are loaded once each among all processes',
    'takes no lease',
    alone,
  ),
  mutant(
    'with lease process every process loads for itself',
    'takes a lease',
    declared((options) => ({ ...options, lease: 'cluster' })),
  ),
  mutant('a load that fails under a lease lets the next process load at once', 'keeps the lease', kept),
  mutant('a lease that is done with is free for the next load', 'keeps the lease', kept),
  mutant(
    'a holder of a lease that has crashed delays others by leaseTimeout at most',
    'has a timeout of its own',
    long('leaseTimeout'),
  ),
  mutant('after waitTimeout a process loads all the same', 'waits on', long('waitTimeout')),
  mutant('who waits for a lease may abort, and leaves the others alone', 'does not look', deaf('signal')),
  mutant(
    'a load under a lease that was invalidated is not given to those who asked later',
    'stores in any case',
    getThenSet,
  ),
  mutant(
    'a lease that cannot be had because the store fails keeps nobody from loading',
    'fails',
    failsWithItsStore('getOrSet'),
  ),
  mutant(
    'with lease cluster a refresh in the background is one among all processes',
    'takes no lease',
    alone,
  ),
];
