import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { z } from 'zod';
import {
  ComponentSite,
  ComponentSiteBuilder,
  ConfigurationError,
  ICache,
  ICodec,
  ILoggerSite,
  IStandardSchema,
  ITypedCache,
  MemoryCache,
  RedisCache,
  TypedCache,
} from '../../../src/index.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { boundTo } from './bound-to.js';

/** Values as text, backwards. */
const mirror: ICodec = {
  id: 'mirror',
  encode: (value) => Buffer.from(JSON.stringify(value)).reverse(),
  decode: (bytes) => JSON.parse(Buffer.from(bytes).reverse().toString()),
};

async function loaded(text: string, prepare?: (site: ComponentSite) => void): Promise<ComponentSite> {
  const site = new ComponentSite();
  site.registerComponent(ILoggerSite, new RecordingLoggerSite());
  prepare?.(site);
  await new ComponentSiteBuilder().loads(site, text);
  return site;
}

const TYPED = '- { class: TypedCache, entries: [{ interface: ITypedCache, name: users }], store: Memory';
const MEMORY = '- { class: MemoryCache, entries: [{ interface: ICache, name: Memory }] }';

async function refused(
  text: string,
  expected: RegExp,
  prepare?: (site: ComponentSite) => void,
): Promise<void> {
  await assert.rejects(loaded(text, prepare), (error: unknown) => {
    assert.ok(error instanceof ConfigurationError, String(error));
    assert.match(error.message, expected);
    return true;
  });
}

describe('declared TypedCache', () => {
  it('a declared typed cache is found by interface and name, wherever its store stands in the file', async () => {
    await using site = await loaded(`${TYPED}, namespace: users }\n${MEMORY}`);
    const users = site.getComponent<ITypedCache<string>>(ITypedCache, 'users');
    assert.equal(await users.getOrSet(1, async () => 'Ada'), 'Ada');
    assert.equal((await users.explain(1)).storeKey, 'users:~1');
  });

  it('a typed cache may use a codec of the application by name, even for one call', async () => {
    await using site = await loaded(`${MEMORY}\n${TYPED}, namespace: users, codec: mirror }`, (own) => {
      own.registerComponent(ICodec, mirror, 'mirror');
    });
    const users = site.getComponent<ITypedCache<unknown>>(ITypedCache, 'users');
    await users.set('k', { a: 1 });
    assert.deepEqual(await users.get('k'), { a: 1 });
    assert.equal((await users.explain('k')).codec, 'mirror');
    await users.set('k', [1], { codec: 'json' });
    assert.equal(await users.get('k'), undefined);
    assert.deepEqual(await users.getOrSet('k', async () => [2], { codec: mirror }), [2]);
  });

  it('a typed cache validates by a schema of the application, by name', async () => {
    const schema = z.object({ name: z.string() });
    await using site = await loaded(`${MEMORY}\n${TYPED}, namespace: users, schema: User }`, (own) => {
      own.registerComponent(IStandardSchema, schema, 'User');
    });
    const users = site.getComponent<ITypedCache<unknown>>(ITypedCache, 'users');
    const raw = new TypedCache({ store: site.getComponent(ICache, 'Memory'), namespace: 'users' });
    await raw.set('good', { name: 'Ada' });
    await raw.set('bad', { name: 5 });
    assert.deepEqual(await users.get('good'), { name: 'Ada' });
    assert.equal(await users.get('bad'), undefined);
    assert.deepEqual(await users.getOrSet('bad', async () => ({ name: 'Grace' })), { name: 'Grace' });
    await refused(
      `${MEMORY}\n${TYPED}, namespace: users, schema: Usr }`,
      /schema: expected the name of an IStandardSchema component, got "Usr"/,
      (own) => own.registerComponent(IStandardSchema, schema, 'User'),
    );
  });

  it('a load names an invalid store, codec or combination of options', async () => {
    await refused(
      `${MEMORY}\n${TYPED}, namespace: users, codec: mirrer }`,
      /codec: expected .*ICodec/,
      (own) => {
        own.registerComponent(ICodec, mirror, 'mirror');
      },
    );
    await refused(
      `${TYPED}, namespace: users }`,
      /store: expected the name of an ICache component, got "Memory"/,
    );
    await refused(`${MEMORY}\n${TYPED} }`, /namespace/);
    await refused(`${MEMORY}\n${TYPED}, namespace: 'a:b' }`, /without colon/);
    await refused(
      `${MEMORY}\n${TYPED}, namespace: users, grace: 1h, softTimeout: 3s, hardTimeout: 2s }`,
      /softTimeout: expected less than hardTimeout \(2000 ms\), got 3000 ms/,
    );
    await refused(`${MEMORY}\n${TYPED}, namespace: users, softTimeout: 1s }`, /softTimeout: requires grace/);
  });

  it('a declared lease cluster is refused on a cache without fences', async () => {
    const plain = new MemoryCache();
    const { getValue, getValues, setValue, setValues, deleteValue, deleteValues } = plain;
    const cache = { getValue, getValues, setValue, setValues, deleteValue, deleteValues, connected: true };
    const rest = { hasValue: 0, getExpiry: 0, setExpiry: 0, keys: 0, clear: 0 };
    await refused(
      `${TYPED}, namespace: users, lease: cluster }`,
      /lease: cluster requires a store with leases/,
      (own) => {
        own.registerComponent(ICache, { ...rest, ...cache } as unknown as ICache, 'Memory');
      },
    );
  });

  it('two typed caches on one store may not share a namespace', async () => {
    const redis =
      '- { class: RedisCache, entries: [{ interface: ICache, name: Memory }], port: 1, prefix: p }';
    const second = TYPED.replace('name: users', 'name: others');
    await refused(
      `${redis}\n${TYPED}, namespace: users }\n${second}, namespace: users }`,
      /typed caches on redis:/,
    );
    const site = await loaded(`${redis}\n${TYPED}, namespace: users }\n${second}, namespace: users2 }`);
    await site.close();
  });
});

describe('TypedCache over a cache of the application', () => {
  it('a new typed cache finds earlier values, and none that was invalidated', async () => {
    const memory = new MemoryCache();
    const store = { ...boundTo(memory), connected: true } as ICache;
    const before = new TypedCache<string>({ store, namespace: 'n' });
    await before.set('a', 'kept');
    await before.set('b', 'gone', { tags: ['t'] });
    await before.invalidateTags('t');
    const after = new TypedCache<string>({ store, namespace: 'n' });
    assert.deepEqual(await after.getMany(['a', 'b']), ['kept', undefined]);
  });
});

describe('TypedCache without a server', () => {
  it('a typed cache loads even if its Redis was never started', async () => {
    const store = new RedisCache({ port: 1, loggerSite: new RecordingLoggerSite() });
    const cache = new TypedCache<string>({ store, namespace: 'n', loggerSite: new RecordingLoggerSite() });
    assert.equal(await cache.getOrSet('k', async () => 'v'), 'v');
    assert.equal(await cache.set('k', 'v'), false);
    await cache.close();
    await store.close();
  });
});
