import type { AnyCache } from '../../contract/typed-cache/subject.js';
import type { TypedFlaw } from '../../subjects/typed-cache/typed-cache.subjects.js';
import { idle } from './failure-flaws.js';
import { type AnyLoader, change, changeStore, declared, mutant, other, type TypedMutant } from './flaws.js';
import { bareContext, loaderGets } from './load-flaws.js';
import { deaf } from './option-flaws.js';

/** Stores the stale value as a fresh one when a load has failed. */
const restoring = change('getOrSet', (original, { cache }) => async (key, load: AnyLoader, options) => {
  let failed = false;
  const value = await original(
    key,
    async (context: Parameters<AnyLoader>[0]) => {
      try {
        return await load(context);
      } catch (error) {
        failed = true;
        throw error;
      }
    },
    options,
  );
  if (failed) await cache.set(key, value);
  return value;
});

/** Loads whenever the value is stale. */
const impatient = change('getOrSet', (original, { cache }) => async (key, load, options) => {
  const stale = (await cache.getEntry(key))?.state === 'stale';
  return original(key, load, stale ? { ...options, forceFresh: true } : options);
});

const freshOnly = change(
  'has',
  (_, { cache }) =>
    async (key) =>
      (await cache.getEntry(key))?.state === 'fresh',
);
const noGrace = deaf('grace', 'graceBackoff', 'softTimeout');
const expiring = (name: keyof AnyCache & ('delete' | 'invalidateTags' | 'clear')): TypedFlaw =>
  change(
    name,
    (_, { cache }) =>
      () =>
        cache.expire('k'),
  );

export const typedGraceMutants: readonly TypedMutant[] = [
  mutant(
    'a value is fresh for its TTL, stale for its grace, and then gone',
    'uses the shorter of TTL and grace',
    declared((options) => ({
      ...options,
      expire: Math.min(Number(options.expire), Number(options.grace)),
    })),
  ),
  mutant('a value is fresh for its TTL, stale for its grace, and then gone', 'ignores grace', noGrace),
  mutant(
    'the store keeps a value for its TTL plus its grace, and no longer',
    'keeps values for an hour',
    changeStore('write', (original) => (key, value, _, fence) => original(key, value, '1h', fence)),
  ),
  mutant(
    'get, getEntry and getMany return a stale value and mark it as stale',
    'answers has without stale values',
    freshOnly,
  ),
  mutant(
    'no value is ever stale without grace',
    'applies a grace of its own',
    declared((options) => ({ grace: '1m', ...options })),
  ),
  mutant('a failed load falls back to the stale value', 'rejects when the load fails', noGrace),
  mutant(
    'a loader that throws synchronously falls back to the stale value',
    'rejects when the loader throws',
    noGrace,
  ),
  mutant('all callers of one failed load get the stale value', 'rejects the other callers', noGrace),
  mutant(
    'a load that succeeds replaces the stale value by a fresh one',
    'does not store the loaded value',
    loaderGets((load, context) => {
      context.skip();
      return load(context);
    }),
  ),
  mutant(
    'a loader is given the stale value, even when its caller does not wait for it',
    'gives the loader no previous value',
    loaderGets((load, context) => load(other(context, { previous: undefined }))),
  ),
  mutant(
    'a stale value is never stored as fresh, however often loads fail',
    'stores the stale value as fresh',
    restoring,
  ),
  mutant(
    'a load that fails in one process leaves the value stale for other processes',
    'makes the value fresh after a failed load',
    restoring,
  ),
  mutant('no load starts within graceBackoff after a failed load', 'loads within graceBackoff', impatient),
  mutant(
    'the next call after graceBackoff loads',
    'waits an hour after a failed load',
    declared((options) => ({ ...options, graceBackoff: '1h' })),
  ),
  mutant(
    'graceBackoff counts from the failure, however long the value has been stale',
    'applies no graceBackoff',
    impatient,
  ),
  mutant(
    'graceBackoff also follows a load that fails after softTimeout',
    'applies no graceBackoff after softTimeout',
    impatient,
  ),
  mutant(
    'a call after an invalidation, or with forceFresh, does not wait for graceBackoff',
    'waits for graceBackoff in any case',
    deaf('forceFresh'),
  ),
  mutant(
    'softTimeout returns the stale value, while the load continues and is stored',
    'waits for the load in spite of softTimeout',
    deaf('softTimeout'),
  ),
  mutant(
    'one load at a time continues after softTimeout, however many calls are answered',
    'starts one load per call',
    change('getOrSet', (original) => (key, load: AnyLoader, options) => {
      void (async () => load(bareContext(key)))().catch(() => {});
      return original(key, load, options);
    }),
  ),
  mutant(
    'softTimeout has no effect when there is no stale value',
    'applies softTimeout as hardTimeout',
    declared(({ softTimeout, ...options }) => ({ ...options, hardTimeout: softTimeout })),
  ),
  mutant(
    'hardTimeout returns the stale value when there is one',
    'waits for the load in spite of hardTimeout',
    deaf('hardTimeout'),
  ),
  ...(['delete', 'invalidateTags', 'clear'] as const).map((name) =>
    mutant(
      `a value that ${name} invalidated is not returned as stale`,
      'returns invalidated values as stale',
      expiring(name),
    ),
  ),
  mutant(
    'an expired value is stale for the rest of its grace',
    'removes the value at expire',
    change(
      'expire',
      (_, { cache }) =>
        (key) =>
          cache.delete(key),
    ),
  ),
  mutant(
    'the next call reloads an expired value, which can still be invalidated',
    'returns the expired value as fresh',
    idle('expire'),
  ),
  mutant('expire removes a value without grace', 'leaves a value without grace at expire', idle('expire')),
  mutant(
    'forceFresh loads even if a value is fresh, and falls back to that value',
    'does not load with forceFresh',
    deaf('forceFresh'),
  ),
];
