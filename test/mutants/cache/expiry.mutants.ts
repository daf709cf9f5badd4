import { durationMs } from '../../../src/implements/foundation/options/duration.js';
import type { Duration } from '../../../src/interfaces/duration.js';
import { type Mutant, mutant, replace } from '../mutant.js';
import type { ReferenceStore } from '../reference/reference-store.js';
import type { Flaw } from '../reference/reference-subjects.js';

const EXPIRING = ['setValue', 'setValues', 'setExpiry'] as const;

/** One method gives out what has expired. */
export function blind(method: string): Flaw {
  return (store) =>
    replace(
      store,
      'find',
      (find) => (key, by) => (by === method ? store.world.entries.get(store.name(key)) : find(key, by)),
    );
}

/** The lives that methods take, changed on their way in. */
function lives(change: (expire: Duration, method: string, store: ReferenceStore) => Duration): Flaw {
  return (store) =>
    replace(store, 'life', (life) => (expire, method) => life(change(expire, method, store), method));
}

/** Another answer of one method to a bad life. */
function badLife(
  method: string,
  answer: (store: ReferenceStore, life: () => number | undefined) => number | undefined,
): Flaw {
  return (store) =>
    replace(
      store,
      'life',
      (life) => (expire, by) =>
        by === method && durationMs(expire) === undefined
          ? answer(store, () => life(expire, by))
          : life(expire, by),
    );
}

/** Later steps of a write, changed for one method. */
export function putting(method: string, change: (ms: number) => number): Flaw {
  return (store) =>
    replace(
      store,
      'put',
      (put) => (key, bytes, ms, by) => put(key, bytes, by === method ? change(ms) : ms, by),
    );
}

const misses: readonly Mutant[] = [
  mutant('getValue of an expired entry is a miss', 'gives out what has expired', blind('getValue')),
  mutant('getValues of an expired entry is a miss', 'gives out what has expired', blind('getValues')),
  mutant('hasValue does not see an expired entry', 'sees what has expired', blind('hasValue')),
  mutant('getExpiry of an expired entry is null', 'counts on after the end', blind('getExpiry')),
  mutant('setExpiry does not bring an expired entry back', 'brings it back', blind('setExpiry')),
  mutant('deleteValue finds no expired entry', 'finds it', blind('deleteValue')),
  mutant('deleteValues counts no expired entry', 'counts it', blind('deleteValues')),
  mutant('keys does not report an expired entry', 'reports it', blind('keys')),
  mutant('clear counts no expired entry', 'counts it', blind('clear')),
  mutant(
    'entries of setValues expire too',
    'takes the milliseconds for seconds',
    putting('setValues', (ms) => ms * 1000),
  ),
  mutant(
    'an entry is there until its last millisecond, and a miss from the moment on in which it expires',
    'expires a millisecond late',
    (store) => {
      store.find = (key) => {
        const entry = store.world.entries.get(store.name(key));
        return entry === undefined || entry.expiresAt < store.now() ? undefined : entry;
      };
    },
  ),
];

const forms: readonly Mutant[] = [
  mutant(
    'a life may be milliseconds, a decimal number with a unit, or parts that add up',
    'reads decimals as whole numbers',
    lives((expire) => (typeof expire === 'string' ? (expire.replace(/\.\d+/, '') as Duration) : expire)),
  ),
  mutant(
    'setValues takes every form of a life',
    'knows no parts',
    lives((expire, method) => (method === 'setValues' && typeof expire === 'object' ? 0 : expire)),
  ),
  mutant(
    'setExpiry takes every form of a life',
    'takes minutes for milliseconds',
    lives((expire, method) =>
      method === 'setExpiry' && typeof expire === 'string'
        ? (expire.replace(/m$/, 'ms') as Duration)
        : expire,
    ),
  ),
  mutant(
    'fractions of a millisecond round up, and those of binary numbers do not count',
    'rounds 2.007 s up to 2008 ms',
    lives((expire) => (expire === '2.007s' ? 2.007 * 1000 : expire)),
  ),
  mutant(
    'a life of less than a millisecond is stored',
    'rounds it down to nothing',
    lives((expire) => (typeof expire === 'number' && expire < 1 ? Math.floor(expire) : expire)),
  ),
  mutant(
    'the longest life is 36 500 days',
    'keeps lives in 31 bits',
    putting('setValue', (ms) => Math.min(ms, 2 ** 31 - 1)),
  ),
];

const refusals: readonly Mutant[] = [
  ...EXPIRING.flatMap((method): Mutant[] => [
    mutant(
      `${method} answers false to a bad expiry, and what was there stays as it was`,
      'lives a minute then',
      badLife(method, () => 60_000),
    ),
    mutant(
      `${method} rejects a bad expiry with failureMode throw, and what was there stays as it was`,
      'answers false in every mode',
      badLife(method, () => undefined),
    ),
    mutant(
      `${method} sends nothing when the expiry is bad`,
      'asks the server first',
      badLife(method, (store, life) => {
        store.send('EXISTS', 'key');
        return life();
      }),
    ),
  ]),
  mutant(
    'setValue answers false to a bad expiry, and what was there stays as it was',
    'removes what was there',
    (store) =>
      replace(store, 'setValue', (setValue) => async (key, value, expire) => {
        const stored = await setValue(key, value, expire);
        if (!stored) store.drop(key, 'setValue');
        return stored;
      }),
  ),
  mutant(
    'setExpiry answers false to a bad expiry, and what was there stays as it was',
    'removes an entry at a life below zero',
    (store) =>
      replace(store, 'setExpiry', (setExpiry) => async (key, expire) => {
        if (typeof expire === 'number' && expire <= 0) store.drop(key, 'setExpiry');
        return setExpiry(key, expire);
      }),
  ),
  mutant(
    'setValue logs one warning of a bad expiry, without the value',
    'says nothing',
    badLife('setValue', () => undefined),
  ),
  mutant('setValue logs one warning of a bad expiry, without the value', 'shows the value', (store) =>
    replace(store, 'setValue', (setValue) => async (key, value, expire) => {
      if (durationMs(expire) !== undefined) return setValue(key, value, expire);
      store.logger
        .getLogger('reference')
        .warning(`no life of ${new TextDecoder().decode(value ?? undefined)}`);
      return false;
    }),
  ),
  mutant(
    'setValues logs one warning of a bad expiry, without the value',
    'says it twice',
    badLife('setValues', (_, life) => life() ?? life()),
  ),
  mutant(
    'setExpiry logs one warning of a bad expiry, without the value',
    'calls it an error',
    badLife('setExpiry', (store) => {
      store.logger.getLogger('reference').error('not a life');
      return undefined;
    }),
  ),
  mutant('a bad expiry creates no entry', 'answers false, and stores', (store) =>
    replace(store, 'setValue', (setValue) => async (key, value, expire) => {
      const stored = await setValue(key, value, expire);
      return stored || !(await setValue(key, value, '1m'));
    }),
  ),
  mutant('a wrong key is refused also where the expiry is bad', 'looks at the expiry first', (store) =>
    replace(
      store,
      'setExpiry',
      (setExpiry) => async (key, expire) =>
        durationMs(expire) === undefined ? false : setExpiry(key, expire),
    ),
  ),
  mutant('a wrong value is refused also where the expiry is bad', 'looks at the value last', (store) =>
    replace(
      store,
      'setValue',
      (setValue) => async (key, value, expire) =>
        setValue(key, durationMs(expire) === undefined ? null : value, expire),
    ),
  ),
];

const remaining: readonly Mutant[] = [
  mutant('getExpiry is what remains of the life', 'counts in seconds, rounded up', (store) =>
    replace(store, 'remaining', (left) => (entry) => {
      const ms = left(entry);
      return ms === null ? null : Math.ceil(ms / 1000) * 1000;
    }),
  ),
  mutant('getExpiry is at least 1 until the entry is gone', 'rounds down', (store) => {
    store.remaining = (entry) => (entry === undefined ? null : Math.floor(entry.expiresAt - store.now()));
  }),
  mutant('getExpiry of an absent entry is null', 'answers as the server does', (store) =>
    replace(store, 'getExpiry', (getExpiry) => async (key) => (await getExpiry(key)) ?? -2),
  ),
  mutant(
    'setExpiry gives a longer life from now on, and keeps the value',
    'only shortens',
    limited(Math.min),
  ),
  mutant('setExpiry gives a shorter life, which ends', 'only lengthens', limited(Math.max)),
  mutant(
    'setExpiry counts from now',
    'adds to what is left',
    limited((before, after, now) => before + after - now),
  ),
  mutant('setExpiry of an absent entry answers false and creates none', 'creates an empty one', (store) =>
    replace(store, 'setExpiry', (setExpiry) => async (key, expire) => {
      const given = await setExpiry(key, expire);
      if (!given && store.life(expire, 'setExpiry') !== undefined)
        store.put(key, new Uint8Array(0), 60_000, 'setExpiry');
      return given;
    }),
  ),
  mutant('reading an entry does not lengthen its life', 'lives on while it is read', (store) =>
    replace(store, 'getValues', (getValues) => async (keys) => {
      for (const key of keys) {
        const entry = store.find(key, 'getValues');
        if (entry !== undefined) entry.expiresAt = store.now() + 60_000;
      }
      return getValues(keys);
    }),
  ),
];

/** `setExpiry` with another idea of the moment in which the entry ends. */
function limited(choose: (before: number, after: number, now: number) => number): Flaw {
  return (store) =>
    replace(store, 'setExpiry', (setExpiry) => async (key, expire) => {
      const before = store.find(key, 'setExpiry')?.expiresAt ?? 0;
      const given = await setExpiry(key, expire);
      const entry = store.find(key, 'setExpiry');
      if (given && entry !== undefined) entry.expiresAt = choose(before, entry.expiresAt, store.now());
      return given;
    });
}

export const expiryMutants: readonly Mutant[] = [...misses, ...forms, ...refusals, ...remaining];
