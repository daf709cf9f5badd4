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

/** Changes the value that `get` answers. */
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
    'answers null for a value that was never stored',
    gives((value) => value ?? null),
  ),
  mutant(
    'falsy values are read back unchanged',
    'treats falsy values as misses',
    gives((value) => value || undefined),
  ),
  ...['json', 'msgpack'].map((codec) =>
    mutant(
      `a value that the codec ${codec} reads deeply equals the value that was stored`,
      'reads dates as text',
      gives(throughJson),
    ),
  ),
  mutant(
    'a date is stored and read back whichever class made it, as fake timers do',
    'stores no date of another class',
    change('set', (original) => async (key, value, options) => {
      const { at } = (value ?? {}) as { readonly at?: unknown };
      if (at instanceof Date && Object.getPrototypeOf(at) !== Date.prototype) return false;
      return original(key, value, options);
    }),
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
    'reads bytes as text',
    gives((value) => (value instanceof Uint8Array ? String(value) : value)),
  ),
  mutant(
    'a value that a codec cannot encode is a CodecError, and changes nothing',
    'ignores a value that it cannot encode',
    change(
      'set',
      (original) =>
        (...args) =>
          original(...args).catch(() => false),
    ),
  ),
  mutant(
    'a loaded value that a codec cannot encode is never shared by callers, and explained as refused',
    'returns the same object to all callers',
    joinedBy(String),
  ),
  mutant(
    'set refuses undefined, which is not a value',
    'stores undefined as null',
    change('set', (original) => (key, value, options) => original(key, value ?? null, options)),
  ),
  mutant(
    'setMany stores the last value of a key that is given twice',
    'stores the first value of a key',
    change('setMany', (original) => (entries, options) => original([...entries].reverse(), options)),
  ),
  mutant(
    'a caller that mutates a value after storing it changes nothing in the cache',
    'encodes values a moment later',
    later,
  ),
  mutant(
    'a caller that mutates a value that it read changes nothing in the cache',
    'returns the same object',
    remembering,
  ),
  mutant(
    'a caller that mutates a loaded value changes nothing for the other callers',
    'returns the same object to all callers',
    joinedBy(String),
  ),
  mutant(
    'a loader that mutates the value that it was given changes nothing in the cache',
    'returns the mutated previous value',
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
    'reads its arguments later',
    later,
  ),
  mutant('different keys never collide, whatever their kind', 'converts keys to text', keyed(String)),
  mutant(
    'the order of the fields of a key does not matter',
    'depends on the order of fields',
    keyed((key) => JSON.stringify(key)),
  ),
  mutant(
    'long keys and many similar keys do not collide',
    'truncates long keys',
    keyed((key) => (typeof key === 'string' ? key.slice(0, 100) : key)),
  ),
  mutant(
    'every call refuses an invalid key, before anything is done',
    'treats an invalid key as a miss',
    change(
      'get',
      (original) =>
        (...args) =>
          original(...args).catch(() => undefined),
    ),
  ),
  mutant(
    'a loader and listeners are given the key as it was written',
    'passes the key text on',
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
  mutant('a cold key is loaded once for all concurrent callers', 'loads once per caller', getThenSet),
  mutant(
    'a load that fails rejects all its callers, and is not run again for any of them',
    'loads once per caller',
    getThenSet,
  ),
  mutant('the next call after a failed load loads again', 'remembers errors', remembersErrors),
  mutant(
    'different keys are loaded concurrently',
    'loads one key at a time',
    joinedBy(() => 'one'),
  ),
  mutant(
    'a caller that arrives while a load is being stored is served that load',
    'loads again while storing',
    getThenSet,
  ),
  mutant(
    'a caller that aborts rejects at once with its reason, without effect on the other callers',
    'aborts the load with its first caller',
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
    'never aborts the signal',
    loaderGets((load, context) => load(other(context, { signal: new AbortController().signal }))),
  ),
  mutant(
    'a caller that arrives after all others have aborted is not rejected with their abort',
    'passes an earlier abort on',
    remembersErrors,
  ),
  mutant(
    'a call whose signal has already aborted loads nothing',
    'ignores a signal that has already aborted',
    deaf('signal'),
  ),
  mutant(
    'a hit is served even if the signal aborts afterwards',
    'removes the value when the signal aborts',
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
  mutant(
    'a loader that throws synchronously rejects its callers',
    'replaces the error of the loader',
    wrapping,
  ),
  mutant(
    'a loader’s rejection reaches its callers unchanged, error or not',
    'replaces the error of the loader',
    wrapping,
  ),
  mutant(
    'a loader may return a value without a promise',
    'requires a promise',
    loaderGets((load, context) => (load(context) as Promise<unknown>).then((value) => value)),
  ),
  mutant(
    'a load that never settles ends after loadTimeout, and the next call loads',
    'never ends a load',
    deaf('loadTimeout'),
  ),
  mutant(
    'a load that settles after loadTimeout stores nothing',
    'stores a late load',
    loaderGets(async (load, context, { cache }) => {
      const value = await load(context);
      await cache.set(context.key, value);
      return value;
    }),
  ),
  mutant(
    'a loader that says skip has its value returned and not stored',
    'stores a skipped value',
    loaderGets((load, context) => load(other(context, { skip: () => {} }))),
  ),
  mutant('a load that says skip is shared by all its callers', 'loads once per caller', getThenSet),
];
