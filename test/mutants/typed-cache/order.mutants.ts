import type { TypedFlaw } from '../../subjects/typed-cache/typed-cache.subjects.js';
import {
  type AnyLoader,
  aMoment,
  change,
  changeMany,
  changeStore,
  mutant,
  other,
  type TypedMutant,
} from './flaws.js';
import { getThenSet } from './load-flaws.js';

const SETS = ['set', 'setMany'] as const;
const REMOVALS = ['delete', 'deleteMany', 'expire', 'invalidateTags', 'clear'] as const;
const WORK = ['', ' with compression', ' with an asynchronous schema'];

/** Does some work before a call takes its place in the order. */
const late = (...names: readonly ('set' | 'setMany' | (typeof REMOVALS)[number])[]) =>
  changeMany(({ cache }) =>
    Object.fromEntries(
      names.map((name) => [
        name,
        async (...args: never[]) => {
          for (let turn = 0; turn < 5; turn += 1) await aMoment();
          return (cache[name] as (...args: never[]) => unknown).apply(cache, args);
        },
      ]),
    ),
  );

/** Stores whatever has happened to the key since. */
const unfenced = changeStore('write', (original) => (key, bytes, expire) => original(key, bytes, expire));

/** Stores whatever has happened to the key and to its generations since. */
const careless: TypedFlaw = {
  store: (store) =>
    other(store, {
      write: (key, bytes, expire) => store.write(key, bytes, expire),
      advance: async () => undefined,
    }),
};

/** Gives up what it has sent only once. */
const once = changeStore('write', (original) => async (...args) => {
  await original(...args);
  return 'stored';
});

/** Hides a key while a set of it is in flight. */
const hiding = changeMany(({ cache }) => {
  let setting = 0;
  const hidden = async <R>(call: Promise<R>): Promise<R> => {
    setting += 1;
    return call.finally(() => {
      setting -= 1;
    });
  };
  return {
    set: (...args: Parameters<typeof cache.set>) => hidden(cache.set(...args)),
    setMany: (...args: Parameters<typeof cache.setMany>) => hidden(cache.setMany(...args)),
    get: async (...args: Parameters<typeof cache.get>) => (setting > 0 ? undefined : cache.get(...args)),
    getOrSet: async (key, load: AnyLoader, options) =>
      setting > 0 ? load({} as never) : cache.getOrSet(key, load, options),
  };
});

const removing = SETS.flatMap((set) =>
  REMOVALS.flatMap((removal): TypedMutant[] => [
    ...WORK.map((what) =>
      mutant(`${removal} is not undone by a ${set} in flight${what}`, 'stores values later', late(set)),
    ),
    mutant(`a ${set} after ${removal} in flight stays`, 'invalidates later', late(removal)),
    mutant(
      `a ${set} whose answer was lost is not executed after a later ${removal}`,
      'stores whatever happened since',
      careless,
    ),
  ]),
);

const setting: readonly TypedMutant[] = [
  ...WORK.map((what) =>
    mutant(`the later of two sets in flight stays${what}`, 'stores single values later', late('set')),
  ),
  mutant(
    'the last of a hundred sets in flight stays, and each returns true',
    'stores the first of them last',
    change('set', (original) => async (key, value, options) => {
      if (value === 0) for (let turn = 0; turn < 5; turn += 1) await aMoment();
      return original(key, value, options);
    }),
  ),
  mutant('an expire after a set in flight leaves its value as a stale one', 'sets later', late('set')),
  mutant(
    'a set that its schema refuses leaves the set before it in place',
    'removes what a refused value was to replace',
    change('set', (original, { cache }) => async (...args) => {
      try {
        return await original(...args);
      } catch (error) {
        await cache.delete(args[0]);
        throw error;
      }
    }),
  ),
  mutant(
    'a set whose answer was lost is not executed after a later set',
    'stores whatever happened since',
    unfenced,
  ),
  mutant(
    'a set stays when another process has changed the key since it began',
    'gives up when it is fenced off',
    once,
  ),
];

const loading: readonly TypedMutant[] = [
  'getOrSet',
  'getOrSetMany',
  'getOrSet with forceFresh',
  'getOrSet with a lease',
].map((how) =>
  mutant(
    `a set that returned true is not replaced by ${how} from before its end`,
    'stores loads as it stores sets',
    how === 'getOrSetMany'
      ? change('getOrSetMany', (_, { cache }) => async (keys, load) => {
          const pairs = [...(await load(keys, {} as never))];
          await cache.setMany(pairs);
          return pairs.map(([, value]) => ({ status: 'fulfilled', value }));
        })
      : getThenSet,
  ),
);

const reading: readonly TypedMutant[] = [
  mutant(
    'a read during a set serves the old value or the new one, and loads nothing',
    'hides values that are being replaced',
    hiding,
  ),
  mutant(
    'getOrSet of an absent key waits for a set in flight instead of loading',
    'hides values that are being replaced',
    hiding,
  ),
  mutant(
    'getOrSet loads when the set that it waits for fails',
    'returns the value of the set, stored or not',
    changeMany(({ cache }) => {
      let last: unknown;
      return {
        set: (key, value, options) => {
          last = value;
          return cache.set(key, value, options);
        },
        getOrSet: async (key, load: AnyLoader, options) => last ?? cache.getOrSet(key, load, options),
      };
    }),
  ),
  ...(['expire', 'delete'] as const).map((name) =>
    mutant(
      `${name} costs one load, which stays, however many calls load beside it`,
      'invalidates once more, when it is done',
      change(name, (original) => async (key) => {
        const there = await original(key);
        await aMoment();
        await original(key);
        return there;
      }),
    ),
  ),
];

/** Invalidates once more, when it is done. */
const twice = changeMany(({ cache }) =>
  Object.fromEntries(
    REMOVALS.map((name) => [
      name,
      async (...args: never[]) => {
        const call = cache[name] as (...args: never[]) => Promise<unknown>;
        const answer = await call.apply(cache, args);
        for (let turn = 0; turn < 5; turn += 1) await aMoment();
        await call.apply(cache, args);
        return answer;
      },
    ]),
  ),
);

const removingEarly = REMOVALS.flatMap((removal): TypedMutant[] => [
  mutant(
    `${removal} in the turn of a getOrSet before it costs one load, which stays`,
    'invalidates once more, when it is done',
    twice,
  ),
  mutant(
    `${removal} while getOrSet reads, before its loader begins, costs one load, which stays`,
    'invalidates once more, when it is done',
    twice,
  ),
]);

export const typedOrderMutants: readonly TypedMutant[] = [
  ...removing,
  ...removingEarly,
  ...setting,
  ...loading,
  ...reading,
];
