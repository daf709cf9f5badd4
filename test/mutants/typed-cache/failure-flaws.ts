import type { TypedFlaw } from '../../subjects/typed-cache/typed-cache.subjects.js';
import { type AnyCall, change, changeMany, type Method } from './flaws.js';

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

/** Does nothing, silently, when the store does not answer; the call then answers `gives(error)`. */
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
