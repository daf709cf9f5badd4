import { ArgumentError } from '../../../src/interfaces/errors.js';
import { entriesOf, keyedCalls } from '../../contract/cache/calls.js';
import { type Mutant, mutant, replace } from '../mutant.js';
import type { Flaw } from '../reference/reference-subjects.js';

/** One method does not check its keys. */
export function uncheckedKeys(method: string, applies: (mode: string) => boolean = () => true): Flaw {
  return (store) =>
    replace(store, 'checkKey', (check) => (key: unknown, by: string) => {
      if (by !== method || !applies(store.shape.failureMode)) check(key, by);
    });
}

/** Keys that are changed before they become names. */
function named(change: (key: string) => string): Flaw {
  return (store) => replace(store, 'name', (name) => (key) => name(change(key)));
}

/** A bound of its own on keys. */
function refusing(refuses: (key: string) => boolean): Flaw {
  return (store) =>
    replace(store, 'checkKey', (check) => (key: unknown, by: string) => {
      check(key, by);
      if (refuses(key as string)) throw new ArgumentError('not a key');
    });
}

export const keyMutants: readonly Mutant[] = [
  mutant(
    'every key is stored literally: no character is special',
    'ends keys at a NUL',
    named((key) => key.replace(/\0.*$/s, '')),
  ),
  mutant(
    'every key is stored literally: no character is special',
    'trims keys',
    named((key) => key.trim()),
  ),
  mutant('bulk calls treat every key literally', 'ends keys at a line break', (store) =>
    replace(
      store,
      'getValues',
      (get) => async (keys) =>
        get(
          Array.isArray(keys)
            ? keys.map((key) => (typeof key === 'string' ? key.replace(/(.)\n.*/s, '$1') : key))
            : keys,
        ),
    ),
  ),
  mutant('keys reports every key as it was given', 'reports keys in a normal form', (store) =>
    replace(
      store,
      'matching',
      (matching) => (pattern, method) => matching(pattern, method).map((key) => key.normalize('NFC')),
    ),
  ),
  mutant(
    'keys that differ in one character or its form are different keys',
    'normalizes keys',
    named((key) => key.normalize()),
  ),
  mutant(
    'keys that differ in one character or its form are different keys',
    'ignores case',
    named((key) => key.toLowerCase()),
  ),
  mutant(
    'a key may be 1 KiB long as UTF-8',
    'accepts 1000 bytes at most',
    refusing((key) => Buffer.byteLength(key) > 1000),
  ),
  mutant(
    'a key may be 1 KiB long as UTF-8',
    'counts three bytes per character',
    refusing((key) => key.length * 3 > 1024),
  ),
  mutant(
    'a key may be 1 byte long',
    'requires two bytes',
    refusing((key) => key.length < 2),
  ),
  ...entriesOf(keyedCalls).flatMap(([method]): Mutant[] => [
    mutant(
      `${method} refuses an invalid key: not a string, empty, above 1 KiB, a lone surrogate`,
      'checks no keys',
      uncheckedKeys(method, (mode) => mode === 'degrade'),
    ),
    mutant(
      `${method} refuses an invalid key with failureMode throw too`,
      'checks no keys',
      uncheckedKeys(method, (mode) => mode === 'throw'),
    ),
  ]),
  mutant(
    'getValue refuses an invalid key: not a string, empty, above 1 KiB, a lone surrogate',
    'accepts lone surrogates',
    (store) =>
      replace(store, 'checkKey', (check) => (key: unknown, by: string) => {
        if (typeof key !== 'string' || key.isWellFormed()) check(key, by);
      }),
  ),
  mutant(
    'getValue refuses an invalid key: not a string, empty, above 1 KiB, a lone surrogate',
    'counts characters instead of bytes',
    (store) =>
      replace(store, 'checkKey', (check) => (key: unknown, by: string) => {
        if (typeof key !== 'string' || Buffer.byteLength(key) === key.length || !key.isWellFormed())
          check(key, by);
        else if (key.length > 1024) throw new ArgumentError('too long');
      }),
  ),
  mutant(
    'getValue refuses an invalid key: not a string, empty, above 1 KiB, a lone surrogate',
    'throws instead of rejecting',
    (store) =>
      replace(store, 'getValue', (get) => (key) => {
        store.checkKey(key, 'getValue');
        return get(key);
      }),
  ),
  mutant('a call with an invalid key or value sends nothing', 'sends before it checks', (store) =>
    replace(store, 'checkKey', (check) => (key: unknown, by: string) => {
      store.send('EXISTS', String(key));
      check(key, by);
    }),
  ),
];
