import { uncheckedKeys } from '../cache/key.mutants.js';
import { undying } from '../cache/lifecycle.mutants.js';
import { type Mutant, mutant, replace } from '../mutant.js';
import { derived, reserve } from './flaws.js';

const leases: readonly Mutant[] = [
  mutant(
    'a free lease is granted to one token and refused to another',
    'grants the lease to every token',
    (store) =>
      replace(
        store,
        'acquireLease',
        (acquire) =>
          async (...args) =>
            (await acquire(...args)) || true,
      ),
  ),
  mutant('the token that holds a lease can renew it', 'refuses a token that asks twice', (store) =>
    replace(
      store,
      'acquireLease',
      (acquire) => async (key, token, life) =>
        store.token('lease', String(key)) === null && (await acquire(key, token, life)),
    ),
  ),
  mutant('the token that holds a lease can renew it', 'answers true without renewing', (store) =>
    replace(
      store,
      'acquireLease',
      (acquire) => async (key, token, life) =>
        store.token('lease', String(key)) === token || acquire(key, token, life),
    ),
  ),
  mutant('a refused attempt does not extend the lease', 'extends the lease at a refused attempt', (store) =>
    replace(store, 'acquireLease', (acquire) => async (key, token, life) => {
      const got = await acquire(key, token, life);
      const held = store.world.tokens.get(store.tokenName('lease', key));
      if (!got && held !== undefined) held.expiresAt = store.now() + store.need(life);
      return got;
    }),
  ),
  mutant(
    'a lease is free after its TTL, even if its holder has disappeared',
    'holds the lease until it is released',
    (store) =>
      replace(
        store,
        'token',
        (token) => (kind, name) =>
          kind === 'lease'
            ? (store.world.tokens.get(store.tokenName(kind, name))?.token ?? null)
            : token(kind, name),
      ),
  ),
  mutant('a lease is free once its holder has released it', 'answers true without releasing', (store) =>
    replace(store, 'releaseLease', (release) => async (key, token) => {
      const held = store.world.tokens.get(store.tokenName('lease', String(key)));
      const released = await release(key, token);
      if (held !== undefined) store.world.tokens.set(store.tokenName('lease', key), held);
      return released;
    }),
  ),
  mutant(
    'a token that does not hold a lease cannot release it',
    'releases the lease of another token',
    (store) =>
      replace(
        store,
        'releaseLease',
        (release) => async (key, token) => release(key, store.token('lease', String(key)) ?? token),
      ),
  ),
  mutant('an expired lease cannot be released', 'reports a missing lease as released', (store) =>
    replace(
      store,
      'releaseLease',
      (release) => async (key, token) => store.token('lease', String(key)) === null || release(key, token),
    ),
  ),
  mutant(
    'exactly one of many concurrent attempts gets the lease',
    'checks first and takes the lease later',
    (store) =>
      replace(store, 'acquireLease', (acquire) => async (key, token, life) => {
        if (store.token('lease', String(key)) !== null) return acquire(key, token, life);
        await null;
        store.world.tokens.delete(store.tokenName('lease', String(key)));
        return acquire(key, token, life);
      }),
  ),
  mutant(
    'a key, a lease, a fence and a generation of the same name do not collide',
    'has one token for all kinds',
    (store) => {
      store.tokenName = (_, name) => `fence|${store.name(name)}`;
    },
  ),
  mutant(
    'a key, a lease, a fence and a generation of the same name do not collide',
    'ends the lease with the entry',
    (store) =>
      replace(store, 'drop', (drop) => (key, method) => {
        store.world.tokens.delete(store.tokenName('lease', key));
        return drop(key, method);
      }),
  ),
  mutant(
    'a lease rejects an invalid key and an invalid TTL',
    'accepts every key',
    uncheckedKeys('acquireLease'),
  ),
  mutant('a lease rejects an invalid key and an invalid TTL', 'replaces an invalid TTL by a minute', reserve),
];

const METHODS = ['read', 'write', 'invalidate', 'advance', 'acquireLease', 'releaseLease'] as const;

const surroundings: readonly Mutant[] = [
  ...METHODS.flatMap((method): Mutant[] => [
    mutant(`${method} rejects with a DisposedError after close`, 'answers after close', undying(method)),
    mutant(`${method} takes one round trip`, 'takes three round trips', (store) =>
      replace(store, 'begin', (begin) => (by) => {
        begin(by);
        if (by !== method) return;
        store.send('GET', 'fence');
        store.send('GET', 'entry');
      }),
    ),
  ]),
  mutant('a fenced write rejects with a DisposedError after close', 'answers "fenced" after close', (store) =>
    replace(
      store,
      'write',
      (write) => async (key, value, expire, fence) =>
        fence !== undefined && store.closed ? 'fenced' : write(key, value, expire, fence),
    ),
  ),
  mutant('a fenced write takes one round trip', 'reads before it writes', (store) =>
    replace(store, 'write', (write) => async (key, value, expire, fence) => {
      if (fence !== undefined) store.send('GET', 'fence');
      return write(key, value, expire, fence);
    }),
  ),
  mutant(
    'a load whose fence was evicted is refused its write, and nothing else fails',
    'loses the entry with its fence',
    (store) =>
      replace(store, 'write', (write) => async (key, value, expire, fence) => {
        const answer = await write(key, value, expire, fence);
        if (answer === 'fenced') store.drop(key, 'write');
        return answer;
      }),
  ),
  mutant(
    'an evicted generation is missing, and returns with a new token',
    'returns the evicted generation with its old token',
    derived,
  ),
  mutant('a key, its fence and its lease share one hash slot', 'keeps leases in another slot', (store) =>
    replace(
      store,
      'tokenName',
      (tokenName) => (kind, name) =>
        kind === 'lease' ? `lease|leases of ${store.name(name)}` : tokenName(kind, name),
    ),
  ),
  mutant(
    'a store never sees the fences, generations and leases of a neighbour on the same server',
    'forgets its prefix',
    (store) => {
      store.tokenName = (kind, name) => `${kind}|${name}`;
    },
  ),
];

export const fencedLeaseMutants: readonly Mutant[] = [...leases, ...surroundings];
