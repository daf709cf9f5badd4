import { idle } from './failure-flaws.js';
import { type AnyLoader, change, changeMany, mutant, other, type TypedMutant } from './flaws.js';
import { getThenSet, joinedBy, loaderGets } from './load-flaws.js';
import { refreshesBySetting } from './loading.mutants.js';
import { unaware } from './memory-flaws.js';
import { writing } from './option-flaws.js';

const NAMES = ['delete', 'deleteMany', 'expire', 'set', 'setMany', 'invalidateTags', 'clear'] as const;

/** Gives out what it has loaded once for ever. */
const keeping = changeMany(({ cache }) => {
  const memory = new Map<unknown, unknown>();
  return {
    getOrSet: async (key, load: AnyLoader, options) => {
      const value = await cache.getOrSet(key, load, options);
      memory.set(key, value);
      return value;
    },
    get: async (key, options) => memory.get(key) ?? cache.get(key, options),
  };
});

const each = NAMES.flatMap((name): TypedMutant[] => [
  mutant(`a stored value is not served after ${name}`, 'leaves the existing value', idle(name)),
  mutant(
    `a stored value is not served after ${name} from elsewhere`,
    'answers from a memory of its own',
    unaware,
  ),
  ...['', ' from elsewhere'].flatMap((of): TypedMutant[] => [
    mutant(
      `a load that began before ${name}${of} serves its own callers, and no later caller`,
      'stores every load',
      getThenSet,
    ),
    mutant(
      `a call after ${name}${of} does not join a load that began before it`,
      'shares loads by key alone',
      joinedBy(String),
    ),
    mutant(
      `a load that is about to be stored during ${name}${of} is not served to later callers`,
      'remembers loaded values',
      keeping,
    ),
    mutant(
      `a background refresh that began before ${name}${of} is never served`,
      'stores every refresh',
      refreshesBySetting,
    ),
  ]),
]);

const untagged = loaderGets((load, context) => load(other(context, { tag: () => {} })));

/** Reads the tags that a loader names when it has loaded. */
const tagsLate = change('getOrSet', (original, { cache }) => async (key, load: AnyLoader, options) => {
  const named: string[] = [];
  const value = await original(
    key,
    (context: Parameters<AnyLoader>[0]) => {
      context.skip();
      return load(other(context, { tag: (...tags: string[]) => void named.push(...tags) }));
    },
    options,
  );
  await cache.set(key, value, { ...writing(options), tags: [...(options?.tags ?? []), ...named] });
  return value;
});

const tags: readonly TypedMutant[] = [
  mutant(
    'an invalidation during a load covers the tags that its loader names',
    'ignores tags named by a loader',
    untagged,
  ),
  mutant(
    'an invalidation before its loader names the tag still covers the load',
    'reads the tag when the load has ended',
    tagsLate,
  ),
  mutant(
    'an invalidation by another process before the loader names the tag still covers the load',
    'reads the tag when the load has ended',
    tagsLate,
  ),
  mutant(
    'a loaded value carries the tags that its loader names',
    'stores no tags named by a loader',
    untagged,
  ),
];

const others: readonly TypedMutant[] = [
  mutant(
    'a load is stored even if other keys and tags are invalidated during it',
    'clears everything at delete',
    change('delete', (original, { cache }) => async (key) => {
      await cache.clear();
      return original(key);
    }),
  ),
  mutant(
    'a load that begins after an invalidation is stored',
    'fences the key forever',
    changeMany(({ cache }) => {
      let invalidated = false;
      return {
        delete: (key) => {
          invalidated = true;
          return cache.delete(key);
        },
        getOrSet: (key, load: AnyLoader, options) =>
          cache.getOrSet(
            key,
            (context) => {
              if (invalidated) context.skip();
              return load(context);
            },
            options,
          ),
      };
    }),
  ),
  mutant(
    'delete, deleteMany and expire return how many values existed',
    'counts the keys that it was given',
    change('deleteMany', (original) => async (keys) => {
      await original(keys);
      return keys.length;
    }),
  ),
  mutant(
    'no interleaving of calls serves a value older than an invalidation that had settled',
    'stores every load',
    getThenSet,
  ),
];

export const typedInvalidationMutants: readonly TypedMutant[] = [...each, ...tags, ...others];
