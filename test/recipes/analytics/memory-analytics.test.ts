import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { DistinctUsers } from '../../../src/implements/recipes/analytics/memory/distinct-users.js';
import { MemoryAnalytics } from '../../../src/implements/recipes/analytics/memory-analytics.js';
import { OperationError } from '../../../src/interfaces/errors.js';
import { range } from '../../contract/analytics/subject.js';
import { rejectsWith } from '../../contract/expectations.js';

describe('MemoryAnalytics', () => {
  it('an event that has no room is refused, and nothing of it is counted', async () => {
    const at = new Date('2026-11-28T12:00:00Z');
    const kept = { keepMinutes: '9000d', keepHours: '9000d', keepDays: '9000d' } as const;
    const small = new MemoryAnalytics({ maxBytes: '64KiB', ...kept });
    const day = range(Date.parse('2026-11-28'), Date.parse('2026-11-29'));
    let count = 0;
    const error = await rejectsWith('E_OPERATION_REFUSED', 'record', async () => {
      for (; ; count += 1) await small.record('e', { at, user: `u${count}`, values: { page: `p${count}` } });
    });
    assert.ok(OperationError.is(error) && error.reason === 'OOM');
    assert.equal(await small.total('e', day), count);
    assert.equal((await small.top('e', 'page', 1000, day)).length, count);
    assert.deepEqual({ ...(await small.ofUser(`u${count}`)) }, {});
    await small.close();
  });

  it('a hundred thousand users are counted within one per cent, in 16 KiB', () => {
    const users = new DistinctUsers();
    for (const size of [10, 100, 1000, 10_000, 100_000]) {
      for (let index = 0; index < size; index += 1) users.add(`user ${index}`);
      assert.ok(Math.abs(users.estimate() - size) <= size / 100, `${users.estimate()} of ${size}`);
    }
    assert.equal(users.bytes, 16_384);
  });
});
