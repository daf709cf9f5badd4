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
  mutant('getValue returns a miss for an expired entry', 'returns expired entries', blind('getValue')),
  mutant('getValues returns a miss for an expired entry', 'returns expired entries', blind('getValues')),
  mutant('hasValue returns false for an expired entry', 'sees expired entries', blind('hasValue')),
  mutant('getExpiry returns null for an expired entry', 'counts on after the expiry', blind('getExpiry')),
  mutant('setExpiry does not revive an expired entry', 'revives an expired entry', blind('setExpiry')),
  mutant('deleteValue returns false for an expired entry', 'finds an expired entry', blind('deleteValue')),
  mutant('deleteValues counts no expired entry', 'counts an expired entry', blind('deleteValues')),
  mutant('keys reports no expired entry', 'reports an expired entry', blind('keys')),
  mutant('clear counts no expired entry', 'counts an expired entry', blind('clear')),
  mutant(
    'entries that setValues stored expire too',
    'takes milliseconds for seconds',
    putting('setValues', (ms) => ms * 1000),
  ),
  mutant(
    'an entry is readable until its last millisecond, and a miss from the moment at which it expires',
    'expires entries a millisecond late',
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
    'a TTL may be milliseconds, a decimal number with a unit, or a sum of parts',
    'reads decimals as whole numbers',
    lives((expire) => (typeof expire === 'string' ? (expire.replace(/\.\d+/, '') as Duration) : expire)),
  ),
  mutant(
    'setValues accepts every form of a TTL',
    'knows no sums of parts',
    lives((expire, method) => (method === 'setValues' && typeof expire === 'object' ? 0 : expire)),
  ),
  mutant(
    'setExpiry accepts every form of a TTL',
    'takes minutes for milliseconds',
    lives((expire, method) =>
      method === 'setExpiry' && typeof expire === 'string'
        ? (expire.replace(/m$/, 'ms') as Duration)
        : expire,
    ),
  ),
  mutant(
    'fractions of a millisecond round up, and errors of binary floating point do not count',
    'rounds 2.007 s up to 2008 ms',
    lives((expire) => (expire === '2.007s' ? 2.007 * 1000 : expire)),
  ),
  mutant(
    'an entry with a TTL below one millisecond is stored',
    'rounds a fraction down to zero',
    lives((expire) => (typeof expire === 'number' && expire < 1 ? Math.floor(expire) : expire)),
  ),
  mutant(
    'the longest TTL is 36 500 days',
    'keeps TTLs in 31 bits',
    putting('setValue', (ms) => Math.min(ms, 2 ** 31 - 1)),
  ),
];

const refusals: readonly Mutant[] = [
  ...EXPIRING.flatMap((method): Mutant[] => [
    mutant(
      `${method} returns false for an invalid TTL, and leaves the existing entry unchanged`,
      'stores for a minute instead',
      badLife(method, () => 60_000),
    ),
    mutant(
      `${method} rejects an invalid TTL with failureMode throw, and leaves the existing entry unchanged`,
      'answers false in every failure mode',
      badLife(method, () => undefined),
    ),
    mutant(
      `${method} sends nothing when the TTL is invalid`,
      'sends a command before it checks the TTL',
      badLife(method, (store, life) => {
        store.send('EXISTS', 'key');
        return life();
      }),
    ),
  ]),
  mutant(
    'setValue returns false for an invalid TTL, and leaves the existing entry unchanged',
    'removes the existing entry',
    (store) =>
      replace(store, 'setValue', (setValue) => async (key, value, expire) => {
        const stored = await setValue(key, value, expire);
        if (!stored) store.drop(key, 'setValue');
        return stored;
      }),
  ),
  mutant(
    'setExpiry returns false for an invalid TTL, and leaves the existing entry unchanged',
    'removes an entry at a TTL below zero',
    (store) =>
      replace(store, 'setExpiry', (setExpiry) => async (key, expire) => {
        if (typeof expire === 'number' && expire <= 0) store.drop(key, 'setExpiry');
        return setExpiry(key, expire);
      }),
  ),
  mutant(
    'setValue logs one warning about an invalid TTL, without the value',
    'logs nothing',
    badLife('setValue', () => undefined),
  ),
  mutant('setValue logs one warning about an invalid TTL, without the value', 'logs the value', (store) =>
    replace(store, 'setValue', (setValue) => async (key, value, expire) => {
      if (durationMs(expire) !== undefined) return setValue(key, value, expire);
      store.logger
        .getLogger('reference')
        .warning(`no life of ${new TextDecoder().decode(value ?? undefined)}`);
      return false;
    }),
  ),
  mutant(
    'setValues logs one warning about an invalid TTL, without the value',
    'logs the warning twice',
    badLife('setValues', (_, life) => life() ?? life()),
  ),
  mutant(
    'setExpiry logs one warning about an invalid TTL, without the value',
    'logs an error instead of a warning',
    badLife('setExpiry', (store) => {
      store.logger.getLogger('reference').error('not a life');
      return undefined;
    }),
  ),
  mutant('a call with an invalid TTL creates no entry', 'answers false, and stores the entry', (store) =>
    replace(store, 'setValue', (setValue) => async (key, value, expire) => {
      const stored = await setValue(key, value, expire);
      return stored || !(await setValue(key, value, '1m'));
    }),
  ),
  mutant(
    'an invalid key is refused even if the TTL is invalid too',
    'checks the TTL before the key',
    (store) =>
      replace(
        store,
        'setExpiry',
        (setExpiry) => async (key, expire) =>
          durationMs(expire) === undefined ? false : setExpiry(key, expire),
      ),
  ),
  mutant('an invalid value is refused even if the TTL is invalid too', 'checks the value last', (store) =>
    replace(
      store,
      'setValue',
      (setValue) => async (key, value, expire) =>
        setValue(key, durationMs(expire) === undefined ? null : value, expire),
    ),
  ),
];

const remaining: readonly Mutant[] = [
  mutant('getExpiry returns the remaining TTL', 'answers in seconds, rounded up', (store) =>
    replace(store, 'remaining', (left) => (entry) => {
      const ms = left(entry);
      return ms === null ? null : Math.ceil(ms / 1000) * 1000;
    }),
  ),
  mutant('getExpiry returns at least 1 until the entry expires', 'rounds the remaining TTL down', (store) => {
    store.remaining = (entry) => (entry === undefined ? null : Math.floor(entry.expiresAt - store.now()));
  }),
  mutant('getExpiry returns null for an absent entry', 'answers -2 like the server', (store) =>
    replace(store, 'getExpiry', (getExpiry) => async (key) => (await getExpiry(key)) ?? -2),
  ),
  mutant(
    'setExpiry lengthens the TTL from now, and keeps the value',
    'only shortens TTLs',
    limited(Math.min),
  ),
  mutant('setExpiry shortens the TTL, and the entry expires then', 'only lengthens TTLs', limited(Math.max)),
  mutant(
    'setExpiry counts the TTL from now',
    'adds the TTL to what remains',
    limited((before, after, now) => before + after - now),
  ),
  mutant('setExpiry of an absent entry returns false and creates none', 'creates an empty entry', (store) =>
    replace(store, 'setExpiry', (setExpiry) => async (key, expire) => {
      const given = await setExpiry(key, expire);
      if (!given && store.life(expire, 'setExpiry') !== undefined)
        store.put(key, new Uint8Array(0), 60_000, 'setExpiry');
      return given;
    }),
  ),
  mutant('reading an entry does not extend its TTL', 'extends the TTL at every read', (store) =>
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

const computed: readonly Mutant[] = EXPIRING.flatMap((method) => [
  mutant(
    `${method} reads a TTL once`,
    'reads a TTL before it stores, and again while it stores',
    lives((expire, by) => {
      if (by === method) durationMs(expire);
      return expire;
    }),
  ),
  ...['degrade', 'throw'].map((failureMode) =>
    mutant(
      `${method} with ${failureMode} rejects with the error that reading its TTL throws`,
      'takes an error of the TTL for one of the server',
      (store) =>
        replace(store, 'life', (life) => (expire, by) => {
          try {
            return life(expire, by);
          } catch (error) {
            if (by === method) return undefined;
            throw error;
          }
        }),
    ),
  ),
]);

export const expiryMutants: readonly Mutant[] = [...misses, ...forms, ...refusals, ...remaining, ...computed];
