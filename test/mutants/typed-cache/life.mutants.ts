import type { TypedFlaw } from '../../subjects/typed-cache/typed-cache.subjects.js';
import {
  aMoment,
  change,
  changeStore,
  deaf,
  deafCalls,
  declared,
  loaderGets,
  mutant,
  other,
  type TypedMutant,
} from './typed-flaws.js';

/** A life that is longer than declared. */
const longer = (ms: number): TypedFlaw =>
  declared((options) => ({ ...options, expire: Number(options.expire) + ms }));

/** Stores again what it has read. */
const touching = change('get', (original, { cache }) => async (key, options) => {
  const value = await original(key, options);
  await aMoment();
  if (value !== undefined) await cache.set(key, value);
  return value;
});

export const typedLifeMutants: readonly TypedMutant[] = [
  mutant(
    'a value is gone once its life is over',
    'lives a minute',
    declared((options) => ({ ...options, expire: '1m' })),
  ),
  mutant('a value lives to the last millisecond, and not one longer', 'a millisecond longer', longer(1)),
  mutant('a value lives to the last millisecond, and not one longer', 'a millisecond less', longer(-1)),
  mutant('no way of reading lengthens a life', 'get does', touching),
  mutant(
    'no way of reading lengthens a life in the store',
    'every one does',
    changeStore(
      'read',
      (original) => (request) => original(request.keys.length === 0 ? request : { ...request, extend: '1h' }),
    ),
  ),
  mutant(
    'sliding gives a value its whole life anew at every hit, and never more than that',
    'does not',
    deaf('sliding'),
  ),
  mutant('sliding gives a value its whole life in the store, and no more', 'does not', deaf('sliding')),
  mutant(
    'sliding does not bring back what is stale',
    'does',
    change('getEntry', (original, { cache }) => async (key) => {
      const entry = await original(key);
      if (entry !== undefined) await cache.set(key, entry.value);
      return entry;
    }),
  ),
  mutant(
    'a slide that comes when the value was invalidated brings nothing back',
    'brings the value',
    touching,
  ),
  mutant('a life on the call goes before that of the component', 'goes behind', deafCalls(['expire'])),
  mutant(
    'a life that the loader sets goes before that of the call, tags and all else stay',
    'goes behind',
    loaderGets((load, context) => load(other(context, { expire: () => {} }))),
  ),
  mutant('maxExpire caps the life that a loader sets', 'does not', deaf('maxExpire')),
  mutant('a life above maxExpire is refused, on the component and on a call', 'is capped', deaf('maxExpire')),
  mutant('jitter shortens lives at random, by no more than its fraction', 'does not', deaf('jitter')),
  mutant(
    'jitter shortens lives at random, by no more than its fraction',
    'by the same for all',
    declared(({ jitter: _, ...options }) => ({ ...options, expire: Number(options.expire) * 0.85 })),
  ),
  mutant(
    'without negativeExpire null lives as every value, and nothing is kept of "absent"',
    'is kept',
    declared((options) => ({ negativeExpire: '1m', ...options })),
  ),
  mutant('negativeExpire is the life of null and of "absent"', 'is not', deaf('negativeExpire')),
  mutant(
    'when negativeExpire has passed, what was absent is loaded',
    'is not',
    declared((options) => ({ ...options, negativeExpire: '1m' })),
  ),
  mutant(
    'a life counts from when its value is stored, however long the load took',
    'from when the load began',
    loaderGets(async (load, context, { world: { clock } }) => {
      const start = clock.now();
      const value = await load(context);
      context.expire(Math.max(1, 1000 - (clock.now() - start)));
      return value;
    }),
  ),
  mutant('a life that is none is refused, and what was there stays', 'is the usual one', deaf('expire')),
];
