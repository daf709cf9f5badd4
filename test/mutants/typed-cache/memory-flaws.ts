import type { FencedEntry } from '../../../src/interfaces/fenced-store.js';
import type { TypedFlaw } from '../../subjects/typed-cache/typed-cache.subjects.js';
import { type AnyCall, changeMany, changeStore, type Method } from './flaws.js';

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

/** Remembers values until they are written here: a tier that hears of no invalidation elsewhere. */
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

/** Every generation is the one that it was first. */
export const forever: TypedFlaw = changeStore('read', (original) => {
  const tokens = new Map<string, string>();
  return async (request) => {
    const answer = await original(request);
    const first = (name: string, now: string | null): string | null => {
      const token = tokens.get(name) ?? now;
      if (token !== null) tokens.set(name, token);
      return token;
    };
    const generations = (request.generations ?? []).map((name: string, index: number) =>
      first(name, answer.generations[index]),
    );
    const { scope } = request;
    if (scope === undefined) return { ...answer, generations };
    const entries = answer.entries.map((entry: FencedEntry) => ({
      ...entry,
      scope: first(scope, entry.scope ?? null),
    }));
    return { ...answer, generations, entries };
  };
});
