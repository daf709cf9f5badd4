import { refreshesBySetting } from './loading.mutants.js';
import {
  type AnyLoader,
  change,
  changeMany,
  getThenSet,
  idle,
  joinedBy,
  loaderGets,
  mutant,
  other,
  type TypedMutant,
  unaware,
  writing,
} from './typed-flaws.js';

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
  mutant(`what is stored is not served after ${name}`, 'leaves what is there', idle(name)),
  mutant(`what is stored is not served after ${name} from elsewhere`, 'has a memory of its own', unaware),
  ...['', ' from elsewhere'].flatMap((of): TypedMutant[] => [
    mutant(
      `a load that began before ${name}${of} serves its callers, and nobody who asks afterwards`,
      'stores in any case',
      getThenSet,
    ),
    mutant(
      `who asks after ${name}${of} does not join a load that began before`,
      'joins by key',
      joinedBy(String),
    ),
    mutant(
      `a load that is about to be stored when ${name}${of} comes is served to nobody who asks afterwards`,
      'remembers what it loaded',
      keeping,
    ),
    mutant(
      `a refresh in the background that began before ${name}${of} is served to nobody`,
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
  mutant(
    'a tag that the loader names is invalidated with all others, also while it loads',
    'is not carried',
    untagged,
  ),
  mutant(
    'a tag that the loader names when it was invalidated already since the load began, is',
    'is read when the load has ended',
    tagsLate,
  ),
  mutant(
    'a tag that the loader names when it was invalidated from elsewhere since the load began, is',
    'is read when the load has ended',
    tagsLate,
  ),
  mutant('a tag that the loader names is carried by what it loaded', 'is not', untagged),
];

const others: readonly TypedMutant[] = [
  mutant(
    'a load is stored whatever happens to other keys and tags meanwhile',
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
    'delete, deleteMany and expire say how much there was',
    'counts what was asked for',
    change('deleteMany', (original) => async (keys) => {
      await original(keys);
      return keys.length;
    }),
  ),
  mutant(
    'however calls interleave, nobody is served what is older than an invalidation that had returned',
    'stores in any case',
    getThenSet,
  ),
];

export const typedInvalidationMutants: readonly TypedMutant[] = [...each, ...tags, ...others];
