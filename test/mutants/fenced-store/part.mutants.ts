import { type Mutant, mutant, replace } from '../mutant.js';
import type { ReferenceStore } from '../reference/reference-store.js';

type Read = ReferenceStore['read'];

function reading(flaw: (read: Read, store: ReferenceStore) => Read): (store: ReferenceStore) => void {
  return (store) => replace(store, 'read', (read) => flaw(read, store));
}

const scopes: readonly Mutant[] = [
  mutant(
    'a scope is missing until a capture creates it, and then read with each entry',
    'creates the scope without capture',
    reading((read, store) => async (request) => {
      const { scope, keys } = request;
      if (scope !== undefined)
        for (const key of keys) store.capture('scope', store.copyName(scope, key), 60_000);
      return read(request);
    }),
  ),
  mutant(
    'a scope is missing until a capture creates it, and then read with each entry',
    'reports the scope with the first entry only',
    reading((read) => async (request) => {
      const answer = await read(request);
      const entries = answer.entries.map((entry, at) => (at === 0 ? entry : { ...entry, scope: null }));
      return { ...answer, entries };
    }),
  ),
  mutant(
    'an entry has no scope unless the read asks for one',
    'always reports a scope',
    reading((read) => async (request) => {
      const answer = await read(request);
      return { ...answer, entries: answer.entries.map((entry) => ({ scope: null, ...entry })) };
    }),
  ),
  mutant(
    'advance everywhere makes the scope of every entry outdated',
    'advances nothing that is read with entries',
    (store) =>
      replace(
        store,
        'advance',
        (advance) => async (names, where) => (where === undefined ? advance(names) : undefined),
      ),
  ),
  mutant(
    'advance everywhere leaves other scopes and generations untouched',
    'advances all scopes everywhere',
    (store) =>
      replace(store, 'advance', (advance) => async (names, where) => {
        if (where !== undefined) store.world.tokens.clear();
        return advance(names, where);
      }),
  ),
  mutant(
    'a read without values answers everything else',
    'answers the values',
    reading((read) => (request) => read({ ...request, values: true })),
  ),
  mutant(
    'a read without values answers everything else',
    'treats every entry as absent without values',
    reading((read) => async (request) => {
      const answer = await read(request);
      if (request.values !== false) return answer;
      return { ...answer, entries: answer.entries.map((entry) => ({ ...entry, remainingMs: null })) };
    }),
  ),
  mutant('capture of "none" reads no fence', 'captures the fences of absent entries', (store) =>
    replace(store, 'wants', (wants) => (entry, of) => wants(entry, of === 'none' ? 'absent' : of)),
  ),
  mutant('a key and its copy of the scope share one hash slot', 'keeps the copies elsewhere', (store) =>
    replace(store, 'copyName', (copyName) => (scope, key) => copyName(scope, `of ${key}`)),
  ),
];

const failures: readonly Mutant[] = [
  mutant(
    'a part that fails costs a read its own entries only',
    'rejects when any part fails',
    reading((read) => async (request) => {
      const answer = await read(request);
      if (answer.failure !== undefined) throw answer.failure;
      return answer;
    }),
  ),
  mutant(
    'a part that fails costs a read its own entries only',
    'answers failed entries as absent ones',
    reading((read) => async (request) => {
      const answer = await read(request);
      return { ...answer, entries: answer.entries.map(({ failure: _failure, ...entry }) => entry) };
    }),
  ),
  mutant('a read whose entries all failed rejects', 'never rejects', (store) =>
    replace(store, 'failureOf', (failureOf) => (_counted, names) => failureOf(['reachable'], names)),
  ),
  mutant('a read whose entries all failed rejects', 'answers when a generation was reached', (store) =>
    replace(store, 'failureOf', (failureOf) => (_counted, names) => failureOf(names, names)),
  ),
  mutant(
    'a generation whose part failed is null, and the rest is answered',
    'reads generations in spite of their part',
    (store) => {
      store.generationIsBroken = () => false;
    },
  ),
  mutant(
    'invalidate removes what it can, and lists the keys that failed',
    'removes nothing when a part fails',
    (store) =>
      replace(store, 'invalidate', (invalidate) => async (keys) => {
        store.reject(
          keys.filter((key) => store.isBroken(key)),
          keys,
        );
        return invalidate(keys);
      }),
  ),
  mutant(
    'invalidate removes what it can, and lists the keys that failed',
    'does not list the keys that failed',
    (store) =>
      replace(store, 'reject', (reject) => (failed, names) => reject(failed.length > 0 ? names : [], names)),
  ),
  mutant(
    'advance advances what it can, and lists the generations that failed',
    'stops after the first generation when its part fails',
    (store) =>
      replace(store, 'advance', (advance) => async (names, where) => {
        const [first] = names;
        if (first !== undefined && store.isBroken(first)) store.reject([first], names);
        return advance(names, where);
      }),
  ),
  mutant(
    'advance everywhere rejects when it missed a part, and advances the others',
    'ignores the parts that it missed',
    (store) =>
      replace(store, 'advance', (advance) => async (names, where) => {
        const call = advance(names, where);
        return where === undefined ? call : call.catch(() => undefined);
      }),
  ),
  mutant(
    'advance everywhere rejects when it missed a part, and advances the others',
    'advances no part when it misses one',
    (store) =>
      replace(store, 'advance', (advance) => async (names, where) => {
        if (where !== undefined && store.world.broken.size > 0) store.reject(names, names);
        return advance(names, where);
      }),
  ),
];

export const fencedPartMutants: readonly Mutant[] = [...scopes, ...failures];
