import assert from 'node:assert/strict';
import * as vitest from 'vitest';
import { keyv6Store, keyvStore } from '../../../src/adapters/keyv.js';
import type { ICache } from '../../../src/index.js';
import { type CacheUnderTest, openCache, PLACES } from '../../adapters/cache-under-test.js';
import { eventually } from '../../support/time/eventually.js';
import { otherPackage } from '../packages.js';

const { afterAll, beforeAll, describe, it } = vitest;

/** Calls that Keyv 5 and 6 share. */
interface Keyv {
  set(key: string, value: unknown, ttl?: number): Promise<boolean>;
  setMany(entries: { key: string; value: unknown; ttl?: number }[]): Promise<boolean[]>;
  get(key: string): Promise<unknown>;
  get(keys: string[]): Promise<unknown[]>;
  has(key: string): Promise<boolean>;
  delete(key: string): Promise<boolean>;
  clear(): Promise<void>;
  iterator(): AsyncIterable<[string, unknown]>;
  on(event: 'error', listener: (error: unknown) => void): void;
}
interface KeyvModule {
  readonly Keyv: new (options: object) => Keyv;
}
type KeyvSuite = (runner: object, Keyv: unknown, store: () => unknown) => void;
interface CacheOfManager {
  set(key: string, value: unknown, ttl?: number): Promise<unknown>;
  mset(list: { key: string; value: unknown; ttl?: number }[]): Promise<unknown>;
  get(key: string): Promise<unknown>;
  mget(keys: string[]): Promise<unknown[]>;
  ttl(key: string): Promise<number | undefined>;
  del(key: string): Promise<boolean>;
  mdel(keys: string[]): Promise<boolean>;
  clear(): Promise<boolean>;
  wrap<T>(key: string, load: () => Promise<T>, ttl?: number): Promise<T>;
}

// Suites declare their tests when they are called, so what they need must be there before.
const { Keyv } = await otherPackage<KeyvModule>('keyv');
const { Keyv: Keyv6 } = await otherPackage<KeyvModule>('keyv6');
const { keyvTestSuite, keyvIteratorTests } = await suites();

async function suites(): Promise<{ keyvTestSuite: KeyvSuite; keyvIteratorTests: KeyvSuite }> {
  const { default: keyvTestSuite, keyvIteratorTests } = await otherPackage<{
    default: KeyvSuite;
    keyvIteratorTests: KeyvSuite;
  }>('@keyv/test-suite');
  return { keyvTestSuite, keyvIteratorTests };
}

describe.each(PLACES)('Keyv over %s', (where) => {
  let subject: CacheUnderTest;
  let cache: ICache;

  beforeAll(async () => {
    subject = await openCache(where);
    cache = subject.cache;
  });
  afterAll(() => subject?.close());

  describe('its published suite', () => {
    // Only what the suite has one store for two namespaces of is left out: one store serves one namespace.
    const skipsSharedStore = {
      ...vitest,
      it: (title: string, test: () => unknown) =>
        title.includes("doesn't yield values from other namespaces") ? undefined : it(title, test),
    };
    // The suite writes into `store().opts`.
    keyvTestSuite(vitest, Keyv, () => keyvStore(cache));
    keyvIteratorTests(skipsSharedStore, Keyv, () => keyvStore(cache));
  });

  it('the documented lines open a Keyv of each version', async () => {
    // region keyv
    const orders = new Keyv({ store: keyvStore(cache), namespace: 'orders' }); // Keyv 5
    await orders.set('7', { of: 'ada' }, 60_000);
    // endregion
    // region keyv6
    const users = new Keyv6({ store: keyv6Store(cache, { prefix: 'app:keyv6' }), namespace: 'users' });
    await users.set('7', { name: 'Ada' }, 60_000);
    // endregion
    assert.deepEqual([await orders.get('7'), await users.get('7')], [{ of: 'ada' }, { name: 'Ada' }]);
    await orders.clear();
    await users.clear();
  });

  it.each([
    ['5', Keyv, keyvStore],
    ['6', Keyv6, keyv6Store],
  ] as const)(
    'a Keyv %s reads what another Keyv of its namespace wrote, until it expires',
    async (_, Kv, store) => {
      const open = (namespace: string) => new Kv({ store: store(cache), namespace });
      const [writer, reader, other] = [open('orders'), open('orders'), open('ordersOld')];
      assert.equal(await writer.set('a', { of: 'ada', bytes: Buffer.from('x') }), true);
      assert.deepEqual(await reader.get('a'), { of: 'ada', bytes: Buffer.from('x') });
      await writer.setMany([
        { key: 'b', value: 1, ttl: 60_000 },
        { key: 'c', value: null },
      ]);
      assert.deepEqual(await reader.get(['c', 'b', 'none']), [null, 1, undefined]);
      assert.equal(await other.has('a'), false);
      await other.set('a', 'other');
      const seen = new Map<string, unknown>();
      for await (const [key, value] of reader.iterator()) seen.set(key, value);
      assert.deepEqual([...seen.keys()].sort(), ['a', 'b', 'c']);
      await writer.set('short', 1, 30);
      await eventually('the life is over', async () => !(await reader.has('short')));
      assert.equal(await reader.get('short'), undefined);
      await reader.clear();
      assert.equal(await writer.get('a'), undefined);
      assert.equal(await other.get('a'), 'other');
      await other.clear();
    },
  );

  it('a cache of cache-manager works over a Keyv of this store, in its units', async () => {
    const { createCache } = await otherPackage<{ createCache(options: object): CacheOfManager }>(
      'cache-manager',
    );
    // region cache-manager
    const manager = createCache({ stores: [new Keyv({ store: keyvStore(cache) })], ttl: 60_000 });
    // endregion
    await manager.set('a', { of: 'ada' });
    assert.deepEqual(await manager.get('a'), { of: 'ada' });
    const ends = (await manager.ttl('a')) as number;
    assert.ok(ends > Date.now() && ends <= Date.now() + 60_000);
    await manager.mset([
      { key: 'b', value: 1, ttl: 30_000 },
      { key: 'c', value: 2 },
    ]);
    assert.deepEqual(await manager.mget(['c', 'none', 'b']), [2, undefined, 1]);
    let loads = 0;
    const load = async () => ++loads;
    assert.deepEqual([await manager.wrap('w', load), await manager.wrap('w', load)], [1, 1]);
    assert.equal(await manager.del('a'), true);
    await manager.mdel(['b', 'c']);
    assert.deepEqual(await manager.mget(['a', 'b', 'c']), [undefined, undefined, undefined]);
    await manager.clear();
    assert.equal(await manager.get('w'), undefined);
  });
});
