import { uncheckedKeys } from '../cache/key.mutants.js';
import { type Mutant, mutant, replace } from '../mutant.js';
import { reserve, unadvanced } from './flaws.js';

const writing: readonly Mutant[] = [
  mutant('a write without a fence always stores', 'respects an existing fence', (store) =>
    replace(
      store,
      'write',
      (write) => async (key, value, expire, fence) =>
        fence === undefined && store.token('fence', String(key)) !== null
          ? 'fenced'
          : write(key, value, expire, fence),
    ),
  ),
  mutant(
    'a write without a fence refuses the writes of loads in progress',
    'leaves the fence unchanged',
    unadvanced('write'),
  ),
  mutant('a write with the current fence of its key stores', 'answers true without storing', (store) =>
    replace(store, 'write', (write) => async (key, value, expire, fence) => {
      const before = store.world.entries.get(store.name(String(key)));
      const answer = await write(key, value, expire, fence);
      if (fence !== undefined && answer === 'stored') {
        if (before === undefined) store.world.entries.delete(store.name(key));
        else store.world.entries.set(store.name(key), before);
      }
      return answer;
    }),
  ),
  mutant(
    'the generations that a write names change neither its result nor themselves',
    'refuses an entry whose generation has advanced',
    (store) =>
      replace(store, 'write', (write) => async (key, value, expire, fence, carried) => {
        const isOutdated = carried?.generations.some(
          ({ name, token }) => store.token('generation', name) !== token,
        );
        return isOutdated ? 'fenced' : write(key, value, expire, fence, carried);
      }),
  ),
  mutant(
    'the generations that a write names change neither its result nor themselves',
    'creates the generations that it lacks',
    (store) =>
      replace(store, 'write', (write) => async (key, value, expire, fence, carried) => {
        for (const { name } of carried?.generations ?? []) {
          if (store.token('generation', name) === null) store.capture('generation', name, 60_000);
        }
        return write(key, value, expire, fence, carried);
      }),
  ),
  mutant(
    'a fence stays the same when a load is stored',
    'advances the fence when a load is stored',
    (store) =>
      replace(store, 'write', (write) => async (key, value, expire, fence) => {
        const answer = await write(key, value, expire, fence);
        if (answer === 'stored') store.advanceToken('fence', key, 'write');
        return answer;
      }),
  ),
  mutant(
    'a write with an outdated fence changes neither value nor TTL',
    'renews the TTL at an outdated fence',
    (store) =>
      replace(store, 'write', (write) => async (key, value, expire, fence) => {
        const answer = await write(key, value, expire, fence);
        const entry = store.find(key, 'write');
        if (answer === 'fenced' && entry !== undefined) entry.expiresAt = store.now() + store.need(expire);
        return answer;
      }),
  ),
  mutant(
    'a write with a fence that no longer exists is refused',
    'treats a missing fence as unchanged',
    (store) =>
      replace(
        store,
        'write',
        (write) => async (key, value, expire, fence) =>
          write(key, value, expire, store.token('fence', String(key)) === null ? undefined : fence),
      ),
  ),
  mutant(
    'a write with the fence of another key is refused',
    'checks only that the key has a fence',
    (store) =>
      replace(
        store,
        'write',
        (write) => async (key, value, expire, fence) =>
          write(key, value, expire, fence && (store.token('fence', String(key)) ?? fence)),
      ),
  ),
  mutant(
    'a write with a fence to advance stores, and refuses the writes of loads in progress',
    'leaves the fence unchanged',
    (store) =>
      replace(
        store,
        'write',
        (write) => async (key, value, expire, fence) =>
          write(key, value, expire, typeof fence === 'object' ? fence.fence : fence),
      ),
  ),
  mutant(
    'a write with an outdated fence to advance changes nothing',
    'ignores the fence to advance',
    (store) =>
      replace(
        store,
        'write',
        (write) => async (key, value, expire, fence) =>
          write(key, value, expire, typeof fence === 'object' ? undefined : fence),
      ),
  ),
  mutant(
    'bytes given to write may be changed before it has settled',
    'copies the bytes a moment later',
    (store) =>
      replace(store, 'write', (write) => async (...args) => {
        await null;
        return write(...args);
      }),
  ),
  mutant(
    'an entry that write stored is a miss from the moment at which it expires',
    'keeps the entry a millisecond longer',
    (store) =>
      replace(store, 'find', (find) => (key, method) => {
        const entry = store.world.entries.get(store.name(key));
        return entry?.expiresAt === store.now() ? entry : find(key, method);
      }),
  ),
  mutant(
    'write rejects an invalid key, value or TTL, and changes nothing',
    'replaces an invalid TTL by a minute',
    reserve,
  ),
  mutant(
    'write rejects an invalid key, value or TTL, and changes nothing',
    'accepts every key',
    uncheckedKeys('write'),
  ),
  mutant(
    'write rejects an invalid key, value or TTL, and changes nothing',
    'accepts every value',
    (store) => {
      store.checkValue = () => {};
    },
  ),
];

const invalidating: readonly Mutant[] = [
  mutant(
    'invalidate removes entries and counts those that existed',
    'counts the keys that it was given',
    (store) =>
      replace(store, 'invalidate', (invalidate) => async (keys) => {
        await invalidate(keys);
        return keys.length;
      }),
  ),
  mutant(
    'invalidate counts a key that is named twice only once',
    'counts a key as often as it is named',
    (store) =>
      replace(store, 'invalidate', (invalidate) => async (keys) => {
        const there = keys.filter((key) => store.find(key, 'invalidate')).length;
        await invalidate(keys);
        return there;
      }),
  ),
  mutant(
    'a load that captured its fence before invalidate cannot store',
    'leaves the fences unchanged',
    unadvanced('invalidate'),
  ),
  mutant(
    'a load that captured its fence before invalidate cannot store',
    'advances fences of existing entries only',
    (store) =>
      replace(store, 'advanceToken', (advance) => (kind, name, method) => {
        if (method !== 'invalidate' || store.find(name, method) !== undefined) advance(kind, name, method);
      }),
  ),
  mutant('a load that captures its fence after invalidate can store', 'fences the key forever', (store) => {
    const gone = new Set<string>();
    replace(store, 'invalidate', (invalidate) => async (keys) => {
      for (const key of keys) gone.add(key);
      return invalidate(keys);
    });
    replace(
      store,
      'write',
      (write) => async (key, value, expire, fence) =>
        gone.has(key) ? 'fenced' : write(key, value, expire, fence),
    );
  }),
  mutant('invalidate leaves other keys and their loads untouched', 'advances every fence', (store) =>
    replace(store, 'invalidate', (invalidate) => async (keys) => {
      store.world.tokens.clear();
      return invalidate(keys);
    }),
  ),
  mutant(
    'invalidate of no keys returns 0',
    'sends a command without keys, which the server refuses',
    (store) =>
      replace(store, 'invalidate', (invalidate) => async (keys) => {
        if (keys.length === 0) throw new Error('ERR wrong number of arguments');
        return invalidate(keys);
      }),
  ),
  mutant(
    'invalidate rejects an invalid key, and removes nothing',
    'removes the entries of the valid keys',
    (store) =>
      replace(store, 'invalidate', (invalidate) => async (keys) => {
        let removed = 0;
        for (const key of keys) removed += await invalidate([key]);
        return removed;
      }),
  ),
  mutant(
    'a race between invalidate and the write of a load always leaves no entry',
    'removes and fences in two steps',
    (store) => {
      store.invalidate = async (keys) => {
        store.begin('invalidate');
        const removed = keys.filter((key) => store.drop(key, 'invalidate')).length;
        await null;
        for (const key of keys) store.advanceToken('fence', key, 'invalidate');
        return removed;
      };
    },
  ),
  mutant('deleteValue does not fence the loads in progress', 'advances the fence at deleteValue', (store) =>
    replace(store, 'deleteValue', (remove) => async (key) => {
      store.advanceToken('fence', key, 'deleteValue');
      return remove(key);
    }),
  ),
];

const generations: readonly Mutant[] = [
  mutant(
    'advance makes entries with an earlier generation outdated',
    'advances nothing',
    unadvanced('advance'),
  ),
  mutant(
    'advance makes entries with an earlier generation outdated',
    'advances the first generation only',
    (store) => replace(store, 'advance', (advance) => async (names) => advance(names.slice(0, 1))),
  ),
  mutant('advance leaves other generations and all entries untouched', 'advances all generations', (store) =>
    replace(store, 'advance', (advance) => async (names) => {
      await advance(names);
      store.world.tokens.clear();
    }),
  ),
  mutant(
    'advance accepts an empty list, missing generations, and one named twice',
    'requires existing generations',
    (store) =>
      replace(store, 'advance', (advance) => async (names) => {
        for (const name of names)
          if (store.token('generation', String(name)) === null) throw new Error('missing');
        return advance(names);
      }),
  ),
  mutant(
    'advance rejects an invalid generation name, and advances none',
    'does not check the names',
    uncheckedKeys('generations'),
  ),
  mutant('keys does not report fences, generations and leases', 'reports reserved keys', (store) =>
    replace(store, 'matching', (matching) => (pattern, method) => [
      ...matching(pattern, method),
      ...store.world.tokens.keys(),
    ]),
  ),
  mutant('clear does not remove fences, generations and leases', 'removes reserved keys', (store) =>
    replace(store, 'clear', (clear) => async (pattern) => {
      store.world.tokens.clear();
      return clear(pattern);
    }),
  ),
];

export const fencedWritingMutants: readonly Mutant[] = [...writing, ...invalidating, ...generations];
