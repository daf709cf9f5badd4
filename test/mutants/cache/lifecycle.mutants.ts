import { setImmediate } from 'node:timers/promises';
import { entriesOf, everyCall } from '../../contract/cache/calls.js';
import { type Mutant, mutant, replace } from '../mutant.js';
import type { Flaw } from '../reference/reference-subjects.js';
import { putting } from './expiry.mutants.js';

/** One method continues to work after `close`. */
export function undying(method: string): Flaw {
  return (store) =>
    replace(store, 'begin', (begin) => (by) => {
      if (by !== method) begin(by);
    });
}

const lifecycle: readonly Mutant[] = [
  mutant('connected is true while the store answers', 'is never connected', (store) => {
    Object.assign(store, { connected: false });
  }),
  ...entriesOf(everyCall).map(([method]) =>
    mutant(`${method} rejects with a DisposedError after close`, 'answers after close', undying(method)),
  ),
  mutant('close may be called again', 'fails at a second close', (store) =>
    replace(store, 'close', (close) => async () => {
      store.begin('close');
      await close();
    }),
  ),
  mutant(
    'calls in progress still settle when the cache is closed',
    'rejects calls in progress with an undefined error',
    (store) =>
      replace(store, 'setValue', (set) => async (...args) => {
        const stored = await set(...args);
        await setImmediate();
        if (store.closed) throw new Error('Socket closed unexpectedly');
        return stored;
      }),
  ),
  mutant(
    'calls in progress still settle when the cache is closed',
    'never settles calls in progress',
    (store) =>
      replace(store, 'setValue', (set) => async (...args) => {
        const stored = await set(...args);
        await setImmediate();
        return store.closed ? new Promise(() => {}) : stored;
      }),
  ),
  mutant(
    'a thousand concurrent reads of one key are a thousand hits',
    'answers a miss above 256 concurrent reads',
    (store) => {
      let busy = 0;
      replace(store, 'getValue', (get) => async (key) => {
        busy += 1;
        await setImmediate();
        const value = busy > 256 ? null : await get(key);
        busy -= 1;
        return value;
      });
    },
  ),
  mutant(
    'a thousand concurrent writes of different keys are all stored',
    'refuses more than 256 concurrent writes',
    (store) => {
      let busy = 0;
      replace(store, 'setValue', (set) => async (...args) => {
        busy += 1;
        await setImmediate();
        const stored = busy > 256 ? false : await set(...args);
        busy -= 1;
        return stored;
      });
    },
  ),
  mutant(
    'exactly one of many concurrent deletes of a key returns true',
    'checks first and removes later',
    (store) =>
      replace(store, 'deleteValue', (remove) => async (key) => {
        const there = store.find(key, 'deleteValue') !== undefined;
        await null;
        await remove(key);
        return there;
      }),
  ),
  mutant(
    'calls that follow each other without waiting take effect in order',
    'writes a moment later',
    (store) =>
      replace(store, 'setValue', (set) => async (...args) => {
        await setImmediate();
        return set(...args);
      }),
  ),
  mutant(
    'concurrent iterations over keys do not disturb each other',
    'shares one cursor between iterations',
    (store) => {
      let shared: AsyncIterable<string> | undefined;
      replace(store, 'keys', (keys) => (pattern) => {
        shared ??= keys(pattern);
        return shared;
      });
    },
  ),
];

const wire: readonly Mutant[] = [
  mutant('a TTL of whole seconds is sent as SETEX', 'sends PSETEX for every TTL', (store) =>
    replace(
      store,
      'send',
      (send) =>
        (...words) =>
          words[0] === 'SETEX'
            ? send('PSETEX', words[1] ?? '', `${words[2]}000`, words[3] ?? '')
            : send(...words),
    ),
  ),
  mutant(
    'a TTL that is not whole seconds is sent as PSETEX, fractions rounded up',
    'sends whole seconds for every TTL',
    (store) =>
      replace(
        store,
        'put',
        (put) => (key, value, ms, method) => put(key, value, Math.ceil(ms / 1000) * 1000, method),
      ),
  ),
  mutant(
    'no write leaves a key without a TTL',
    'stores bulk writes without a TTL',
    putting('setValues', () => Number.POSITIVE_INFINITY),
  ),
  mutant(
    'no write leaves a key without a TTL',
    'stores the longest TTL as none',
    putting('setValue', (ms) => (ms === 36_500 * 86_400_000 ? Number.POSITIVE_INFINITY : ms)),
  ),
  mutant('the server itself expires an entry after its TTL', 'leaves expiry to a later sweep', (store) => {
    // The store answers correctly, from the caller's TTL; the entry on the server stays longer.
    replace(store, 'put', (put) => (key, value, ms, method) => put(key, value, ms * 2, method));
    replace(store, 'remaining', (left) => (entry) => {
      const ms = left(entry);
      return ms === null ? null : ms / 2;
    });
  }),
  mutant('null is sent as empty bytes, and bytes are sent unchanged', 'stores a mark for null', (store) => {
    const mark = [0xff, 0x6e];
    store.take = (value) => Uint8Array.from(value ?? mark);
    replace(store, 'give', (give) => (entry, method) => {
      const value = give(entry, method);
      return value !== null && Buffer.from(value).equals(Buffer.from(mark)) ? new Uint8Array(0) : value;
    });
  }),
  mutant(
    'an entry that another program wrote without a TTL has the remaining TTL Infinity',
    'answers null for a missing TTL',
    (store) =>
      replace(
        store,
        'remaining',
        (left) => (entry) => (entry?.expiresAt === Number.POSITIVE_INFINITY ? null : left(entry)),
      ),
  ),
  mutant('keys and clear use SCAN, never KEYS', 'uses KEYS', (store) =>
    replace(
      store,
      'send',
      (send) =>
        (...words) =>
          send(...words.map((word) => (word === 'SCAN' ? 'KEYS' : word))),
    ),
  ),
  mutant('clear never removes keys of other programs from the database', 'empties the database', (store) =>
    replace(store, 'clear', (clear) => async (pattern) => {
      const removed = await clear(pattern);
      store.world.entries.clear();
      return removed;
    }),
  ),
];

export const lifecycleMutants: readonly Mutant[] = [...lifecycle, ...wire];
