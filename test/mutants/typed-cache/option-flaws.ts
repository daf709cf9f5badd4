import type { TypedFlaw } from '../../subjects/typed-cache/typed-cache.subjects.js';
import { type AnyCall, type CallOptionsBag, changeMany, type Method } from './flaws.js';

/** Positions of the options among the arguments of each method. */
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

/** All or some calls change the options of their callers. */
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
