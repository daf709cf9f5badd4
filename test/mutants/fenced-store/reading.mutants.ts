import { blind } from '../cache/expiry.mutants.js';
import { uncheckedKeys } from '../cache/key.mutants.js';
import { lent } from '../cache/value.mutants.js';
import { type Mutant, mutant, replace } from '../mutant.js';
import type { ReferenceStore } from '../reference/reference-store.js';
import type { Flaw } from '../reference/reference-subjects.js';
import { derived, reserve } from './fenced-flaws.js';

type Read = ReferenceStore['read'];

/** A read with something changed on the way. */
function reading(make: (read: Read, store: ReferenceStore) => Read): Flaw {
  return (store) => replace(store, 'read', (read) => make(read, store));
}

const entries: readonly Mutant[] = [
  mutant(
    'read answers entries in the order of the keys, and each of them',
    'answers in the order of the names',
    reading((read) => async (request) => read({ ...request, keys: request.keys.toSorted() })),
  ),
  mutant('an absent entry has neither value nor remaining life', 'has a life of 0', (store) =>
    replace(store, 'remaining', (left) => (entry) => left(entry) ?? 0),
  ),
  mutant('an expired entry reads as absent', 'reads it', blind('read')),
  mutant('read says what remains of a life', 'counts in seconds, rounded up', (store) =>
    replace(store, 'remaining', (left) => (entry) => {
      const ms = left(entry);
      return ms === null ? null : Math.ceil(ms / 1000) * 1000;
    }),
  ),
  mutant('what remains of a life is at least 1 until the entry is gone', 'rounds down', (store) => {
    store.remaining = (entry) => (entry === undefined ? null : Math.floor(entry.expiresAt - store.now()));
  }),
  mutant('an entry without expiry has the remaining life Infinity', 'has none', (store) =>
    replace(store, 'remaining', (left) => (entry) => {
      const ms = left(entry);
      return ms === Number.POSITIVE_INFINITY ? null : ms;
    }),
  ),
  mutant('the bytes that are read are the caller’s to change', 'gives out its own', lent('read')),
  mutant('empty bytes are a value, not an absence', 'takes empty for absent', (store) =>
    replace(
      store,
      'give',
      (give) => (entry, method) => (entry?.bytes.length === 0 ? null : give(entry, method)),
    ),
  ),
  mutant('both ports see the same entries', 'writes elsewhere', (store) =>
    replace(
      store,
      'write',
      (write) =>
        async (key, ...rest) =>
          write(`fenced:${key}`, ...rest),
    ),
  ),
  mutant(
    'a read that does not ask for lives answers the same values and generations, and no lives',
    'forgets the generations',
    reading((read) => async (request) => {
      const answer = await read(request);
      return request.lives === false ? { ...answer, generations: [] } : answer;
    }),
  ),
  mutant(
    'a read may give entries that are there a new life, and says what remained before',
    'never shortens a life',
    (store) => {
      store.extend = (entry, ms) => {
        entry.expiresAt = Math.max(entry.expiresAt, store.now() + ms);
      };
    },
  ),
  mutant('a new life leaves the fence as it is', 'advances it', (store) =>
    replace(store, 'extend', (extend) => (entry, ms) => {
      store.world.tokens.clear();
      extend(entry, ms);
    }),
  ),
  mutant(
    'read says who has a lease where it is asked to',
    'says that nobody has',
    reading((read) => async (request) => {
      const answer = await read(request);
      if (request.leases !== true) return answer;
      return { ...answer, entries: answer.entries.map((entry) => ({ ...entry, lease: null })) };
    }),
  ),
  mutant(
    'a read of nothing answers nothing',
    'asks the server for nothing, which refuses',
    reading((read) => async (request) => {
      if (request.keys.length === 0) throw new Error('ERR wrong number of arguments');
      return read(request);
    }),
  ),
];

const capturing: readonly Mutant[] = [
  mutant(
    'without capture no fence is read, also where there is one',
    'reads it',
    reading((read, store) => async (request) => {
      const answer = await read(request);
      const fenced = answer.entries.map((entry, index) => ({
        ...entry,
        fence: entry.fence ?? store.token('fence', request.keys[index] ?? ''),
      }));
      return { ...answer, entries: fenced };
    }),
  ),
  mutant(
    'without capture a missing generation is null and stays missing',
    'makes it',
    reading((read, store) => async (request) => {
      const answer = await read(request);
      for (const name of request.generations ?? []) store.capture('generation', name, 60_000);
      return answer;
    }),
  ),
  mutant('by default fences of absent entries are captured, and of no others', 'captures all', (store) => {
    store.wants = () => true;
  }),
  mutant(
    'the fence of an expired entry is captured as that of an absent one',
    'takes what is not yet swept for present',
    reading((read, store) => async (request) => {
      const answer = await read(request);
      const fenced = answer.entries.map((entry, index) =>
        store.world.entries.has(store.name(request.keys[index] ?? '')) ? { ...entry, fence: null } : entry,
      );
      return { ...answer, entries: fenced };
    }),
  ),
  mutant('with "all" the fence of every key is captured', 'captures those of the absent', (store) => {
    store.wants = (entry) => entry === undefined;
  }),
  mutant('a fence that is there is captured as it is', 'makes another', (store) =>
    replace(store, 'capture', (capture) => (kind, name, ms) => {
      store.world.tokens.delete(store.tokenName(kind, name));
      return capture(kind, name, ms);
    }),
  ),
  mutant(
    'all who capture a fence at once get the same one',
    'looks, and then makes one',
    reading((read, store) => async (request) => {
      const missing = request.keys.filter((key) => store.token('fence', key) === null);
      await null;
      for (const key of missing) store.world.tokens.delete(store.tokenName('fence', key));
      return read(request);
    }),
  ),
  mutant(
    'with capture there is a token for each generation, in their order',
    'answers in another',
    reading((read) => async (request) => {
      const answer = await read(request);
      return { ...answer, generations: answer.generations.toReversed() };
    }),
  ),
  mutant('a generation that is there stays what it is until it is advanced', 'makes another', (store) =>
    replace(store, 'capture', (capture) => (kind, name, ms) => {
      if (kind === 'generation') store.world.tokens.delete(store.tokenName(kind, name));
      return capture(kind, name, ms);
    }),
  ),
  mutant(
    'keys and generations are answered together',
    'answers keys first, and generations another time',
    reading((read) => async (request) => {
      const answer = await read(request);
      return request.keys.length === 0
        ? answer
        : { ...answer, generations: answer.generations.map(() => null) };
    }),
  ),
  mutant('tokens live at least as long as was asked for', 'lets them live 10 ms', (store) =>
    replace(store, 'capture', (capture) => (kind, name) => capture(kind, name, 10)),
  ),
  mutant('capturing again lengthens the life of a token', 'leaves it', (store) =>
    replace(
      store,
      'capture',
      (capture) => (kind, name, ms) => store.token(kind, name) ?? capture(kind, name, ms),
    ),
  ),
  mutant('capturing again for a shorter time does not shorten the life of a token', 'does', (store) =>
    replace(store, 'capture', (capture) => (kind, name, ms) => {
      const token = capture(kind, name, ms);
      store.world.tokens.set(store.tokenName(kind, name), { token, expiresAt: store.now() + ms });
      return token;
    }),
  ),
  mutant('tokens are random: many, all different, of 64 bits or more, in no order', 'counts', (store) => {
    let count = 10_000_000;
    store.fresh = () => String(count++);
  }),
  mutant(
    'tokens are random: many, all different, of 64 bits or more, in no order',
    'takes six letters',
    (store) => {
      store.fresh = () => Math.random().toString(36).slice(2, 8);
    },
  ),
  mutant(
    'tokens are random: many, all different, of 64 bits or more, in no order',
    'takes the time',
    (store) => {
      let micros = 1_700_000_000_000_000;
      store.fresh = () => String(micros++);
    },
  ),
  mutant('what was removed has another token when it comes back', 'makes it of the name', derived),
  mutant('keys and names of generations are literal', 'does not see braces', (store) =>
    replace(store, 'tokenName', (tokenName) => (kind, name) => tokenName(kind, name.replace(/[{}]/g, ''))),
  ),
  mutant(
    'read refuses what is no key, no name of a generation, or no life',
    'looks at keys only',
    uncheckedKeys('generations'),
  ),
  mutant(
    'read refuses what is no key, no name of a generation, or no life',
    'looks at names only',
    uncheckedKeys('read'),
  ),
  mutant(
    'read refuses what is no key, no name of a generation, or no life',
    'has a life in reserve',
    reserve,
  ),
];

export const fencedReadingMutants: readonly Mutant[] = [...entries, ...capturing];
