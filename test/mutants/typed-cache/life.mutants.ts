import type { TypedFlaw } from '../../subjects/typed-cache/typed-cache.subjects.js';
import { aMoment, change, changeStore, declared, mutant, other, type TypedMutant } from './flaws.js';
import { loaderGets } from './load-flaws.js';
import { deaf, deafCalls } from './option-flaws.js';

/** A life that is longer than declared. */
const longer = (ms: number): TypedFlaw =>
  declared((options) => ({ ...options, expire: Number(options.expire) + ms }));

/** Stores again what it has read. */
const touching = change('get', (original, { cache }) => async (key, options) => {
  const value = await original(key, options);
  if (value !== undefined) await cache.set(key, value);
  return value;
});

/** Stores again what it has read, a moment later. */
const touchingLater = change('get', (original, { cache }) => async (key, options) => {
  const value = await original(key, options);
  if (value !== undefined) void aMoment().then(() => cache.set(key, value));
  return value;
});

export const typedLifeMutants: readonly TypedMutant[] = [
  mutant(
    'a value is gone once its TTL has passed',
    'keeps values for a minute',
    declared((options) => ({ ...options, expire: '1m' })),
  ),
  mutant(
    'a value is readable until its last millisecond, and no longer',
    'keeps values a millisecond longer',
    longer(1),
  ),
  mutant(
    'a value is readable until its last millisecond, and no longer',
    'keeps values a millisecond less',
    longer(-1),
  ),
  mutant('no read extends a TTL', 'extends the TTL at get', touching),
  mutant(
    'no read extends a TTL in the store',
    'extends the TTL at every read',
    changeStore(
      'read',
      (original) => (request) => original(request.keys.length === 0 ? request : { ...request, extend: '1h' }),
    ),
  ),
  mutant(
    'sliding renews the full TTL at every hit, and never more than that',
    'does not slide',
    deaf('sliding'),
  ),
  mutant(
    'sliding renews the full TTL in the store, and no more',
    'does not slide in the store',
    deaf('sliding'),
  ),
  mutant(
    'sliding does not make a stale value fresh',
    'slides stale values',
    change('getEntry', (original, { cache }) => async (key) => {
      const entry = await original(key);
      if (entry !== undefined) await cache.set(key, entry.value);
      return entry;
    }),
  ),
  mutant(
    'a sliding renewal after an invalidation revives nothing',
    'stores the value again when it slides',
    touchingLater,
  ),
  mutant(
    'a TTL of the call overrides that of the component',
    'prefers the TTL of the component',
    deafCalls(['expire']),
  ),
  mutant(
    'a TTL that the loader sets overrides that of the call, while tags and other options stay',
    'prefers the TTL of the call',
    loaderGets((load, context) => load(other(context, { expire: () => {} }))),
  ),
  mutant('maxExpire caps a TTL that the loader sets', 'does not cap the TTL of a loader', deaf('maxExpire')),
  mutant(
    'a TTL above maxExpire is refused, on the component and on a call',
    'caps a TTL instead of refusing it',
    deaf('maxExpire'),
  ),
  mutant('jitter shortens TTLs at random, by no more than its fraction', 'applies no jitter', deaf('jitter')),
  mutant(
    'jitter shortens TTLs at random, by no more than its fraction',
    'applies the same jitter to every TTL',
    declared(({ jitter: _, ...options }) => ({ ...options, expire: Number(options.expire) * 0.85 })),
  ),
  mutant(
    'null has the TTL of any value, and "absent" is not stored, without negativeExpire',
    'stores "absent" by default',
    declared((options) => ({ negativeExpire: '1m', ...options })),
  ),
  mutant(
    'negativeExpire is the TTL of null and of "absent"',
    'ignores negativeExpire',
    deaf('negativeExpire'),
  ),
  mutant(
    'an absent value is loaded again once negativeExpire has passed',
    'keeps "absent" for a minute',
    declared((options) => ({ ...options, negativeExpire: '1m' })),
  ),
  mutant(
    'a TTL counts from when its value is stored, however long the load took',
    'counts the TTL from the start of the load',
    loaderGets(async (load, context, { world: { clock } }) => {
      const start = clock.now();
      const value = await load(context);
      context.expire(Math.max(1, 1000 - (clock.now() - start)));
      return value;
    }),
  ),
  mutant(
    'an invalid TTL is refused, and the existing value stays',
    'replaces an invalid TTL by the default',
    deaf('expire'),
  ),
];
