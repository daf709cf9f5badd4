import type { LoadContext } from '../../../src/interfaces/typed-cache.js';
import type { TypedFlaw } from '../../subjects/typed-cache/typed-cache.subjects.js';
import { type AnyLoader, type Around, type CallOptionsBag, change } from './flaws.js';
import { reading, writing } from './option-flaws.js';

/** Changes what the loader of `getOrSet` is, or what it gets. */
export function loaderGets(
  make: (load: AnyLoader, context: LoadContext<unknown>, around: Around) => unknown,
): TypedFlaw {
  return change(
    'getOrSet',
    (original, around) => (key: unknown, load: AnyLoader, options: CallOptionsBag) =>
      original(key, (context: LoadContext<unknown>) => make(load, context, around), options),
  );
}

/** Context that a naive cache gives to a loader. */
export function bareContext(key: unknown): LoadContext<unknown> {
  return {
    key: key as never,
    signal: new AbortController().signal,
    previous: undefined,
    tag: () => {},
    expire: () => {},
    skip: () => {},
  };
}

/** The naive way: get, otherwise load and set. */
export const getThenSet: TypedFlaw = change(
  'getOrSet',
  (_, { cache }) =>
    async (key, load: AnyLoader, options: CallOptionsBag) => {
      const hit = options?.forceFresh === true ? undefined : await cache.get(key, reading(options));
      if (hit !== undefined) return hit;
      const value = await load(bareContext(key));
      if (value !== undefined) await cache.set(key, value, writing(options));
      return value;
    },
);

/** All callers of a key get the promise of the first, whatever happens in between. */
export function joinedBy(nameOf: (key: unknown) => string): TypedFlaw {
  return change('getOrSet', (original) => {
    const flights = new Map<string, Promise<unknown>>();
    return (key, load, options) => {
      const name = nameOf(key);
      const going = flights.get(name);
      if (going !== undefined) return going;
      const flight: Promise<unknown> = original(key, load, options).finally(() => flights.delete(name));
      flights.set(name, flight);
      return flight;
    };
  });
}

/** A loader's failure reaches the caller, stale value or not. */
export const rethrowing: TypedFlaw = change('getOrSet', (original) => async (key, load, options) => {
  let failure: { readonly error: unknown } | undefined;
  const value = await original(
    key,
    async (context: LoadContext<unknown>) => {
      try {
        return await load(context);
      } catch (error) {
        failure = { error };
        throw error;
      }
    },
    options,
  );
  if (failure !== undefined) throw failure.error;
  return value;
});
