import type { TypedFlaw } from '../../subjects/typed-cache/typed-cache.subjects.js';
import { failsWithItsStore, forgetsWhenItFails } from './failure-flaws.js';
import { type AnyLoader, change, changeMany, mutant, raise, type TypedMutant } from './flaws.js';
import { loaderGets } from './load-flaws.js';
import { remembering } from './memory-flaws.js';

const FAILINGS = ['gone', 'frozen', 'refusing'] as const;
const NAMES = ['delete', 'deleteMany', 'expire', 'invalidateTags', 'clear'] as const;

const wrapping = loaderGets(async (load, context) => {
  try {
    return await load(context);
  } catch (error) {
    throw new Error('a load failed', { cause: error });
  }
});

const reading: readonly TypedMutant[] = FAILINGS.flatMap((how) => [
  mutant(`a call that loads never fails because the store is ${how}`, 'fails', failsWithItsStore('getOrSet')),
  mutant(`a loader’s error is rejected unchanged while the store is ${how}`, 'is another', wrapping),
  mutant(
    `reads are misses and set answers false while the store is ${how}`,
    'get fails',
    failsWithItsStore('get'),
  ),
]);

/** Gives out what was there, whatever was invalidated. */
const blind: TypedFlaw = changeMany(({ cache }) => {
  const memory = new Map<unknown, unknown>();
  return {
    set: async (key, value, options) => {
      memory.set(key, value);
      return cache.set(key, value, options);
    },
    get: async (key, options) => memory.get(key) ?? cache.get(key, options),
  };
});

const invalidating: readonly TypedMutant[] = NAMES.flatMap((name) => [
  mutant(
    `${name} rejects with its outcome when it does not reach the store`,
    'answers',
    change(
      name,
      (original) =>
        (...args) =>
          original(...args).catch(() => false),
    ),
  ),
  mutant(
    `this process serves no value that ${name} covers from its start, even before it settles`,
    'serves it until the store has answered',
    blind,
  ),
  mutant(
    `this process serves no value that a failed ${name} covers, even if the store still answers reads`,
    'serves it',
    blind,
  ),
  mutant(
    `a failed ${name} is repeated once the store answers, before the first read`,
    'is forgotten',
    forgetsWhenItFails(name, raise),
  ),
  mutant(
    `a failed ${name} is repeated even if no caller reads any more`,
    'is forgotten',
    forgetsWhenItFails(name, raise),
  ),
]);

const writing: readonly TypedMutant[] = [
  mutant(
    'a set that did not reach the store invalidates the existing value',
    'leaves it',
    forgetsWhenItFails('set', () => false),
  ),
  mutant(
    'a set that did not reach the store invalidates the value for other processes too',
    'is forgotten',
    forgetsWhenItFails('set', () => false),
  ),
  mutant(
    'a repeated invalidation does not remove values that were stored after it',
    'is repeated once more',
    change('delete', (original, { cache, world }) => async (key) => {
      try {
        return await original(key);
      } catch (error) {
        world.clock.schedule(200, () => void cache.delete(key));
        throw error;
      }
    }),
  ),
  mutant(
    'a load that begins after a failed invalidation is not served values that it covers',
    'falls back on it',
    remembering,
  ),
  mutant(
    'a lost answer is a failure, even if the store has executed the call',
    'is none',
    change(
      'delete',
      (original) =>
        (...args) =>
          original(...args).catch(() => true),
    ),
  ),
  mutant(
    'a loaded value that cannot be stored is returned, and the failure is reported',
    'fails the call',
    change('getOrSet', (original, { world }) => async (key, load: AnyLoader, options) => {
      const value = await original(key, load, options);
      await world.faulty.write('probe', new Uint8Array(1), 1);
      return value;
    }),
  ),
  mutant(
    'pending invalidations above the limit become one of the whole namespace',
    'are forgotten',
    change('deleteMany', (original) => async (keys) => {
      if (keys.length > 1000) throw new Error('too many');
      return original(keys);
    }),
  ),
  mutant(
    'listeners are told when an invalidation becomes pending and when it is repeated',
    'are not',
    change(
      'on',
      (original) => (name, listener) =>
        String(name).startsWith('invalidation') ? () => {} : original(name, listener),
    ),
  ),
  mutant(
    'the cache works as before once the store answers again',
    'nothing is read any more',
    change(
      'get',
      (original, { cache }) =>
        async (...args) =>
          cache.stats().storeFailures > 0 ? undefined : original(...args),
    ),
  ),
  mutant(
    'no failure of the store becomes an unhandled rejection',
    'is one',
    change('set', (original, { world }) => (...args) => {
      void world.faulty.write('probe', new Uint8Array(1), 1).then(() => {});
      return original(...args);
    }),
  ),
];

export const typedFailureMutants: readonly TypedMutant[] = [...reading, ...invalidating, ...writing];
