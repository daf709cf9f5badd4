import { ArgumentError } from '../../../src/interfaces/errors.js';
import { type Mutant, mutant, replace } from '../mutant.js';
import type { Flaw } from '../reference/reference-subjects.js';
import { globRegExp } from '../reference/reference-world.js';

/** One method with another idea of patterns. */
function matching(method: string, change: (pattern: string, key: string) => readonly [string, string]): Flaw {
  return (store) =>
    replace(store, 'matches', (matches) => (pattern, key, by) => {
      if (by !== method) return matches(pattern, key, by);
      const [changed, name] = change(pattern, key);
      return matches(changed, name, by);
    });
}

/** One method does not check its pattern. */
function uncheckedPattern(method: string, applies: (mode: string) => boolean = () => true): Flaw {
  return (store) =>
    replace(store, 'checkPattern', (check) => (pattern, by) => {
      if (by !== method || !applies(store.shape.failureMode)) check(pattern, by);
    });
}

/** The keys that one method finds, changed. */
function found(method: string, change: (keys: string[], pattern: string | undefined) => string[]): Flaw {
  return (store) =>
    replace(
      store,
      'matching',
      (find) => (pattern, by) => (by === method ? change(find(pattern, by), pattern) : find(pattern, by)),
    );
}

const patterns: readonly Mutant[] = (['keys', 'clear'] as const).flatMap((method): Mutant[] => [
  mutant(
    `${method} matches by glob: * stands for any bytes, or none`,
    'requires at least one byte for *',
    matching(method, (pattern, key) => [pattern.replaceAll('*', '?*'), key]),
  ),
  mutant(
    `${method} matches by glob: * stands for any bytes, or none`,
    'stops matching at a line break',
    (store) =>
      replace(
        store,
        'matches',
        (matches) => (pattern, key, by) =>
          matches(pattern, key, by) && (by !== method || !key.includes('\n')),
      ),
  ),
  mutant(
    `${method} matches by glob: ? stands for exactly one byte, so that é needs two`,
    'counts characters instead of bytes',
    matching(method, (pattern, key) => [pattern, [...key].map((c) => (c > '\x7f' ? 'x' : c)).join('')]),
  ),
  mutant(
    `${method} matches by glob: [ae] and [a-c] stand for one byte of the class`,
    'supports no ranges',
    matching(method, (pattern, key) => [pattern.replace(/(.)-(.)/g, '$1$2'), key]),
  ),
  mutant(
    `${method} matches by glob: [^a] stands for one byte outside the class`,
    'supports no negation',
    matching(method, (pattern, key) => [pattern.replace('[^', '['), key]),
  ),
  mutant(
    `${method} matches by glob: \\ makes the next byte literal`,
    'supports no escape',
    matching(method, (pattern, key) => [pattern.replaceAll('\\', ''), key]),
  ),
  mutant(
    `${method} matches by glob: a pattern matches the whole key, and is case-sensitive`,
    'matches a part of the key',
    matching(method, (pattern, key) => [`*${pattern}*`, key]),
  ),
  mutant(
    `${method} matches by glob: a pattern matches the whole key, and is case-sensitive`,
    'ignores case',
    matching(method, (pattern, key) => [pattern.toLowerCase(), key.toLowerCase()]),
  ),
]);

const enumerating: readonly Mutant[] = [
  mutant(
    'an empty pattern matches no key',
    'treats an empty pattern as no pattern',
    matching('clear', (pattern, key) => [pattern || '*', key]),
  ),
  mutant(
    'keys refuses a pattern that is not a string',
    'does not check the pattern',
    uncheckedPattern('keys'),
  ),
  mutant(
    'clear refuses a pattern that is not a string, and removes nothing',
    'does not check the pattern',
    uncheckedPattern('clear'),
  ),
  mutant(
    'keys reports every key exactly once, across all pages',
    'reports the last key of a page twice',
    found('keys', (keys) => (keys.length > 1000 ? [...keys, keys[999] ?? ''] : keys)),
  ),
  mutant(
    'keys reports every key exactly once, across all pages',
    'reads one page only',
    found('keys', (keys) => keys.slice(0, 1000)),
  ),
  mutant(
    'keys reports nothing when the cache is empty',
    'reports an empty key',
    found('keys', (keys) => (keys.length === 0 ? [''] : keys)),
  ),
  mutant('keys reports no removed entry', 'reports removed keys', (store) => {
    const removed: string[] = [];
    replace(store, 'drop', (drop) => (key, method) => {
      removed.push(key);
      return drop(key, method);
    });
    replace(store, 'matching', (find) => (pattern, method) => [...find(pattern, method), ...removed]);
  }),
  mutant(
    'keys reports every key that stays while others come and go',
    'counts its position in a changing list',
    (store) => {
      store.keys = async function* (pattern) {
        for (let start = 0; ; start += 100) {
          const page = store.matching(pattern, 'keys').slice(start, start + 100);
          if (page.length === 0) return;
          yield* page;
        }
      };
    },
  ),
  mutant('an iteration over keys may be stopped early', 'is closed by an early stop', (store) =>
    replace(
      store,
      'keys',
      (keys) =>
        async function* (pattern) {
          let whole = false;
          try {
            yield* keys(pattern);
            whole = true;
          } finally {
            store.closed ||= !whole;
          }
        },
    ),
  ),
  mutant('keys changes no entry', 'removes the keys that it reports', (store) =>
    replace(
      store,
      'keys',
      (keys) =>
        async function* (pattern) {
          for await (const key of keys(pattern)) {
            store.drop(key, 'keys');
            yield key;
          }
        },
    ),
  ),
  mutant(
    'clear removes the keys that match a pattern and counts them',
    'counts pages instead of keys',
    (store) =>
      replace(store, 'clear', (clear) => async (pattern) => Math.ceil((await clear(pattern)) / 1000)),
  ),
  mutant(
    'clear removes the keys that match a pattern and counts them',
    'stops after one page',
    found('clear', (keys) => keys.slice(0, 1000)),
  ),
  mutant('clear returns 0 when nothing matches', 'removes everything when nothing matches', (store) =>
    replace(
      store,
      'clear',
      (clear) => async (pattern) =>
        (await clear(pattern)) ||
        (typeof pattern === 'string' && pattern !== '' ? clear(`${pattern.slice(0, -2)}*`) : 0),
    ),
  ),
  mutant(
    'keys without a pattern reports every key',
    'requires a pattern',
    found('keys', (keys, pattern) => (pattern ? keys : [])),
  ),
  mutant(
    'clear without a pattern removes every key and counts them',
    'requires a pattern',
    found('clear', (keys, pattern) => (pattern ? keys : [])),
  ),
];

const ownership: readonly Mutant[] = [
  mutant('a cache never sees the entries of a neighbour on the same store', 'forgets its prefix', (store) => {
    store.name = (key) => key;
  }),
  mutant(
    'keys reports only keys of this cache, without the prefix',
    'reports keys with their prefix',
    (store) =>
      replace(
        store,
        'matching',
        (find) => (pattern, method) => find(pattern, method).map((key) => store.shape.prefix + key),
      ),
  ),
  mutant(
    'keys reports only keys of this cache, without the prefix',
    'treats its prefix as a pattern',
    (store) => {
      store.names = () =>
        [...store.world.entries.keys()].filter((name) =>
          globRegExp(`${store.shape.prefix}*`).test(Buffer.from(name).toString('latin1')),
        );
      store.matching = (pattern) =>
        store
          .names()
          .map((name) => name.slice(store.shape.prefix.length))
          .filter((key) => store.matches(pattern ?? '*', key, 'keys'));
    },
  ),
  mutant('clear removes and counts only keys of this cache', 'treats its prefix as a pattern', (store) => {
    store.clear = async (pattern = '*') => {
      const covers = globRegExp(store.shape.prefix + pattern);
      const names = [...store.world.entries.keys()].filter((name) =>
        covers.test(Buffer.from(name).toString('latin1')),
      );
      for (const name of names) store.world.entries.delete(name);
      return names.length;
    };
  }),
  mutant('clear removes and counts only keys of this cache', 'empties the database', (store) =>
    replace(store, 'clear', (clear) => async (pattern) => {
      const removed = await clear(pattern);
      if (pattern === undefined) store.world.entries.clear();
      return removed;
    }),
  ),
  mutant(
    'a key of the maximum length is not refused because of the prefix',
    'counts the prefix as part of the key',
    (store) =>
      replace(store, 'checkKey', (check) => (key: unknown, method: string) => {
        check(key, method);
        if (store.name(key as string).length > 1024) throw new ArgumentError('too long');
      }),
  ),
  mutant(
    'the stored name is the prefix followed by the key, both unchanged',
    'puts a colon between prefix and key',
    (store) => {
      store.name = (key) => `${store.shape.prefix}:${key}`;
    },
  ),
  mutant(
    'keys and clear neither report nor remove keys of other programs outside the prefix',
    'removes keys that begin like its prefix',
    (store) =>
      replace(store, 'clear', (clear) => async (pattern) => {
        store.world.entries.delete(store.shape.prefix.slice(0, -2));
        return clear(pattern);
      }),
  ),
  ...(['degrade', 'throw'] as const).flatMap((mode) =>
    (['keys', 'clear'] as const).map((method) =>
      mutant(
        `${method} requires a pattern when there is no prefix, with failureMode ${mode}`,
        'requires no pattern',
        uncheckedPattern(method, (own) => own === mode),
      ),
    ),
  ),
  mutant('a key is stored unchanged when there is no prefix', 'adds a prefix of its own', (store) =>
    replace(store, 'name', (name) => (key) => name(`cache:${key}`)),
  ),
];

export const enumerationMutants: readonly Mutant[] = [...patterns, ...enumerating, ...ownership];
