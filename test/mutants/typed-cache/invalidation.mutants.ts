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
  mutant(`a stored value is not served after ${name}`, 'leaves what is there', idle(name)),
  mutant(`a stored value is not served after ${name} from elsewhere`, 'has a memory of its own', unaware),
  ...['', ' from elsewhere'].flatMap((of): TypedMutant[] => [
    mutant(
      `a load that began before ${name}${of} serves its own callers, and no later caller`,
      'stores in any case',
      getThenSet,
    ),
    mutant(
      `a call after ${name}${of} does not join a load that began before it`,
      'joins by key',
      joinedBy(String),
    ),
    mutant(
      `a load that is about to be stored during ${name}${of} is not served to later callers`,
      'remembers what it loaded',
      keeping,
    ),
    mutant(
      `a background refresh that began before ${name}${of} is never served`,
      'stores in any case',
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
  mutant('an invalidation during a load covers the tags that its loader names', 'is not carried', untagged),
  mutant(
    'an invalidation before its loader names the tag still covers the load',
    'is read when the load has ended',
    tagsLate,
  ),
  mutant(
    'an invalidation by another process before the loader names the tag still covers the load',
    'is read when the load has ended',
    tagsLate,
  ),
  mutant('a loaded value carries the tags that its loader names', 'is not', untagged),
];

const others: readonly TypedMutant[] = [
  mutant(
    'a load is stored even if other keys and tags are invalidated during it',
    'delete clears',
    change('delete', (original, { cache }) => async (key) => {
      await cache.clear();
      return original(key);
    }),
  ),
  mutant(
    'a load that begins after an invalidation is stored',
    'is fenced for good',
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
    'delete, deleteMany and expire answer how many values existed',
    'counts what was asked for',
    change('deleteMany', (original) => async (keys) => {
      await original(keys);
      return keys.length;
    }),
  ),
  mutant(
    'no interleaving of calls serves a value older than an invalidation that had settled',
    'stores in any case',
    getThenSet,
  ),
];

export const typedInvalidationMutants: readonly TypedMutant[] = [...each, ...tags, ...others];
