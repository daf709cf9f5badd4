import type { LoadContext, Loader } from '../../../src/interfaces/typed-cache.js';
import type { AnyCache, TypedOptions } from '../../contract/typed-cache/subject.js';
import type { FlawWorld, RawStore, TypedFlaw } from '../../subjects/typed-cache/typed-cache.subjects.js';

/** A typed cache that is wrong in one way. */
export interface TypedMutant {
  /** Title of the law that it breaks. */
  readonly breaks: string;
  readonly flaw: string;
  readonly make: TypedFlaw;
}

export function mutant(breaks: string, flaw: string, make: TypedFlaw): TypedMutant {
  return { breaks, flaw, make };
}

// biome-ignore lint/suspicious/noExplicitAny: a flaw takes and gives whatever it likes.
export type AnyCall = (...args: any[]) => any;
export type Method = keyof AnyCache;
// biome-ignore lint/suspicious/noExplicitAny: loaders of whatever.
export type AnyLoader = Loader<any>;
export type CallOptionsBag = Record<string, unknown> | undefined;

/** What a flaw of a cache gets: the cache as it is, where it stands, and its options. */
export interface Around {
  readonly cache: AnyCache;
  readonly world: FlawWorld;
  readonly options: TypedOptions;
}

/** Puts other methods in place of some. */
export function changeMany(make: (around: Around) => Partial<Record<Method, AnyCall>>): TypedFlaw {
  return {
    cache: (cache, world, options) => {
      const changed = make({ cache, world, options });
      return other(cache, changed as Partial<AnyCache>);
    },
  };
}

/** Puts another method in place of one, which it can still call. */
export function change(name: Method, make: (original: AnyCall, around: Around) => AnyCall): TypedFlaw {
  return changeMany((around) => ({
    [name]: make((around.cache[name] as AnyCall).bind(around.cache), around),
  }));
}

/** Puts another method of the store in place of one. */
export function changeStore(
  name: keyof RawStore,
  make: (original: AnyCall, store: RawStore, world: FlawWorld) => AnyCall,
): TypedFlaw {
  return {
    store: (store, world) => {
      const call = make((store[name] as AnyCall).bind(store), store, world);
      return other(store, { [name]: call } as Partial<RawStore>);
    },
  };
}

/** Changes what a component is declared with. */
export function declared(make: (options: TypedOptions) => TypedOptions): TypedFlaw {
  return { options: make };
}

/** Where the options stand among the arguments of a method. */
const OPTIONS_AT: Partial<Record<Method, number>> = {
  get: 1,
  getEntry: 1,
  has: 1,
  set: 2,
  getMany: 1,
  setMany: 1,
  getOrSet: 2,
  getOrSetMany: 2,
  explain: 1,
};

/** Calls, all or some, say something else than their callers. */
export function callsSay(
  make: (options: CallOptionsBag) => CallOptionsBag,
  methods: readonly Method[] = Object.keys(OPTIONS_AT) as Method[],
): TypedFlaw {
  return changeMany(({ cache }) =>
    Object.fromEntries(
      methods.map((name) => {
        const at = OPTIONS_AT[name] ?? 0;
        const call: AnyCall = (...args) => {
          const given = [...args];
          given[at] = make(given[at]);
          return (cache[name] as AnyCall).apply(cache, given);
        };
        return [name, call];
      }),
    ),
  );
}

function without(names: readonly string[]) {
  return <O extends object | undefined>(options: O): O => {
    if (typeof options !== 'object' || options === null) return options;
    return Object.fromEntries(Object.entries(options).filter(([name]) => !names.includes(name))) as O;
  };
}

/** Calls do not mind an option, the component does. */
export function deafCalls(names: readonly string[], methods?: readonly Method[]): TypedFlaw {
  return callsSay(without(names), methods);
}

/** Neither the component nor any call minds an option. */
export function deaf(...names: string[]): TypedFlaw {
  return { ...deafCalls(names), options: without(names) };
}

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

/** The same object, but for some of its members. */
export function other<T extends object>(whole: T, changed: Partial<T>): T {
  return new Proxy(whole, {
    get: (target, name) => {
      if (Object.hasOwn(changed, name)) return changed[name as keyof T];
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

const READING = ['tags', 'version', 'schema', 'mode'];
const WRITING = ['expire', 'maxExpire', 'jitter', 'negativeExpire', 'grace', 'tags', 'codec', 'version'];

export function only(names: readonly string[], options: CallOptionsBag): CallOptionsBag {
  return Object.fromEntries(Object.entries(options ?? {}).filter(([name]) => names.includes(name)));
}

export function reading(options: CallOptionsBag): CallOptionsBag {
  return only(READING, options);
}

export function writing(options: CallOptionsBag): CallOptionsBag {
  return only(WRITING, options);
}

/** What a loader gets of a cache that knows no better. */
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

/** What everybody writes first: get, else load and set. */
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

/** All callers of a key get the promise of the first, whatever happens meanwhile. */
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

/** Remembers the value of a key that it has seen, and gives it out again and again. */
export const remembering: TypedFlaw = changeMany(({ cache }) => {
  const memory = new Map<string, unknown>();
  const nameOf = (key: unknown): string => JSON.stringify(key);
  return {
    get: async (key, options) => {
      if (memory.has(nameOf(key))) return memory.get(nameOf(key));
      const value = await cache.get(key, options);
      if (value !== undefined) memory.set(nameOf(key), value);
      return value;
    },
    set: async (key, value, options) => {
      memory.set(nameOf(key), value);
      return cache.set(key, value, options);
    },
    getOrSet: (key, load, options) =>
      cache.getOrSet(key, load, options).catch((error: unknown) => {
        if (memory.has(nameOf(key))) return memory.get(nameOf(key));
        throw error;
      }),
  };
});

/** Remembers what it has read until it is written here: a tier of its own that nobody tells anything. */
export const unaware: TypedFlaw = changeMany(({ cache }) => {
  const memory = new Map<string, unknown>();
  const nameOf = (key: unknown): string => JSON.stringify(key);
  const forgetting =
    (name: Method): AnyCall =>
    (...args) => {
      memory.clear();
      return (cache[name] as AnyCall)(...args);
    };
  return {
    get: async (key, options) => {
      if (memory.has(nameOf(key))) return memory.get(nameOf(key));
      const value = await cache.get(key, options);
      if (value !== undefined) memory.set(nameOf(key), value);
      return value;
    },
    ...Object.fromEntries(
      (['set', 'setMany', 'delete', 'deleteMany', 'expire', 'invalidateTags', 'clear'] as const).map(
        (name) => [name, forgetting(name)],
      ),
    ),
  };
});

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

/** Every generation is the one that it was first. */
export const forever: TypedFlaw = changeStore('read', (original) => {
  const tokens = new Map<string, string>();
  return async (request) => {
    const answer = await original(request);
    const generations = (request.generations ?? []).map((name: string, index: number) => {
      const token = tokens.get(name) ?? answer.generations[index];
      if (token !== null) tokens.set(name, token);
      return token;
    });
    return { ...answer, generations };
  };
});

/** Fails with its store, before it has asked the cache. */
export function failsWithItsStore(...names: Method[]): TypedFlaw {
  return changeMany(({ cache, world }) =>
    Object.fromEntries(
      names.map((name) => [
        name,
        async (...args: unknown[]) => {
          await world.faulty.read({ keys: [] });
          return (cache[name] as AnyCall)(...args);
        },
      ]),
    ),
  );
}

/** Does nothing, and tells nobody, when the store does not answer; `gives` what the call comes to then. */
export function forgetsWhenItFails(name: Method, gives: (error: unknown) => unknown): TypedFlaw {
  return change(name, (original, { world }) => async (...args) => {
    try {
      await world.faulty.read({ keys: [] });
      await world.faulty.write('probe', new Uint8Array(1), 1);
    } catch (error) {
      return gives(error);
    }
    return original(...args);
  });
}

/** Leaves what is there. */
export function idle(name: Method): TypedFlaw {
  return change(name, (original, { cache }) => async (...args) => {
    const key = name === 'setMany' ? 'k' : args[0];
    if ((name === 'set' || name === 'setMany') && !(await cache.has(key))) return original(...args);
    return true;
  });
}

export const raise = (error: unknown): never => {
  throw error;
};

/** Lets everything that is under way have its turn. */
export async function aMoment(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
}
