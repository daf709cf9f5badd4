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
  mutant(
    `a call that loads never fails because the store is ${how}`,
    'rejects when its store fails',
    failsWithItsStore('getOrSet'),
  ),
  mutant(
    `a loader’s error is rejected unchanged while the store is ${how}`,
    'replaces the error of the loader',
    wrapping,
  ),
  mutant(
    `reads are misses and set returns false while the store is ${how}`,
    'rejects get when its store fails',
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
    'answers although the store was not reached',
    change(
      name,
      (original) =>
        (...args) =>
          original(...args).catch(() => false),
    ),
  ),
  mutant(
    `this process serves no value that ${name} covers from its start, even before it settles`,
    'serves the value until the store has answered',
    blind,
  ),
  mutant(
    `this process serves no value that a failed ${name} covers, even if the store still answers reads`,
    'serves the covered value',
    blind,
  ),
  mutant(
    `a failed ${name} is repeated once the store answers, before the first read`,
    'forgets the failed invalidation',
    forgetsWhenItFails(name, raise),
  ),
  mutant(
    `a failed ${name} is repeated even if no caller reads any more`,
    'forgets the failed invalidation',
    forgetsWhenItFails(name, raise),
  ),
]);

const writing: readonly TypedMutant[] = [
  mutant(
    'a set that did not reach the store invalidates the existing value',
    'leaves the existing value',
    forgetsWhenItFails('set', () => false),
  ),
  mutant(
    'a set that did not reach the store invalidates the value for other processes too',
    'forgets the failed set',
    forgetsWhenItFails('set', () => false),
  ),
  mutant(
    'a repeated invalidation does not remove values that were stored after it',
    'repeats the invalidation once more',
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
    'falls back to the covered value',
    remembering,
  ),
  mutant(
    'a lost answer is a failure, even if the store has executed the call',
    'ignores a lost answer',
    change(
      'delete',
      (original) =>
        (...args) =>
          original(...args).catch(() => true),
    ),
  ),
  mutant(
    'a loaded value that cannot be stored is returned, and the failure is reported',
    'rejects the call when storing fails',
    change('getOrSet', (original, { world }) => async (key, load: AnyLoader, options) => {
      const value = await original(key, load, options);
      await world.faulty.write('probe', new Uint8Array(1), 1);
      return value;
    }),
  ),
  mutant(
    'pending invalidations above the limit become one of the whole namespace',
    'refuses to delete more than 1000 keys at once',
    change('deleteMany', (original) => async (keys) => {
      if (keys.length > 1000) throw new Error('too many');
      return original(keys);
    }),
  ),
  mutant(
    'sets that fail never cost other keys, however many they are',
    'clears the namespace when many sets fail',
    change('setMany', (original, { cache }) => async (entries, options) => {
      const stored = await original(entries, options);
      if (!stored) await cache.clear();
      return stored;
    }),
  ),
  mutant(
    'listeners are told when an invalidation becomes pending and when it is repeated',
    'tells no listeners',
    change(
      'on',
      (original) => (name, listener) =>
        String(name).startsWith('invalidation') ? () => {} : original(name, listener),
    ),
  ),
  mutant(
    'the cache works as before once the store answers again',
    'reads nothing any more',
    change(
      'get',
      (original, { cache }) =>
        async (...args) =>
          cache.stats().storeFailures > 0 ? undefined : original(...args),
    ),
  ),
  mutant(
    'no failure of the store becomes an unhandled rejection',
    'leaves a rejection unhandled',
    change('set', (original, { world }) => (...args) => {
      void world.faulty.write('probe', new Uint8Array(1), 1).then(() => {});
      return original(...args);
    }),
  ),
];

export const typedFailureMutants: readonly TypedMutant[] = [...reading, ...invalidating, ...writing];
