import type { AnyCache } from '../../contract/typed-cache/subject.js';
import type { TypedFlaw } from '../../subjects/typed-cache/typed-cache.subjects.js';
import {
  type AnyLoader,
  bareContext,
  change,
  changeStore,
  deaf,
  declared,
  idle,
  loaderGets,
  mutant,
  other,
  type TypedMutant,
} from './typed-flaws.js';

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
    'a value is fresh for its life, stale for its grace, and then gone',
    'takes the shorter of the two',
    declared((options) => ({
      ...options,
      expire: Math.min(Number(options.expire), Number(options.grace)),
    })),
  ),
  mutant('a value is fresh for its life, stale for its grace, and then gone', 'has no grace', noGrace),
  mutant(
    'the store keeps a value for its life and its grace, and no longer',
    'for an hour',
    changeStore('write', (original) => (key, value, _, fence) => original(key, value, '1h', fence)),
  ),
  mutant('get and its like give a stale value, and say so', 'has does not', freshOnly),
  mutant(
    'without grace nothing is ever stale',
    'has a grace of its own',
    declared((options) => ({ grace: '1m', ...options })),
  ),
  mutant('a load that fails beside a stale value gives the stale value', 'fails', noGrace),
  mutant('a loader that throws at once beside a stale value gives the stale value', 'fails', noGrace),
  mutant('all who wait for a load that fails get the stale value, by one load', 'fail', noGrace),
  mutant(
    'a load beside a stale value that ends well is given out and fresh',
    'is not stored',
    loaderGets((load, context) => {
      context.skip();
      return load(context);
    }),
  ),
  mutant(
    'a loader is told what is known so far, also when its caller does not wait for it',
    'is told nothing',
    loaderGets((load, context) => load(other(context, { previous: undefined }))),
  ),
  mutant('a stale value is never stored as fresh, however often loads fail', 'is', restoring),
  mutant('a load that fails in one process leaves the value stale for the others', 'fresh', restoring),
  mutant('after a load that failed, graceBackoff passes before the next one', 'loads at once', impatient),
  mutant(
    'when graceBackoff has passed, the next call loads',
    'waits an hour',
    declared((options) => ({ ...options, graceBackoff: '1h' })),
  ),
  mutant(
    'graceBackoff counts from the failure, however long the value has been stale',
    'does not',
    impatient,
  ),
  mutant('graceBackoff follows a load that failed behind softTimeout too', 'does not', impatient),
  mutant('an invalidation, or forceFresh, does not wait for graceBackoff', 'waits', deaf('forceFresh')),
  mutant(
    'softTimeout gives the stale value to who waits, and the load goes on and is stored',
    'waits',
    deaf('softTimeout'),
  ),
  mutant(
    'behind softTimeout one load at a time goes on, however many calls are answered',
    'one for each call',
    change('getOrSet', (original) => (key, load: AnyLoader, options) => {
      void (async () => load(bareContext(key)))().catch(() => {});
      return original(key, load, options);
    }),
  ),
  mutant(
    'softTimeout means nothing where there is no stale value',
    'is a hard one',
    declared(({ softTimeout, ...options }) => ({ ...options, hardTimeout: softTimeout })),
  ),
  mutant('hardTimeout gives the stale value where there is one', 'waits', deaf('hardTimeout')),
  ...(['delete', 'invalidateTags', 'clear'] as const).map((name) =>
    mutant(`what ${name} invalidated is not given out as stale either`, 'is', expiring(name)),
  ),
  mutant(
    'what expire leaves of a value is stale for the rest of its grace',
    'is nothing',
    change(
      'expire',
      (_, { cache }) =>
        (key) =>
          cache.delete(key),
    ),
  ),
  mutant(
    'what expire leaves is loaded anew by the next call, and invalidated as everything is',
    'is fresh',
    idle('expire'),
  ),
  mutant('expire of a value without grace leaves nothing', 'leaves it', idle('expire')),
  mutant('forceFresh loads beside a fresh value, and falls back on it', 'does not load', deaf('forceFresh')),
];
