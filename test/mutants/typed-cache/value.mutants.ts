import type { LoadContext } from '../../../src/interfaces/typed-cache.js';
import { type AnyCall, change, changeMany, type Method, mutant, other, type TypedMutant } from './flaws.js';
import { getThenSet, joinedBy, loaderGets } from './load-flaws.js';
import { remembering } from './memory-flaws.js';
import { deaf } from './option-flaws.js';

/** Every key is made into another one. */
function keyed(nameOf: (key: unknown) => unknown) {
  const one = (key: unknown): unknown => nameOf(key);
  return changeMany(({ cache }) => {
    const first =
      (name: Method): AnyCall =>
      (key, ...rest) =>
        (cache[name] as AnyCall)(one(key), ...rest);
    return {
      get: first('get'),
      getEntry: first('getEntry'),
      has: first('has'),
      set: first('set'),
      delete: first('delete'),
      getOrSet: first('getOrSet'),
      getMany: (keys, options) => cache.getMany(keys.map(one), options),
      setMany: (entries, options) =>
        cache.setMany(
          [...entries].map(([key, value]: [unknown, unknown]) => [one(key), value] as never),
          options,
        ),
    };
  });
}

/** What `get` gives is made into something else. */
function gives(make: (value: unknown) => unknown) {
  return change(
    'get',
    (original) =>
      async (...args) =>
        make(await original(...args)),
  );
}

const throughJson = (value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : JSON.parse(JSON.stringify(value ?? null));

/** Encodes a moment after the call. */
const later = changeMany(({ cache }) => ({
  set: async (...args) => {
    await null;
    return (cache.set as AnyCall)(...args);
  },
  setMany: async (...args) => {
    await null;
    return (cache.setMany as AnyCall)(...args);
  },
}));

export const typedValueMutants: readonly TypedMutant[] = [
  mutant(
    'a value that was never stored is undefined, not an error',
    'is null',
    gives((value) => value ?? null),
  ),
  mutant(
    'falsy values are read back unchanged',
    'takes them for misses',
    gives((value) => value || undefined),
  ),
  ...['json', 'msgpack'].map((codec) =>
    mutant(
      `a value that the codec ${codec} reads deeply equals the value that was stored`,
      'dates are texts',
      gives(throughJson),
    ),
  ),
  mutant(
    'large values are read back unchanged, compressed or not',
    'loses large values',
    change('get', (original) => async (...args) => {
      const value = await original(...args);
      return JSON.stringify(value ?? null).length > 10_000 ? undefined : value;
    }),
  ),
  mutant(
    'the codecs text and bytes keep text and bytes',
    'bytes are text',
    gives((value) => (value instanceof Uint8Array ? String(value) : value)),
  ),
  mutant(
    'a value that a codec cannot encode is a CodecError, and changes nothing',
    'is not stored',
    change(
      'set',
      (original) =>
        (...args) =>
          original(...args).catch(() => false),
    ),
  ),
  mutant(
    'set refuses undefined, which is not a value',
    'stores null',
    change('set', (original) => (key, value, options) => original(key, value ?? null, options)),
  ),
  mutant(
    'setMany stores the last value of a key that is given twice',
    'the first one',
    change('setMany', (original) => (entries, options) => original([...entries].reverse(), options)),
  ),
  mutant(
    'a caller that mutates a value after storing it changes nothing in the cache',
    'encodes later',
    later,
  ),
  mutant(
    'a caller that mutates a value that it read changes nothing in the cache',
    'gives the same object',
    remembering,
  ),
  mutant(
    'a caller that mutates a loaded value changes nothing for the other callers',
    'gives all the same object',
    joinedBy(String),
  ),
  mutant(
    'a loader that mutates the value that it was given changes nothing in the cache',
    'gives it out afterwards',
    change('getOrSet', (original) => async (key, load, options) => {
      let told: unknown;
      const value = await original(
        key,
        (context: LoadContext<unknown>) => {
          told = context.previous?.value;
          return load(context);
        },
        options,
      );
      return told ?? value;
    }),
  ),
  mutant(
    'a caller that mutates keys, tags or options during a call changes nothing',
    'reads them later',
    later,
  ),
  mutant('different keys never collide, whatever their kind', 'makes texts of them', keyed(String)),
  mutant(
    'the order of the fields of a key does not matter',
    'keeps their order',
    keyed((key) => JSON.stringify(key)),
  ),
  mutant(
    'long keys and many similar keys do not collide',
    'cuts long ones',
    keyed((key) => (typeof key === 'string' ? key.slice(0, 100) : key)),
  ),
  mutant(
    'every call refuses an invalid key, before anything is done',
    'is a miss',
    change(
      'get',
      (original) =>
        (...args) =>
          original(...args).catch(() => undefined),
    ),
  ),
  mutant(
    'a loader and listeners are given the key as it was written',
    'gives its text',
    loaderGets((load, context) => load(other(context, { key: JSON.stringify(context.key) }))),
  ),
];

const remembersErrors = change('getOrSet', (original) => {
  const errors = new Map<string, unknown>();
  return async (key, load, options) => {
    if (errors.has(String(key))) throw errors.get(String(key));
    try {
      return await original(key, load, options);
    } catch (error) {
      errors.set(String(key), error);
      throw error;
    }
  };
});

export const typedFlightMutants: readonly TypedMutant[] = [
  mutant('a cold key is loaded once for all concurrent callers', 'each for itself', getThenSet),
  mutant(
    'a load that fails rejects all its callers, and is not run again for any of them',
    'each for itself',
    getThenSet,
  ),
  mutant('the next call after a failed load loads again', 'remembers errors', remembersErrors),
  mutant(
    'different keys are loaded concurrently',
    'one at a time',
    joinedBy(() => 'one'),
  ),
  mutant('a caller that arrives while a load is being stored is served that load', 'loads again', getThenSet),
  mutant(
    'a caller that aborts rejects at once with its reason, without effect on the other callers',
    'aborts the load',
    change('getOrSet', (original) => {
      let signal: AbortSignal | undefined;
      return (key, load, options) => {
        signal ??= options?.signal;
        const own = (context: LoadContext<unknown>) =>
          load(other(context, { signal: signal ?? context.signal }));
        return original(key, own, options);
      };
    }),
  ),
  mutant(
    'the signal of a loader aborts when all its callers have aborted, and not before',
    'never aborts',
    loaderGets((load, context) => load(other(context, { signal: new AbortController().signal }))),
  ),
  mutant(
    'a caller that arrives after all others have aborted is not rejected with their abort',
    'is given it',
    remembersErrors,
  ),
  mutant('a call whose signal has already aborted loads nothing', 'does not look', deaf('signal')),
  mutant(
    'a hit is served even if the signal aborts afterwards',
    'takes the value along',
    change('getOrSet', (original, { cache }) => async (key, load, options) => {
      options?.signal?.addEventListener('abort', () => void cache.delete(key));
      return original(key, load, options);
    }),
  ),
];

const wrapping = loaderGets(async (load, context) => {
  try {
    return await load(context);
  } catch (error) {
    throw new Error('a load failed', { cause: error });
  }
});

export const typedConductMutants: readonly TypedMutant[] = [
  mutant('a loader that throws synchronously rejects its callers', 'with another error', wrapping),
  mutant('a loader’s rejection reaches its callers unchanged, error or not', 'as another error', wrapping),
  mutant(
    'a loader may answer without a promise',
    'wants a promise',
    loaderGets((load, context) => (load(context) as Promise<unknown>).then((value) => value)),
  ),
  mutant(
    'a load that never settles ends after loadTimeout, and the next call loads',
    'never',
    deaf('loadTimeout'),
  ),
  mutant(
    'a load that settles after loadTimeout stores nothing',
    'stores it',
    loaderGets(async (load, context, { cache }) => {
      const value = await load(context);
      await cache.set(context.key, value);
      return value;
    }),
  ),
  mutant(
    'a loader that says skip has its value returned and not stored',
    'stores it',
    loaderGets((load, context) => load(other(context, { skip: () => {} }))),
  ),
  mutant('a load that says skip is shared by all its callers', 'each for itself', getThenSet),
];
