import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { OperationError } from '../../../src/interfaces/errors.js';
import { outcomeOf } from '../../contract/typed-cache/loading.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { World } from '../world.js';

describe('covered invalidations', () => {
  it('a covered invalidation logs one warning a minute that names cache and call', async () => {
    const world = new World();
    const loggerSite = new RecordingLoggerSite();
    const cache = world.cache({ invalidation: 'cover', loggerSite });
    world.store.break('gone', ['advance', 'invalidate']);
    for (let round = 0; round < 3; round += 1) await cache.invalidateTags('a secret tag');
    await cache.delete('a secret key');
    const lines = loggerSite.records.filter(({ message }) => message.includes('did not reach the store'));
    assert.deepEqual(
      lines.map(({ level, message }) => [level, message]),
      [
        [
          'warning',
          'TypedCache typed.invalidateTags did not reach the store and is in effect in this process only until it is repeated',
        ],
        [
          'warning',
          'TypedCache typed.delete did not reach the store and is in effect in this process only until it is repeated',
        ],
      ],
    );
    assert.ok(!JSON.stringify(loggerSite.records).includes('secret'));
    await world.store.heal();
    await cache.get('k');
    assert.equal(cache.stats().pendingInvalidations, 0);
  });

  it('a covered invalidation rejects when its cache is closed while it is on its way', async () => {
    const world = new World();
    const cache = world.cache({ invalidation: 'cover' });
    await cache.set('k', 'old');
    const held = world.store.hold('invalidate');
    const call = outcomeOf(cache.delete('k'));
    await held.arrived;
    await cache.close();
    world.store.break('gone', ['invalidate']);
    held.release();
    const outcome = await call;
    assert.ok('error' in outcome, 'nobody will repeat it');
    assert.match(String(outcome.error), /typed\.delete did not reach the store and is not repeated/);
    await world.store.heal();
  });

  it('an invalidation with invalid arguments, or on a closed cache, rejects with invalidation: cover too', async () => {
    const world = new World();
    const cache = world.cache({ invalidation: 'cover' });
    await assert.rejects(cache.invalidateTags(''), { code: 'E_ARGUMENT' });
    await assert.rejects(cache.delete(undefined as never), { code: 'E_ARGUMENT' });
    await cache.close();
    await assert.rejects(cache.clear(), { code: 'E_DISPOSED' });
  });

  it('the error of an invalidation keeps code, outcome, reason and cause of the failure of the store', async () => {
    const world = new World();
    const cache = world.cache();
    const failure = new OperationError('E_OPERATION_REFUSED', 'Redis refused: OOM', 'refused', {
      reason: 'OOM',
    });
    world.raw.advance = () => Promise.reject(failure);
    const outcome = await outcomeOf(cache.invalidateTags('t'));
    assert.ok('error' in outcome && OperationError.is(outcome.error));
    const { code, reason, outcome: fate, cause } = outcome.error;
    assert.deepEqual([code, reason, fate, cause], ['E_OPERATION_REFUSED', 'OOM', 'refused', failure]);
  });

  it('invalidations that never reach the store are logged as lost when the cache closes', async () => {
    const world = new World();
    const loggerSite = new RecordingLoggerSite();
    const cache = world.cache({ invalidation: 'cover', loggerSite });
    world.store.break('gone', ['invalidate']);
    await cache.deleteMany(['a', 'b']);
    await cache.close();
    const lost = loggerSite.records.filter(({ level }) => level === 'error');
    assert.deepEqual(
      lost.map(({ message, attributes }) => [message, attributes]),
      [['invalidations never reached the store', { lost: 2 }]],
    );
  });
});
