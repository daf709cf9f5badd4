import type { IKeyValue } from '../../../src/interfaces/key-value.js';
import { type KeyValueMutant, mutant } from './flaws.js';

const LITERAL = 'keys of all characters are literal and apart';
const KEYS = '`keys` lists the keys that match a glob, each once';
const MATCHING = '`deleteMatching` deletes the keys that match and no others, and counts them';
const CLEAR = '`clear` deletes every key, and `count` counts them';
const LATER = 'a value that is written after `clear` was called stays';
const ARGUMENT = 'a bad argument is refused, and nothing is changed';
const OPTIONS =
  'options that conflict, or that are none, are refused, which is not a condition that is not met';
const ABORTED = 'a call whose signal has aborted is refused, and changes nothing';
const CLOSED = 'every call of a component that is closed rejects';

async function listed(values: IKeyValue, pattern?: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of values.keys(pattern)) keys.push(key);
  return keys;
}

/** Flaws of keys, of calls on many of them, and of refusals. */
export const keyMutants: readonly KeyValueMutant[] = [
  mutant(LITERAL, 'takes a star in a key that is deleted for a pattern', ({ values }) => ({
    delete: async (...keys) => {
      let count = 0;
      for (const key of keys) count += await values.deleteMatching(key);
      return count;
    },
  })),
  mutant(LITERAL, 'trims keys', ({ values }) => ({
    set: (key, value, options) => values.set(key.trim() || key, value, options),
  })),
  mutant(KEYS, 'takes a glob for a regular expression', ({ values }) => ({
    keys: async function* (pattern) {
      const expression = new RegExp(pattern === undefined ? '' : pattern.replaceAll('*', '.*'));
      for (const key of await listed(values)) if (expression.test(key)) yield key;
    },
  })),
  mutant(MATCHING, 'answers 0, whatever it deleted', ({ values }) => ({
    deleteMatching: async (pattern) => {
      await values.deleteMatching(pattern);
      return 0;
    },
  })),
  mutant(CLEAR, 'leaves some keys behind', ({ values }) => ({
    clear: async () => values.delete(...(await listed(values)).slice(0, 1000)),
  })),
  mutant(LATER, 'deletes what it finds in the end', ({ values }) => ({
    clear: async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return values.clear();
    },
  })),
  mutant(
    'every call after `clear` or `deleteMatching` finds what they leave, without waiting for them',
    'begins to clear in a later turn',
    ({ values }) => ({
      clear: async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return values.clear();
      },
    }),
  ),
  mutant(ARGUMENT, 'takes a duration of 0 for none', ({ values }) => ({
    set: (key, value, { expire, ...options } = {}) =>
      values.set(key, value, expire === 0 ? options : { ...options, expire }),
  })),
  mutant(OPTIONS, 'lets one of two options win', ({ values }) => ({
    set: (key, value, options) =>
      values.set(key, value, options?.keepExpire === true ? { keepExpire: true } : options),
  })),
  mutant(OPTIONS, 'answers false to a combination that makes no sense', ({ values }) => ({
    set: (key, value, options) => values.set(key, value, options).catch(() => false),
  })),
  mutant(ABORTED, 'ignores signals', ({ values }) => ({
    set: (key, value, { signal: _, ...options } = {}) => values.set(key, value, options),
  })),
  mutant(CLOSED, 'stays open', () => ({ close: async () => undefined })),
];
