import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { apolloCache } from '../../src/adapters/apollo.js';
import { axiosStorage } from '../../src/adapters/axios.js';
import { bentoDriver } from '../../src/adapters/bentocache.js';
import { cachifiedCache } from '../../src/adapters/cachified.js';
import { expressSessionStore } from '../../src/adapters/express-session.js';
import { fastifySessionStore } from '../../src/adapters/fastify-session.js';
import { keyv6Store, keyvStore } from '../../src/adapters/keyv.js';
import { langchainCache } from '../../src/adapters/langchain.js';
import { undiciCacheStore } from '../../src/adapters/undici.js';
import { unstorageDriver } from '../../src/adapters/unstorage.js';
import type { ICache } from '../../src/interfaces/cache.js';
import type { IFencedStore } from '../../src/interfaces/fenced-store.js';
import { settlesInTime } from '../support/time/in-time.js';
import { type CacheUnderTest, openCache } from './cache-under-test.js';

const TIMEOUT_MS = 500;
/** Adapters whose failures show, whatever the cache is told: an answer would be taken for the truth. */
const STRICT = new Set(['express-session', 'fastify-session', 'undici-delete']);
/** Adapters that answer, whatever the cache is told: an answer sends the caller to the origin. */
const PATIENT = new Set(['undici']);
/** Bound of a call: its deadline, and the time that a busy machine takes. */
const BOUND_MS = TIMEOUT_MS + 1000;

/** Request of these calls. */
const REQUEST = { origin: 'http://a.example', method: 'GET', path: '/' };
/** Session of these calls. */
const SESSION = { cookie: {}, user: 'ada' };

/** Parts of LangChain. */
const LANGCHAIN = {
  BaseCache: class {
    keyEncoder = (...texts: string[]): string => texts.join('_');
  },
  serializeGeneration: (generation: object) => generation,
  deserializeStoredGeneration: (stored: object) => stored,
};

/** Calls of an adapter, by name. */
type Calls = Readonly<Record<string, () => Promise<unknown>>>;

const ADAPTERS: Readonly<Record<string, (cache: ICache & IFencedStore) => Calls>> = {
  apollo: (cache) => {
    const apollo = apolloCache(cache);
    return {
      get: () => apollo.get('k'),
      set: () => apollo.set('k', 'v'),
      delete: () => apollo.delete('k'),
    };
  },
  axios: (cache) => {
    const storage = axiosStorage(cache);
    const state = { state: 'cached', createdAt: Date.now(), ttl: 60_000, data: { headers: {} } };
    return {
      get: () => storage.get('k'),
      set: () => storage.set('k', state),
      loading: async () => storage.set('l', { state: 'loading' }).then(() => storage.remove('l')),
      remove: () => storage.remove('k'),
      clear: () => storage.clear(),
    };
  },
  bentocache: (cache) => {
    const driver = bentoDriver(cache);
    return {
      get: () => driver.get('k'),
      pull: () => driver.pull('k'),
      set: () => driver.set('k', 'v'),
      has: () => driver.has('k'),
      delete: () => driver.delete('k'),
      deleteMany: () => driver.deleteMany(['k', 'l']),
      clear: () => driver.clear(),
      clearNamespace: () => driver.namespace('n').clear(),
    };
  },
  cachified: (cache) => {
    const cachified = cachifiedCache(cache);
    const metadata = { createdTime: Date.now(), ttl: 60_000, swr: 0 };
    return {
      get: () => cachified.get('k'),
      set: () => cachified.set('k', { value: 1, metadata }),
      delete: () => cachified.delete('k'),
    };
  },
  langchain: (cache) => {
    const answers = langchainCache(LANGCHAIN, cache);
    return {
      lookup: () => answers.lookup('p', 'm'),
      update: () => answers.update('p', 'm', [{ text: 'x' }]),
    };
  },
  undici: (cache) => {
    const store = undiciCacheStore(cache);
    return {
      get: () => store.get(REQUEST),
      createWriteStream: async () => {
        const deleteAt = Date.now() + 60_000;
        const value = { statusCode: 200, statusMessage: '', headers: {}, cachedAt: 0, staleAt: 0, deleteAt };
        const stream = store.createWriteStream(REQUEST, value);
        stream?.end('body');
        if (stream) await finished(stream);
      },
    };
  },
  'undici-delete': (cache) => ({ delete: () => undiciCacheStore(cache).delete(REQUEST) }),
  unstorage: (cache) => {
    const driver = unstorageDriver(cache);
    return {
      hasItem: () => driver.hasItem('k'),
      getItem: () => driver.getItem('k'),
      getItems: () => driver.getItems([{ key: 'k' }, { key: 'l' }]),
      getItemRaw: () => driver.getItemRaw('k'),
      setItem: () => driver.setItem('k', 'v'),
      setItems: () => driver.setItems([{ key: 'k', value: 'v' }]),
      setItemRaw: () => driver.setItemRaw('k', 'v'),
      removeItem: () => driver.removeItem('k'),
      getMeta: () => driver.getMeta('k'),
      getKeys: () => driver.getKeys(),
      clear: () => driver.clear(),
      clearBase: () => driver.clear('users'),
    };
  },
  keyv: (cache) => keyvCalls(keyvStore(cache)),
  keyv6: (cache) => keyvCalls(keyv6Store(cache)),
  'express-session': (cache) => {
    const store = expressSessionStore(EventEmitter, cache);
    return {
      get: () => promisify(store.get)('s'),
      set: () => promisify(store.set)('s', SESSION),
      destroy: () => promisify(store.destroy)('s'),
      touch: () => promisify(store.touch)('s', SESSION),
    };
  },
  'fastify-session': (cache) => {
    const store = fastifySessionStore(cache);
    return {
      get: () => promisify(store.get)('s'),
      set: () => promisify(store.set)('s', SESSION),
      destroy: () => promisify(store.destroy)('s'),
    };
  },
};

function keyvCalls(store: ReturnType<typeof keyvStore> | ReturnType<typeof keyv6Store>): Calls {
  return {
    get: () => store.get('k'),
    getMany: () => store.getMany(['k', 'l']),
    set: () => store.set('k', '1'),
    setMany: () => store.setMany([{ key: 'k', value: '1' }]) as Promise<unknown>,
    delete: () => store.delete('k'),
    deleteMany: () => store.deleteMany(['k', 'l']) as Promise<unknown>,
    has: () => store.has('k'),
    hasMany: () => store.hasMany(['k', 'l']),
    clear: () => store.clear(),
    iterator: () => store.iterator().next(),
  };
}

describe.each(['degrade', 'throw'] as const)(
  'adapters over a frozen Redis with failureMode: %s',
  (failureMode) => {
    let subject: CacheUnderTest;

    beforeAll(async () => {
      subject = await openCache('Redis', { failureMode, commandTimeout: TIMEOUT_MS });
      subject.server?.freeze();
    });
    afterAll(() => subject?.close());

    it.each(Object.keys(ADAPTERS))(
      'every call of %s settles in time, and degrades only where nobody is misled',
      async (name) => {
        const calls = ADAPTERS[name]?.(subject.cache) ?? {};
        const outcomes = await Promise.all(
          Object.entries(calls).map(([call, run]) =>
            settlesInTime(BOUND_MS, `${name}.${call}`, () =>
              run().then(
                () => 'answered',
                (error: { code?: string }) => error.code,
              ),
            ),
          ),
        );
        if (PATIENT.has(name) || (failureMode === 'degrade' && !STRICT.has(name)))
          assert.deepEqual(new Set(outcomes), new Set(['answered']));
        else
          for (const outcome of outcomes)
            assert.match(String(outcome), /^E_(?:OPERATION_|CONNECTION_|CIRCUIT_OPEN)/);
      },
    );
  },
);
