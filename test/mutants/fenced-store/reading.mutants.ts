import { blind } from '../cache/expiry.mutants.js';
import { uncheckedKeys } from '../cache/key.mutants.js';
import { lent } from '../cache/value.mutants.js';
import { type Mutant, mutant, replace } from '../mutant.js';
import type { ReferenceStore } from '../reference/reference-store.js';
import type { Flaw } from '../reference/reference-subjects.js';
import { derived, reserve } from './flaws.js';

type Read = ReferenceStore['read'];

/** A read with something changed on the way. */
function reading(make: (read: Read, store: ReferenceStore) => Read): Flaw {
  return (store) => replace(store, 'read', (read) => make(read, store));
}

const entries: readonly Mutant[] = [
  mutant(
    'read returns one entry for each key, in the order of the keys',
    'answers in alphabetical order',
    reading((read) => async (request) => read({ ...request, keys: request.keys.toSorted() })),
  ),
  mutant('an absent entry has neither value nor remaining TTL', 'answers a remaining TTL of 0', (store) =>
    replace(store, 'remaining', (left) => (entry) => left(entry) ?? 0),
  ),
  mutant('an expired entry reads as absent', 'reads expired entries', blind('read')),
  mutant('read returns the remaining TTL', 'answers in seconds, rounded up', (store) =>
    replace(store, 'remaining', (left) => (entry) => {
      const ms = left(entry);
      return ms === null ? null : Math.ceil(ms / 1000) * 1000;
    }),
  ),
  mutant(
    'the remaining TTL is at least 1 until the entry expires',
    'rounds the remaining TTL down',
    (store) => {
      store.remaining = (entry) => (entry === undefined ? null : Math.floor(entry.expiresAt - store.now()));
    },
  ),
  mutant('an entry without a TTL has the remaining TTL Infinity', 'answers no remaining TTL', (store) =>
    replace(store, 'remaining', (left) => (entry) => {
      const ms = left(entry);
      return ms === Number.POSITIVE_INFINITY ? null : ms;
    }),
  ),
  mutant('bytes that read returns may be changed by the caller', 'returns its own bytes', lent('read')),
  mutant('empty bytes are a value, not an absence', 'treats empty bytes as absent', (store) =>
    replace(
      store,
      'give',
      (give) => (entry, method) => (entry?.bytes.length === 0 ? null : give(entry, method)),
    ),
  ),
  mutant('ICache and IFencedStore see the same entries', 'writes entries to another place', (store) =>
    replace(
      store,
      'write',
      (write) =>
        async (key, ...rest) =>
          write(`fenced:${key}`, ...rest),
    ),
  ),
  mutant(
    'a read that does not ask for TTLs answers the same values and generations, without TTLs',
    'leaves the generations out',
    reading((read) => async (request) => {
      const answer = await read(request);
      return request.lives === false ? { ...answer, generations: [] } : answer;
    }),
  ),
  mutant(
    'a read that does not ask for values captures the same tokens, without values',
    'treats every entry as absent',
    reading((read) => async (request) => {
      const { capture } = request;
      if (request.values !== false || capture === undefined) return read(request);
      return read({ ...request, capture: { ...capture, of: 'all' } });
    }),
  ),
  mutant(
    'a read may renew the TTL of existing entries, and returns what remained before',
    'never shortens a TTL',
    (store) => {
      store.extend = (entry, ms) => {
        entry.expiresAt = Math.max(entry.expiresAt, store.now() + ms);
      };
    },
  ),
  mutant('a renewed TTL leaves the fence unchanged', 'advances the fence at a renewal', (store) =>
    replace(store, 'extend', (extend) => (entry, ms) => {
      store.world.tokens.clear();
      extend(entry, ms);
    }),
  ),
  mutant(
    'read returns the holder of a lease when it is asked to',
    'reports every lease as free',
    reading((read) => async (request) => {
      const answer = await read(request);
      if (request.leases !== true) return answer;
      return { ...answer, entries: answer.entries.map((entry) => ({ ...entry, lease: null })) };
    }),
  ),
  mutant(
    'a read of no keys and no generations returns empty lists',
    'sends a command without keys, which the server refuses',
    reading((read) => async (request) => {
      if (request.keys.length === 0) throw new Error('ERR wrong number of arguments');
      return read(request);
    }),
  ),
];

const capturing: readonly Mutant[] = [
  mutant(
    'a read without capture returns no fence, even if there is one',
    'reads the fence without capture',
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
    'a read without capture returns null for a missing generation and does not create it',
    'creates the generation without capture',
    reading((read, store) => async (request) => {
      const answer = await read(request);
      for (const name of request.generations ?? []) store.capture('generation', name, 60_000);
      return answer;
    }),
  ),
  mutant(
    'capture reads the fences of absent entries only, by default',
    'captures the fences of all keys',
    (store) => {
      store.wants = () => true;
    },
  ),
  mutant(
    'capture reads the fence of an expired entry as that of an absent one',
    'treats an expired entry as present',
    reading((read, store) => async (request) => {
      const answer = await read(request);
      const fenced = answer.entries.map((entry, index) =>
        store.world.entries.has(store.name(request.keys[index] ?? '')) ? { ...entry, fence: null } : entry,
      );
      return { ...answer, entries: fenced };
    }),
  ),
  mutant(
    'capture of "all" reads the fence of every key',
    'captures the fences of absent entries only',
    (store) => {
      store.wants = (entry) => entry === undefined;
    },
  ),
  mutant('capture leaves an existing fence unchanged', 'replaces an existing fence', (store) =>
    replace(store, 'capture', (capture) => (kind, name, ms) => {
      store.world.tokens.delete(store.tokenName(kind, name));
      return capture(kind, name, ms);
    }),
  ),
  mutant(
    'concurrent captures of a fence get the same token',
    'checks first and creates the fence later',
    reading((read, store) => async (request) => {
      const missing = request.keys.filter((key) => store.token('fence', key) === null);
      await null;
      for (const key of missing) store.world.tokens.delete(store.tokenName('fence', key));
      return read(request);
    }),
  ),
  mutant(
    'capture returns a token for each generation, in the order asked',
    'answers the generations in another order',
    reading((read) => async (request) => {
      const answer = await read(request);
      return { ...answer, generations: answer.generations.toReversed() };
    }),
  ),
  mutant(
    'an existing generation keeps its token until it is advanced',
    'replaces an existing generation',
    (store) =>
      replace(store, 'capture', (capture) => (kind, name, ms) => {
        if (kind === 'generation') store.world.tokens.delete(store.tokenName(kind, name));
        return capture(kind, name, ms);
      }),
  ),
  mutant(
    'one read returns keys and generations together',
    'reads keys and generations at different times',
    reading((read) => async (request) => {
      const answer = await read(request);
      return request.keys.length === 0
        ? answer
        : { ...answer, generations: answer.generations.map(() => null) };
    }),
  ),
  mutant('tokens live at least as long as the capture asked for', 'keeps tokens for 10 ms', (store) =>
    replace(store, 'capture', (capture) => (kind, name) => capture(kind, name, 10)),
  ),
  mutant('a second capture extends the life of a token', 'does not extend the token', (store) =>
    replace(
      store,
      'capture',
      (capture) => (kind, name, ms) => store.token(kind, name) ?? capture(kind, name, ms),
    ),
  ),
  mutant('a second, shorter capture does not shorten the life of a token', 'shortens the token', (store) =>
    replace(store, 'capture', (capture) => (kind, name, ms) => {
      const token = capture(kind, name, ms);
      store.world.tokens.set(store.tokenName(kind, name), { token, expiresAt: store.now() + ms });
      return token;
    }),
  ),
  mutant(
    'tokens are random: all different, 64 bits or more, in no order',
    'counts its tokens up',
    (store) => {
      let count = 10_000_000;
      store.fresh = () => String(count++);
    },
  ),
  mutant(
    'tokens are random: all different, 64 bits or more, in no order',
    'uses tokens of six letters',
    (store) => {
      store.fresh = () => Math.random().toString(36).slice(2, 8);
    },
  ),
  mutant(
    'tokens are random: all different, 64 bits or more, in no order',
    'uses the time as token',
    (store) => {
      let micros = 1_700_000_000_000_000;
      store.fresh = () => String(micros++);
    },
  ),
  mutant(
    'a fence or generation that was removed returns with a different token',
    'derives the token from the name',
    derived,
  ),
  mutant('keys and names of generations are treated literally', 'drops braces from names', (store) =>
    replace(store, 'tokenName', (tokenName) => (kind, name) => tokenName(kind, name.replace(/[{}]/g, ''))),
  ),
  mutant(
    'read refuses an invalid key, generation name or TTL',
    'checks keys only',
    uncheckedKeys('generations'),
  ),
  mutant('read refuses an invalid key, generation name or TTL', 'checks names only', uncheckedKeys('read')),
  mutant(
    'read refuses an invalid key, generation name or TTL',
    'replaces an invalid TTL by a minute',
    reserve,
  ),
];

export const fencedReadingMutants: readonly Mutant[] = [...entries, ...capturing];
