import type { TypedFlaw } from '../../subjects/typed-cache/typed-cache.subjects.js';
import {
  type AnyLoader,
  change,
  changeMany,
  failsWithItsStore,
  forgetsWhenItFails,
  loaderGets,
  mutant,
  raise,
  remembering,
  type TypedMutant,
} from './typed-flaws.js';

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
  mutant(`a store that is ${how} never fails a call that loads`, 'fails', failsWithItsStore('getOrSet')),
  mutant(`a store that is ${how} leaves the loader’s error as it is`, 'is another', wrapping),
  mutant(
    `a store that is ${how} is a miss for calls that read, and false for set`,
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
    `${name} that does not reach the store rejects, with its outcome`,
    'answers',
    change(
      name,
      (original) =>
        (...args) =>
          original(...args).catch(() => false),
    ),
  ),
  mutant(
    `from ${name} on, while it is under way, this process serves nothing that it covers`,
    'serves it until the store has answered',
    blind,
  ),
  mutant(
    `after ${name} has failed, this process serves nothing that it covers, though the store answers reads`,
    'serves it',
    blind,
  ),
  mutant(
    `${name} that has failed is repeated once the store answers, before the first read`,
    'is forgotten',
    forgetsWhenItFails(name, raise),
  ),
  mutant(
    `${name} that has failed is repeated though nobody reads here any more`,
    'is forgotten',
    forgetsWhenItFails(name, raise),
  ),
]);

const writing: readonly TypedMutant[] = [
  mutant(
    'a set that did not reach the store invalidates what was there',
    'leaves it',
    forgetsWhenItFails('set', () => false),
  ),
  mutant(
    'a set that did not reach the store is invalidated elsewhere too',
    'is forgotten',
    forgetsWhenItFails('set', () => false),
  ),
  mutant(
    'a repeated invalidation does not undo what was stored after it',
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
    'a load that begins after an invalidation that failed is not served what it covers',
    'falls back on it',
    remembering,
  ),
  mutant(
    'an answer that was lost is a failure, whatever the store has done',
    'is none',
    change(
      'delete',
      (original) =>
        (...args) =>
          original(...args).catch(() => true),
    ),
  ),
  mutant(
    'what was loaded and could not be stored is given out, and told',
    'fails the call',
    change('getOrSet', (original, { world }) => async (key, load: AnyLoader, options) => {
      const value = await original(key, load, options);
      await world.faulty.write('probe', new Uint8Array(1), 1);
      return value;
    }),
  ),
  mutant(
    'more invalidations than are remembered are one of the whole namespace',
    'are forgotten',
    change('deleteMany', (original) => async (keys) => {
      if (keys.length > 1000) throw new Error('too many');
      return original(keys);
    }),
  ),
  mutant(
    'listeners are told of invalidations that wait, and that they were repeated',
    'are not',
    change(
      'on',
      (original) => (name, listener) =>
        String(name).startsWith('invalidation') ? () => {} : original(name, listener),
    ),
  ),
  mutant(
    'when the store answers again, everything is as before',
    'nothing is read any more',
    change(
      'get',
      (original, { cache }) =>
        async (...args) =>
          cache.stats().storeFailures > 0 ? undefined : original(...args),
    ),
  ),
  mutant(
    'no failure of the store is anybody’s unhandled rejection',
    'is one',
    change('set', (original, { world }) => (...args) => {
      void world.faulty.write('probe', new Uint8Array(1), 1).then(() => {});
      return original(...args);
    }),
  ),
];

export const typedFailureMutants: readonly TypedMutant[] = [...reading, ...invalidating, ...writing];
