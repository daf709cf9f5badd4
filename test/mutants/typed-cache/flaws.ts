import type { Loader } from '../../../src/interfaces/typed-cache.js';
import type { AnyCache, TypedOptions } from '../../contract/typed-cache/subject.js';
import type { FlawWorld, RawStore, TypedFlaw } from '../../subjects/typed-cache/typed-cache.subjects.js';

/**
 * Verbs in which flaws of a typed cache are written, by file:
 *
 * | verb | flaw |
 * | --- | --- |
 * | `change`, `changeMany` | replaces methods of the cache |
 * | `changeStore` | replaces a method of its store |
 * | `declared` | changes the options of the component |
 * | `callsSay`, `deafCalls`, `deaf` (option-flaws) | changes or drops options of calls, or of calls and component |
 * | `reading`, `writing`, `only` (option-flaws) | keeps the options that a read or a write knows |
 * | `loaderGets`, `getThenSet`, `joinedBy`, `rethrowing` (load-flaws) | changes the loader, or how loads are shared and fail |
 * | `remembering`, `unaware`, `forever` (memory-flaws) | answers from a memory of its own |
 * | `failsWithItsStore`, `forgetsWhenItFails`, `idle` (failure-flaws) | fails, or does nothing, where it must act |
 */

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

/** Arguments of a flaw: the sound cache, its world and its options. */
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

/** The same object, except for some of its members. */
export function other<T extends object>(whole: T, changed: Partial<T>): T {
  return new Proxy(whole, {
    get: (target, name) => {
      if (Object.hasOwn(changed, name)) return changed[name as keyof T];
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

export const raise = (error: unknown): never => {
  throw error;
};

/** Lets everything that is under way have its turn. */
export async function aMoment(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
}
