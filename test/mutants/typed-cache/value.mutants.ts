import type { LoadContext } from '../../../src/interfaces/typed-cache.js';
import {
  type AnyCall,
  change,
  changeMany,
  deaf,
  getThenSet,
  joinedBy,
  loaderGets,
  type Method,
  mutant,
  other,
  remembering,
  type TypedMutant,
} from './typed-flaws.js';

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
    'what was never stored is undefined, and no error',
    'is null',
    gives((value) => value ?? null),
  ),
  mutant(
    'values that count as false come back as themselves',
    'takes them for misses',
    gives((value) => value || undefined),
  ),
  ...['json', 'msgpack'].map((codec) =>
    mutant(
      `what comes back by the codec ${codec} deeply equals what went in`,
      'dates are texts',
      gives(throughJson),
    ),
  ),
  mutant(
    'large values come back compressed or not',
    'loses large values',
    change('get', (original) => async (...args) => {
      const value = await original(...args);
      return JSON.stringify(value ?? null).length > 10_000 ? undefined : value;
    }),
  ),
  mutant(
    'text and bytes have codecs of their own',
    'bytes are text',
    gives((value) => (value instanceof Uint8Array ? String(value) : value)),
  ),
  mutant(
    'a value that a codec cannot keep is a CodecError, and changes nothing',
    'is not stored',
    change(
      'set',
      (original) =>
        (...args) =>
          original(...args).catch(() => false),
    ),
  ),
  mutant(
    'set of undefined is refused, for it is no value',
    'stores null',
    change('set', (original) => (key, value, options) => original(key, value ?? null, options)),
  ),
  mutant(
    'of a key that setMany is given twice the last value stays',
    'the first one',
    change('setMany', (original) => (entries, options) => original([...entries].reverse(), options)),
  ),
  mutant('what a caller does to a value that it stored changes nothing', 'encodes later', later),
  mutant(
    'what a caller does to a value that it was given changes nothing',
    'gives the same object',
    remembering,
  ),
  mutant(
    'what a caller does to a value that was loaded changes nothing for the others',
    'gives all the same object',
    joinedBy(String),
  ),
  mutant(
    'what a loader does to the value that it is told of changes nothing',
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
    'what a caller does to keys, tags and options during a call changes nothing',
    'reads them later',
    later,
  ),
  mutant('keys that differ never meet, whatever their kind', 'makes texts of them', keyed(String)),
  mutant(
    'the order of the fields of a key does not matter',
    'keeps their order',
    keyed((key) => JSON.stringify(key)),
  ),
  mutant(
    'long keys and many similar ones do not meet',
    'cuts long ones',
    keyed((key) => (typeof key === 'string' ? key.slice(0, 100) : key)),
  ),
  mutant(
    'what is no key is refused by every call, before anything is done',
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
  mutant('a cold key is loaded once for all who ask for it at the same time', 'each for itself', getThenSet),
  mutant(
    'a load that fails fails for all who wait for it, and is not run again for any of them',
    'each for itself',
    getThenSet,
  ),
  mutant('after a load that failed the next call loads', 'remembers errors', remembersErrors),
  mutant(
    'different keys are loaded at the same time',
    'one at a time',
    joinedBy(() => 'one'),
  ),
  mutant(
    'who asks while a load is being stored is served it and does not load again',
    'loads again',
    getThenSet,
  ),
  mutant(
    'a caller that aborts is rejected at once with its reason, and leaves the others alone',
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
  mutant('who asks after all others have aborted is not given their abort', 'is given it', remembersErrors),
  mutant('a call whose signal has aborted before loads nothing', 'does not look', deaf('signal')),
  mutant(
    'a hit is served whatever becomes of the signal afterwards',
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
  mutant(
    'a loader that throws before there is a promise rejects its callers',
    'with another error',
    wrapping,
  ),
  mutant(
    'what a loader rejects with reaches its callers as it is, error or not',
    'as another error',
    wrapping,
  ),
  mutant(
    'a loader may answer without a promise',
    'wants a promise',
    loaderGets((load, context) => (load(context) as Promise<unknown>).then((value) => value)),
  ),
  mutant(
    'a load that never ends is over after loadTimeout, and the next call loads',
    'never',
    deaf('loadTimeout'),
  ),
  mutant(
    'a load that ends after loadTimeout stores nothing',
    'stores it',
    loaderGets(async (load, context, { cache }) => {
      const value = await load(context);
      await cache.set(context.key, value);
      return value;
    }),
  ),
  mutant(
    'a loader that says skip has its value given out and not stored',
    'stores it',
    loaderGets((load, context) => load(other(context, { skip: () => {} }))),
  ),
  mutant('a load that says skip is shared by all who wait for it', 'each for itself', getThenSet),
];
