import assert from 'node:assert/strict';
import type { CacheStats } from '../../../src/interfaces/statistics.js';
import { bytes } from '../expectations.js';
import { type CountingCache, law, type StatisticsLaw } from './subject.js';

const CALLS = 200;

export const countLaws: readonly StatisticsLaw[] = [
  law('a read that finds a value is a hit, even of an empty one', async (open) => {
    const { cache, space } = await open();
    for (const value of [null, bytes(''), bytes('0'), bytes('false'), bytes('null')]) {
      await cache.setValue(`${space}k`, value, '1m');
      await cache.getValue(`${space}k`);
    }
    assert.deepEqual(reads(cache), { hits: 5, misses: 0, hitRate: 1 });
  }),
  law('a read that finds no value is a miss', async (open) => {
    const { cache, space } = await open();
    await cache.getValue(`${space}absent`);
    await cache.setValue(`${space}k`, bytes('v'), '1m');
    await cache.deleteValue(`${space}k`);
    await cache.getValue(`${space}k`);
    assert.deepEqual(reads(cache), { hits: 0, misses: 2, hitRate: 0 });
  }),
  law('a batch of reads is a hit or a miss for each of its keys', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}a`, bytes(''), '1m');
    await cache.getValues([`${space}a`, `${space}b`, `${space}a`, `${space}c`]);
    await cache.getValues([]);
    assert.deepEqual(reads(cache), { hits: 2, misses: 2, hitRate: 0.5 });
  }),
  law('overlapping reads of one key are counted one by one', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}k`, bytes('v'), '1m');
    await Promise.all(Array.from({ length: CALLS }, () => cache.getValue(`${space}k`)));
    await Promise.all(Array.from({ length: CALLS }, () => cache.getValue(`${space}absent`)));
    assert.deepEqual(reads(cache), { hits: CALLS, misses: CALLS, hitRate: 0.5 });
  }),
  law('the hit rate is 0 before the first read', async (open) => {
    const { cache, space } = await open();
    assert.equal(cache.stats().hitRate, 0);
    await cache.setValue(`${space}k`, bytes('v'), '1m');
    assert.equal(cache.stats().hitRate, 0);
  }),
  law('every value that is stored counts as a set', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}a`, bytes('1'), '1m');
    await cache.setValue(`${space}a`, null, 1500);
    const entries = ['b', 'c', 'd'].map((name) => [space + name, bytes(name)] as const);
    await cache.setValues(entries, '1m');
    assert.equal(cache.stats().sets, 5);
  }),
  law('a value that is refused is no set and no error', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}k`, bytes('v'), 0);
    await assert.rejects(cache.setValue('', bytes('v'), '1m'));
    await assert.rejects(cache.getValue(''));
    await assert.rejects(cache.setValues([[`${space}a`, bytes('v')], [''] as never], '1m'));
    const { sets, hits, misses, errors } = cache.stats();
    assert.deepEqual({ sets, hits, misses, errors }, { sets: 0, hits: 0, misses: 0, errors: 0 });
  }),
  law('only entries that a call removed count as deletes', async (open) => {
    const { cache, space } = await open();
    const names = ['a', 'b', 'c', 'd', 'e'].map((name) => space + name);
    await cache.setValues(
      names.map((name) => [name, bytes('v')] as const),
      '1m',
    );
    await cache.deleteValue(`${space}absent`);
    assert.equal(cache.stats().deletes, 0);
    await cache.deleteValue(names[0] as string);
    await cache.deleteValues([...names.slice(0, 3), `${space}absent`]);
    assert.equal(cache.stats().deletes, 3);
    await cache.clear(`${space}*`);
    assert.equal(cache.stats().deletes, 5);
  }),
  law('counts that were returned do not change later', async (open) => {
    const { cache, space } = await open();
    const before = cache.stats();
    await cache.setValue(`${space}k`, bytes('v'), '1m');
    await cache.getValue(`${space}k`);
    assert.deepEqual(shape(before), ZERO);
  }),
  law('resetStats sets the counts to 0, and entries stay', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}k`, bytes('v'), '1m');
    await cache.getValue(`${space}k`);
    await cache.getValue(`${space}absent`);
    await cache.deleteValue(`${space}absent`);
    cache.resetStats();
    assert.deepEqual(shape(cache.stats()), ZERO);
    assert.notEqual(await cache.getValue(`${space}k`), null);
    assert.deepEqual(reads(cache), { hits: 1, misses: 0, hitRate: 1 });
  }),
  law('the latency agrees with its calls', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}k`, bytes('v'), '1m');
    await cache.getValue(`${space}k`);
    const { calls, totalMs, meanMs, maxMs } = cache.stats().latency;
    assert.ok(totalMs >= 0 && maxMs <= totalMs && meanMs <= maxMs);
    assert.ok(calls > 0 || totalMs + maxMs + meanMs === 0);
  }),
];

const ZERO = {
  ...{ hits: 0, misses: 0, hitRate: 0, sets: 0, deletes: 0, errors: 0 },
  latency: { calls: 0, totalMs: 0, meanMs: 0, maxMs: 0 },
};

/** Counts without those that only one implementation has. */
function shape({ hits, misses, hitRate, sets, deletes, errors, latency }: CacheStats): CacheStats {
  return { hits, misses, hitRate, sets, deletes, errors, latency };
}

function reads(cache: CountingCache): Pick<CacheStats, 'hits' | 'misses' | 'hitRate'> {
  const { hits, misses, hitRate } = cache.stats();
  return { hits, misses, hitRate };
}
