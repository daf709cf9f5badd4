import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest';
import { apolloCache } from '../../../src/adapters/apollo.js';
import { bentoDriver } from '../../../src/adapters/bentocache.js';
import { cachifiedCache } from '../../../src/adapters/cachified.js';
import { unstorageDriver } from '../../../src/adapters/unstorage.js';
import { type ICache, MemoryCache } from '../../../src/index.js';
import { type CacheUnderTest, openCache, PLACES } from '../../adapters/cache-under-test.js';
import { ManualClock } from '../../support/time/manual-clock.js';
import { otherPackage } from '../packages.js';

interface Storage {
  setItem(key: string, value: unknown, options?: object): Promise<void>;
  setItems(items: object[], options?: object): Promise<void>;
  setItemRaw(key: string, value: unknown): Promise<void>;
  getItem(key: string): Promise<unknown>;
  getItems(keys: string[]): Promise<unknown[]>;
  getItemRaw(key: string): Promise<Uint8Array>;
  getKeys(base?: string, options?: object): Promise<string[]>;
  removeItem(key: string, options?: object): Promise<void>;
  getMeta(key: string): Promise<{ ttl?: number }>;
  hasItem(key: string): Promise<boolean>;
  clear(base?: string): Promise<void>;
}
interface ApolloCache {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
}
type ApolloSuite = (cache: unknown, tick?: (ms: number) => void) => Promise<void>;
interface Bento {
  getOrSet(options: object): Promise<unknown>;
  get(options: object): Promise<unknown>;
  delete(options: object): Promise<boolean>;
  deleteByTag(options: object): Promise<boolean>;
  clear(): Promise<void>;
  namespace(name: string): Bento;
}
interface BentoModule {
  readonly BentoCache: new (options: object) => Bento;
  bentostore(): { useL2Layer(layer: unknown): object };
}
type BentoTest = (context: object) => Promise<void>;

// The suite declares its tests when it is called, so it must be there before.
const { registerCacheDriverTestSuite } = await otherPackage<{
  registerCacheDriverTestSuite(options: object): void;
}>('bentocache/test_suite');

describe.each(PLACES)('other caches over %s', (where) => {
  let subject: CacheUnderTest;
  let cache: ICache;

  beforeAll(async () => {
    subject = await openCache(where);
    cache = subject.cache;
  });
  afterAll(() => subject?.close());

  it('a storage of unstorage keeps items, bytes and lives through its driver', async () => {
    const { createStorage } = await otherPackage<{ createStorage(options: object): Storage }>('unstorage');
    // region unstorage
    const storage = createStorage({ driver: unstorageDriver(cache, { prefix: 'app:nitro', expire: '1d' }) });
    await storage.setItem('users:7', { name: 'Ada' }, { ttl: 60 });
    // endregion
    assert.deepEqual(await storage.getItem('users:7'), { name: 'Ada' });
    assert.ok(((await storage.getMeta('users:7')).ttl ?? 0) <= 60);
    await storage.setItems(
      [
        { key: 'users:8', value: 1 },
        { key: 'posts:1', value: 'text' },
      ],
      { ttl: 60 },
    );
    assert.deepEqual(await storage.getItems(['posts:1', 'users:8', 'none']), [
      { key: 'posts:1', value: 'text' },
      { key: 'users:8', value: 1 },
      { key: 'none', value: null },
    ]);
    const bytes = new Uint8Array([0, 255, 1]);
    await storage.setItemRaw('raw', bytes);
    assert.deepEqual([...(await storage.getItemRaw('raw'))], [...bytes]);
    assert.deepEqual((await storage.getKeys('users')).sort(), ['users:7', 'users:8']);
    assert.deepEqual(await storage.getKeys('', { maxDepth: 0 }), ['raw']);
    await storage.removeItem('raw');
    assert.equal(await storage.hasItem('raw'), false);
    await storage.clear();
    assert.deepEqual(await storage.getKeys(), []);
  });

  it('the cache of Apollo passes the suite of Apollo, and works below its wrappers', async () => {
    const { runKeyValueCacheTests } = await otherPackage<{ runKeyValueCacheTests: ApolloSuite }>(
      'apollo-server-caching/dist/testsuite',
    );
    // region apollo
    const options = { typeDefs: 'type Query { hello: String }', cache: apolloCache(cache, { expire: '1d' }) };
    // const server = new ApolloServer(options);
    // endregion
    await runKeyValueCacheTests(options.cache);
    const clock = new ManualClock();
    const inMemory = new MemoryCache({ clock });
    onTestFinished(() => inMemory.close());
    await runKeyValueCacheTests(apolloCache(inMemory), (ms) => clock.advance(ms));
    const { PrefixingKeyValueCache } = await otherPackage<{
      readonly PrefixingKeyValueCache: new (cache: unknown, prefix: string) => ApolloCache;
    }>('@apollo/utils.keyvaluecache');
    const prefixed = new PrefixingKeyValueCache(apolloCache(cache), 'fqc:');
    await prefixed.set('k', '');
    assert.equal(await prefixed.get('k'), '');
    assert.equal(await apolloCache(cache).get('fqc:k'), '');
  });

  it('cachified loads once, serves what is stale, and keeps what JSON would lose', async () => {
    const { cachified } = await otherPackage<{ cachified(options: object): Promise<unknown> }>(
      '@epic-web/cachified',
    );
    let loads = 0;
    const load = async () => new Map([['loads', ++loads]]);
    // region cachified
    const users = cachifiedCache(cache, { prefix: 'app:cachified' });
    const user = await cachified({
      key: 'user:7',
      cache: users,
      ttl: 60_000,
      swr: 300_000,
      getFreshValue: load,
    });
    // endregion
    assert.deepEqual(user, new Map([['loads', 1]]));
    const again = await cachified({ key: 'user:7', cache: users, ttl: 60_000, getFreshValue: load });
    assert.deepEqual([again, loads], [user, 1]);
    const endless = { key: 'ever', cache: users, getFreshValue: load };
    assert.deepEqual(
      [await cachified(endless), await cachified(endless), loads],
      [new Map([['loads', 2]]), new Map([['loads', 2]]), 2],
    );
  });

  it('a bentocache with this second layer loads once for two processes, and forgets by tag', async () => {
    const { BentoCache, bentostore } = await otherPackage<BentoModule>('bentocache');
    const open = () =>
      // region bentocache
      new BentoCache({
        default: 'shared',
        stores: { shared: bentostore().useL2Layer(bentoDriver(cache, { prefix: 'app:bento' })) },
      });
    // endregion
    const [one, other] = [open(), open()];
    let loads = 0;
    const user = { key: 'user:7', ttl: '1m', tags: ['users'], factory: async () => ({ loads: ++loads }) };
    assert.deepEqual(
      [await one.getOrSet(user), await other.getOrSet(user), loads],
      [{ loads: 1 }, { loads: 1 }, 1],
    );
    await one.deleteByTag({ tags: ['users'] });
    assert.deepEqual([await other.getOrSet(user), loads], [{ loads: 2 }, 2]);
    await other.namespace('near').getOrSet(user);
    assert.equal(await one.delete({ key: 'user:7' }), true);
    assert.deepEqual(await one.namespace('near').get({ key: 'user:7' }), { loads: 3 });
    await one.clear();
    assert.equal(await other.namespace('near').get({ key: 'user:7' }), undefined);
  });

  describe('the published suite of bentocache', () => {
    let clear: () => Promise<void>;
    const asserts = {
      deepEqual: assert.deepEqual,
      notEqual: assert.notEqual,
      isTrue: (value: unknown) => assert.equal(value, true),
      isFalse: (value: unknown) => assert.equal(value, false),
      isUndefined: (value: unknown) => assert.equal(value, undefined),
    };
    const test = (title: string, run: BentoTest) =>
      it(title, async () => {
        await run({ assert: asserts, cleanup: onTestFinished });
        await clear();
      });
    registerCacheDriverTestSuite({
      test,
      group: {
        // The driver is made at once, but the cache below it is there when the tests run.
        setup: (open: () => Promise<unknown>) => beforeAll(async () => void (await open())),
        tap: () => undefined,
        each: {
          teardown: (run: () => Promise<void>) => {
            clear = run;
          },
        },
      },
      createDriver: (options?: { readonly prefix: string }) => bentoDriver(cache, options),
    });
  });
});
