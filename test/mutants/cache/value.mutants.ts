import { ArgumentError } from '../../../src/interfaces/errors.js';
import { bytes } from '../../contract/expectations.js';
import { type Mutant, mutant, replace } from '../mutant.js';
import type { Flaw } from '../reference/reference-subjects.js';

const MIB = 1024 * 1024;

/** A write that begins with a pause, in which the caller changes its buffer. */
function late(method: 'setValue' | 'setValues'): Flaw {
  return (store) => {
    if (method === 'setValue') {
      replace(store, 'setValue', (set) => async (...args) => {
        await null;
        return set(...args);
      });
    } else {
      replace(store, 'setValues', (set) => async (...args) => {
        await null;
        return set(...args);
      });
    }
  };
}

/** One method gives out its own bytes. */
export function lent(method: string): Flaw {
  return (store) =>
    replace(
      store,
      'give',
      (give) => (entry, by) => (by === method ? (entry?.bytes ?? null) : give(entry, by)),
    );
}

/** An overwritten entry keeps a part of its former TTL. */
function mixedLife(choose: (before: number, after: number) => number): Flaw {
  return (store) =>
    replace(store, 'put', (put) => (key, value, ms, method) => {
      const before = store.find(key, method)?.expiresAt;
      put(key, value, ms, method);
      const entry = store.world.entries.get(store.name(key));
      if (before !== undefined && entry !== undefined) entry.expiresAt = choose(before, entry.expiresAt);
    });
}

/** One method does not check its values. */
function unchecked(method: string, applies: (mode: string) => boolean = () => true): Flaw {
  return (store) =>
    replace(store, 'checkValue', (check) => (value, by) => {
      if (by !== method || !applies(store.shape.failureMode)) check(value, by);
    });
}

/** Cuts answers from one buffer. */
const fromOneBuffer: Flaw = (store) => {
  const arena = new Uint8Array(4 * MIB);
  let end = 0;
  replace(store, 'give', (give) => (entry, method) => {
    const value = give(entry, method);
    if (value === null || value.length > 10_000) return value;
    if (end + value.length > arena.length) end = 0;
    arena.set(value, end);
    end += value.length;
    return arena.subarray(end - value.length, end);
  });
};

const basics: readonly Mutant[] = [
  mutant('a value is read back byte for byte', 'reads bytes as text', (store) =>
    replace(store, 'give', (give) => (entry, method) => {
      const value = give(entry, method);
      return value === null ? null : bytes(new TextDecoder().decode(value));
    }),
  ),
  mutant('setValue returns true once the store holds the value', 'answers false', (store) =>
    replace(
      store,
      'setValue',
      (set) =>
        async (...args) =>
          !(await set(...args)),
    ),
  ),
  mutant('setValue returns true once the store holds the value', 'stores nothing', (store) => {
    store.put = () => {};
  }),
  mutant('getValue returns null for a key that was never set', 'answers empty bytes', (store) =>
    replace(store, 'getValue', (get) => async (key) => (await get(key)) ?? new Uint8Array(0)),
  ),
  mutant('hasValue returns false for a key that was never set', 'answers true when any key exists', (store) =>
    replace(store, 'hasValue', (has) => async (key) => (await has(key)) || store.world.entries.size > 0),
  ),
  mutant('setValue replaces an existing value', 'keeps the existing value', (store) =>
    replace(store, 'put', (put) => (key, value, ms, method) => {
      if (store.find(key, method) === undefined) put(key, value, ms, method);
    }),
  ),
  mutant('setValue replaces a shorter TTL', 'keeps the earlier expiry', mixedLife(Math.min)),
  mutant('setValue replaces a longer TTL', 'keeps the later expiry', mixedLife(Math.max)),
  mutant('deleteValue removes an entry and returns whether there was one', 'always answers true', (store) =>
    replace(store, 'deleteValue', (remove) => async (key) => (await remove(key)) || true),
  ),
  mutant('deleteValue removes an entry and returns whether there was one', 'removes nothing', (store) => {
    store.drop = (key, method) => store.find(key, method) !== undefined;
  }),
  mutant('deleteValue removes no other entry', 'removes keys that begin alike', (store) =>
    replace(store, 'deleteValue', (remove) => async (key) => {
      for (const other of store.names())
        if (other.startsWith(key) && other !== key) store.drop(other, 'deleteValue');
      return remove(key);
    }),
  ),
  mutant('setValue stores null as empty bytes', 'removes the entry for null', (store) =>
    replace(store, 'setValue', (set) => async (key, value, expire) => {
      const stored = await set(key, value, expire);
      if (value === null) store.drop(key, 'setValue');
      return stored;
    }),
  ),
  mutant('setValues stores null as empty bytes', 'skips null', (store) =>
    replace(
      store,
      'setValues',
      (set) => async (entries, expire) =>
        set(
          Symbol.iterator in Object(entries) ? [...entries].filter(([, value]) => value !== null) : entries,
          expire,
        ),
    ),
  ),
  mutant('empty bytes are read back as empty bytes, not as a miss', 'treats empty bytes as absent', (store) =>
    replace(
      store,
      'give',
      (give) => (entry, method) => (entry?.bytes.length === 0 ? null : give(entry, method)),
    ),
  ),
];

const isolation: readonly Mutant[] = [
  mutant(
    'bytes given to setValue may be changed before it has settled',
    'copies the bytes a moment later',
    late('setValue'),
  ),
  mutant(
    'entries given to setValues may be changed before it has settled',
    'copies the entries a moment later',
    late('setValues'),
  ),
  mutant(
    'bytes that were stored may be changed by the caller afterwards',
    'keeps the buffer of the caller',
    (store) => {
      store.take = (value) => value ?? new Uint8Array(0);
    },
  ),
  mutant(
    'a view is stored as its own bytes, not as its whole buffer',
    'stores the whole buffer of a view',
    (store) => {
      store.take = (value) => Uint8Array.from(new Uint8Array(value?.buffer ?? new ArrayBuffer(0)));
    },
  ),
  mutant(
    'bytes that getValue returns may be changed by the caller',
    'returns its own bytes',
    lent('getValue'),
  ),
  mutant(
    'bytes that getValues returns may be changed by the caller',
    'returns its own bytes',
    lent('getValues'),
  ),
  mutant('two answers never share bytes', 'answers concurrent calls with one copy', (store) => {
    const copies = new Map<string, Promise<Uint8Array | null>>();
    replace(store, 'getValue', (get) => (key) => {
      const copy = copies.get(key) ?? get(key).finally(() => copies.delete(key));
      copies.set(key, copy);
      return copy;
    });
  }),
  mutant(
    'no caller takes another answer away by transferring its own to a thread',
    'cuts its answers from one buffer',
    fromOneBuffer,
  ),
  mutant(
    'an answer keeps no more memory than the pool of Node, or eight times its own size',
    'cuts its answers from one buffer',
    fromOneBuffer,
  ),
];

const limits: readonly Mutant[] = [
  mutant('a value of exactly maxValueBytes is stored', 'refuses the largest value', (store) =>
    replace(store, 'checkValue', (check) => (value, method) => {
      check(value, method);
      if (value instanceof Uint8Array && value.length >= store.shape.maxValueBytes)
        throw new ArgumentError('too long');
    }),
  ),
  mutant(
    'setValue refuses a value above maxValueBytes, and keeps the existing entry',
    'does not check the size',
    unchecked('setValue'),
  ),
  mutant(
    'setValues refuses a value above maxValueBytes, and stores nothing',
    'does not check the size',
    unchecked('setValues'),
  ),
  mutant('maxValueBytes is 8 MiB by default', 'has a default of 1 MiB', (store) =>
    replace(store, 'checkValue', (check) => (value, method) => {
      check(value, method);
      if (value instanceof Uint8Array && value.length > MIB) throw new ArgumentError('too long');
    }),
  ),
  mutant('maxValueBytes is 8 MiB by default', 'has no limit by default', unchecked('setValue')),
  ...(['degrade', 'throw'] as const).flatMap((mode) =>
    (['setValue', 'setValues'] as const).map((method) =>
      mutant(
        `${method} refuses a value that is not bytes, with failureMode ${mode}`,
        'checks no values',
        unchecked(method, (own) => own === mode),
      ),
    ),
  ),
];

export const valueMutants: readonly Mutant[] = [...basics, ...isolation, ...limits];
