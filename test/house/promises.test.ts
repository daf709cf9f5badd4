import assert from 'node:assert/strict';
import { describe, it, vi } from 'vitest';
import { ProcessLoggerSite } from '../../src/implements/foundation/logger/process-logger-site.js';
import {
  ArgumentError,
  ComponentError,
  ConnectionError,
  ICache,
  loadComponentSite,
  MemoryCache,
  NullCache,
  RedisCache,
} from '../../src/index.js';
import { RedisServer } from '../support/redis/server/redis-server.js';
import { ManualClock } from '../support/time/manual-clock.js';

/** Promises of README and docs that no other test holds. */
describe('promises of the pages', () => {
  const bytes = new Uint8Array(1);

  it('a site without a path has one memory cache: the default, and "Memory"', async () => {
    await using site = await loadComponentSite();
    assert.ok(site.getComponent(ICache) instanceof MemoryCache);
    assert.equal(site.getComponent(ICache, 'Memory'), site.getComponent(ICache));
    assert.equal(site.queryComponent(ICache, 'Redis'), undefined);
  });

  it('a memory cache that is full keeps what is used often through a scan of what is used once', async () => {
    const cache = new MemoryCache({ maxEntries: 100 });
    const often = Array.from({ length: 20 }, (_, index) => `often ${index}`);
    for (const key of often) await cache.setValue(key, bytes, '1h');
    for (let round = 0; round < 10; round++) {
      await cache.getValues(often);
      await cache.setValue(`between ${round}`, bytes, '1h'); // Uses in one burst would count as one.
    }
    for (let index = 0; index < 1000; index++) await cache.setValue(`once ${index}`, bytes, '1h');
    const kept = (await cache.getValues(often)).filter((value) => value !== null);
    assert.equal(kept.length, often.length);
  });

  it('an entry that alone is larger than maxBytes is not stored, and pushes nothing out', async () => {
    const cache = new MemoryCache({ maxBytes: '1KiB' });
    assert.equal(await cache.setValue('small', bytes, '1h'), true);
    assert.equal(await cache.setValue('large', new Uint8Array(2048), '1h'), false);
    assert.equal(await cache.hasValue('small'), true);
  });

  it('a NullCache holds nothing, and says so', async () => {
    const cache = new NullCache();
    assert.equal(await cache.setValue('a', bytes, '1h'), false);
    assert.equal(await cache.getValue('a'), null);
  });

  it('the same process warning comes at most once a minute', async () => {
    const warnings: string[] = [];
    const emitWarning = vi.spyOn(process, 'emitWarning');
    emitWarning.mockImplementation((warning) => void warnings.push(String(warning)));
    const clock = new ManualClock();
    const logger = new ProcessLoggerSite(clock).getLogger('topic');
    logger.warning('again');
    clock.advance(59_999);
    logger.warning('again');
    logger.warning('another');
    clock.advance(1);
    logger.warning('again');
    logger.info('no site receives this');
    emitWarning.mockRestore();
    assert.deepEqual(warnings, ['topic: again', 'topic: another', 'topic: again']);
  });

  it('fences, generations and leases are stored after a byte 0xff, and keys and clear skip them', async () => {
    await using server = await RedisServer.start();
    const cache = new RedisCache({ host: server.host, port: server.port, prefix: 'app:' });
    await cache.start();
    try {
      await cache.read({ keys: ['a'], generations: ['g'], capture: { life: '1m' } });
      await cache.acquireLease('a', 'token', '1m');
      await cache.setValue('a', bytes, '1m');

      const keys: string[] = [];
      for await (const key of cache.keys()) keys.push(key);
      assert.deepEqual(keys, ['a']);
      assert.equal(await cache.clear(), 1);

      const left = (await server.cli('KEYS', '*')) as Buffer[];
      assert.equal(left.length, 3); // A fence, a generation and a lease.
      for (const key of left) assert.equal(key.subarray(0, 5).toString('latin1'), 'app:\xff');
      for (const key of left) assert.ok(Number(await server.cli('PTTL', key)) > 0);
    } finally {
      await cache.close();
    }
  });

  it('an error of another installed copy is recognised', async () => {
    const copy = '../../src/interfaces/errors.js?copy';
    const other = (await import(copy)) as typeof import('../../src/interfaces/errors.js');
    assert.notEqual(other.ConnectionError, ConnectionError);
    const error = new other.ConnectionError('E_CONNECTION_LOST', 'lost', 'unknown');
    assert.ok(ConnectionError.is(error) && ComponentError.is(error) && error instanceof ConnectionError);
    assert.ok(ComponentError.is(new other.ArgumentError('wrong')));
    assert.ok(new other.ArgumentError('wrong') instanceof TypeError);
    assert.ok(!ArgumentError.is(error));
  });
});
