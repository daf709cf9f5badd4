import { durationMs } from '../../../src/implements/foundation/options/duration.js';
import { ConnectionError } from '../../../src/interfaces/errors.js';
import { type Mutant, mutant, replace } from '../mutant.js';
import type { Flaw } from '../reference/reference-subjects.js';

/** `setValues` that stores each entry as soon as it has checked it. */
const oneByOne: Flaw = (store) => {
  store.setValues = async (entries, expire) => {
    store.begin('setValues');
    for (const entry of entries) {
      for (const [key, value] of store.checkEntries([entry])) {
        store.put(key, value, durationMs(expire) ?? 1, 'setValues');
      }
    }
    return true;
  };
};

const reading: readonly Mutant[] = [
  mutant('getValues returns its results in the order of the keys', 'answers in alphabetical order', (store) =>
    replace(store, 'getValues', (get) => async (keys) => get(Array.isArray(keys) ? keys.toSorted() : keys)),
  ),
  mutant('getValues returns null in the place of an absent entry', 'leaves absent entries out', (store) =>
    replace(store, 'getValues', (get) => async (keys) => (await get(keys)).filter((value) => value !== null)),
  ),
  mutant(
    'getValues returns a result for every key, even one that is named twice',
    'answers each key once',
    (store) =>
      replace(
        store,
        'getValues',
        (get) => async (keys) => get(Array.isArray(keys) ? [...new Set(keys)] : keys),
      ),
  ),
  mutant(
    'getValues of no keys returns an empty list',
    'sends a command without keys, which the server refuses',
    (store) =>
      replace(store, 'getValues', (get) => async (keys) => {
        if (Array.isArray(keys) && keys.length === 0) throw new Error('ERR wrong number of arguments');
        return get(keys);
      }),
  ),
  mutant(
    'getValues refuses a value that is not a list of keys',
    'treats a string as a list of its letters',
    (store) =>
      replace(
        store,
        'getValues',
        (get) => async (keys) => get(typeof keys === 'string' ? [...(keys as string)] : keys),
      ),
  ),
  mutant(
    'getValues refuses all keys when one of them is invalid',
    'treats an invalid key as an absent one',
    (store) =>
      replace(
        store,
        'getValues',
        (get) => async (keys) =>
          get(Array.isArray(keys) ? keys.map((key) => (key === '' ? 'empty' : key)) : keys),
      ),
  ),
];

const writing: readonly Mutant[] = [
  ...['degrade', 'throw'].map((failureMode) =>
    mutant(
      `setValues with ${failureMode} rejects with the error that its entries throw`,
      'takes an error of the entries for one of the server',
      (store) =>
        replace(store, 'setValues', (set) => async (entries, expire) => {
          try {
            return await set(entries, expire);
          } catch (error) {
            if (ConnectionError.is(error)) return false;
            throw error;
          }
        }),
    ),
  ),
  mutant('setValues stores all entries', 'stores the first thousand entries only', (store) =>
    replace(store, 'checkEntries', (check) => (entries) => check(entries).slice(0, 1000)),
  ),
  mutant('setValues gives every entry the same TTL', 'leaves the TTL of existing entries', (store) =>
    replace(store, 'put', (put) => (key, value, ms, method) => {
      const before = store.find(key, method)?.expiresAt;
      put(key, value, before === undefined || method !== 'setValues' ? ms : before - store.now(), method);
    }),
  ),
  mutant(
    'setValues stores the last value of a key that is given twice',
    'keeps the first value of a key',
    (store) => replace(store, 'checkEntries', (check) => (entries) => check(entries).reverse()),
  ),
  mutant('setValues accepts any iterable: a map, a set, a generator', 'requires an array', (store) =>
    replace(store, 'checkEntries', (check) => (entries) => check(Array.isArray(entries) ? entries : null)),
  ),
  mutant('setValues accepts any iterable: a map, a set, a generator', 'iterates twice', (store) =>
    replace(store, 'checkEntries', (check) => (entries) => {
      check(entries);
      return check(entries);
    }),
  ),
  mutant('setValues of no entries returns true', 'answers false for no entries', (store) =>
    replace(
      store,
      'setValues',
      (set) => async (entries, expire) =>
        (await set(entries, expire)) && (!Array.isArray(entries) || entries.length > 0),
    ),
  ),
  mutant(
    'setValues of no entries still requires a valid TTL',
    'does not check the TTL for no entries',
    (store) =>
      replace(
        store,
        'setValues',
        (set) => async (entries, expire) =>
          (Array.isArray(entries) && entries.length === 0) || set(entries, expire),
      ),
  ),
  mutant(
    'setValues checks every argument before it sends the first entry',
    'stores the entries one by one',
    oneByOne,
  ),
  mutant(
    'setValues refuses a value that is not an iterable of pairs',
    'skips items that are not pairs',
    (store) =>
      replace(
        store,
        'checkEntries',
        (check) => (entries) =>
          check(
            Array.isArray(entries)
              ? entries.filter((entry) => Array.isArray(entry) && entry.length === 2)
              : entries,
          ),
      ),
  ),
  mutant(
    'setValues stores nothing when its iterable throws halfway',
    'stores the entries one by one',
    oneByOne,
  ),
  mutant(
    'setValues stores nothing when its iterable throws halfway',
    'takes the failure for the end of the iterable',
    (store) =>
      replace(store, 'checkEntries', (check) => (entries) => {
        const read: unknown[] = [];
        try {
          for (const entry of entries as Iterable<unknown>) read.push(entry);
        } catch {}
        return check(read);
      }),
  ),
];

const deleting: readonly Mutant[] = [
  mutant(
    'deleteValues removes entries and counts those that existed',
    'counts the keys that it was given',
    (store) =>
      replace(store, 'deleteValues', (remove) => async (keys) => {
        await remove(keys);
        return keys.length;
      }),
  ),
  mutant(
    'deleteValues counts a key that is named twice only once',
    'counts a key as often as it is named',
    (store) =>
      replace(store, 'deleteValues', (remove) => async (keys) => {
        const there = Array.isArray(keys) ? keys.filter((key) => store.find(key, 'deleteValues')).length : 0;
        await remove(keys);
        return there;
      }),
  ),
  mutant('deleteValues leaves all other entries in place', 'removes all entries', (store) =>
    replace(store, 'deleteValues', (remove) => async (keys) => {
      const removed = await remove(keys);
      store.world.entries.clear();
      return removed;
    }),
  ),
  mutant(
    'deleteValues of no keys returns 0',
    'sends a command without keys, which the server refuses',
    (store) =>
      replace(store, 'deleteValues', (remove) => async (keys) => {
        if (Array.isArray(keys) && keys.length === 0) throw new Error('ERR wrong number of arguments');
        return remove(keys);
      }),
  ),
  mutant(
    'deleteValues refuses a value that is not a list of keys',
    'treats a string as a list of its letters',
    (store) =>
      replace(
        store,
        'deleteValues',
        (remove) => async (keys) => remove(typeof keys === 'string' ? [...(keys as string)] : keys),
      ),
  ),
  mutant('deleteValues removes nothing when one key is invalid', 'removes the entries one by one', (store) =>
    replace(store, 'deleteValues', (remove) => async (keys) => {
      let removed = 0;
      for (const key of keys) removed += await remove([key]);
      return removed;
    }),
  ),
];

export const bulkMutants: readonly Mutant[] = [...reading, ...writing, ...deleting];
