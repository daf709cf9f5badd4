import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, it, onTestFinished } from 'vitest';
import { MemoryCache } from '../../../src/implements/cache/memory/memory-cache.js';
import { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import { ConnectionError } from '../../../src/interfaces/errors.js';
import type { FencedAnswer, FencedRead } from '../../../src/interfaces/fenced-store.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { eventually } from '../../support/time/eventually.js';

const context = new AsyncLocalStorage<string>();

/** Store that notes the context of extensions and invalidations, and fails the first invalidation. */
class NotingStore extends MemoryCache {
  readonly extensions: unknown[] = [];
  readonly invalidations: unknown[] = [];

  override read(request: FencedRead): Promise<FencedAnswer> {
    if (request.extend !== undefined) this.extensions.push(context.getStore());
    return super.read(request);
  }

  override async invalidate(keys: readonly string[]): Promise<number> {
    this.invalidations.push(context.getStore());
    if (this.invalidations.length === 1) throw new ConnectionError('E_CONNECTION_LOST', 'gone', 'not-sent');
    return super.invalidate(keys);
  }
}

function opened() {
  const loggerSite = new RecordingLoggerSite();
  const store = new NotingStore({ loggerSite });
  const cache = new TypedCache<string>({ store, namespace: 'n', expire: '1h', sliding: true, loggerSite });
  onTestFinished(async () => {
    await cache.close();
    await store.close();
  });
  return { store, cache };
}

describe('background work of a typed cache', () => {
  it('the renewal of a TTL runs outside of the asynchronous context of the hit', async () => {
    const { store, cache } = opened();
    await cache.set('k', 'v');
    await eventually('a hit renews the TTL', async () => {
      assert.equal(await context.run('a request', () => cache.get('k')), 'v');
      return store.extensions.length > 0;
    });
    assert.deepEqual([...new Set(store.extensions)], [undefined]);
  });

  it('a repeated invalidation runs outside of the asynchronous context of the call that failed', async () => {
    const { store, cache } = opened();
    await assert.rejects(context.run('a request', () => cache.delete('k')));
    await eventually('it is repeated', () => store.invalidations.length > 1);
    assert.deepEqual(store.invalidations, ['a request', undefined]);
  });
});
