import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'vitest';
import {
  MemoryKeyValue,
  type MemoryKeyValueOptions,
} from '../../../src/implements/data/key-value/memory-key-value.js';
import { NamedValues } from '../../../src/implements/foundation/store/named-values.js';
import { OperationError } from '../../../src/interfaces/errors.js';
import { rejectsWith } from '../../contract/expectations.js';
import { ManualClock } from '../../support/time/manual-clock.js';

describe('MemoryKeyValue', () => {
  const open: MemoryKeyValue[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((values) => values.close()));
  });

  function valuesWith(options: MemoryKeyValueOptions): MemoryKeyValue {
    const values = new MemoryKeyValue(options);
    open.push(values);
    return values;
  }

  async function isFull(call: () => Promise<unknown>): Promise<void> {
    const error = await rejectsWith('E_OPERATION_REFUSED', String(call), call);
    assert.ok(OperationError.is(error) && error.reason === 'OOM' && error.outcome === 'refused');
  }

  it('a full memory refuses one more key, keeps those that it has, and lets them be changed', async () => {
    const clock = new ManualClock();
    const values = valuesWith({ maxEntries: 3, clock });
    await values.setMany([
      ['a', '1', { expire: '1m' }],
      ['b', '2'],
      ['c', '3'],
    ]);
    await isFull(() => values.set('d', '4'));
    await isFull(() => values.set('d', '4', { when: 'absent' }));
    await isFull(() => values.increment('d'));
    assert.equal(await values.set('a', '9', { keepExpire: true }), true);
    assert.equal(await values.increment('b'), 3n);
    assert.equal(await values.count(), 3);
    clock.advance(60_000);
    assert.equal(await values.set('d', '4'), true);
    await isFull(() => values.set('e', '5'));
    assert.equal(await values.delete('b'), 1);
    assert.equal(await values.set('e', '5'), true);
  });

  it('a write that is larger than the memory that is left is refused as a whole', async () => {
    const values = valuesWith({ maxBytes: '10KiB' });
    await values.set('a', 'x'.repeat(4000));
    await isFull(() => values.set('b', 'x'.repeat(8000)));
    await isFull(() => values.set('a', 'x'.repeat(12_000)));
    await isFull(() =>
      values.setMany([
        ['a', 'small'],
        ['b', 'x'.repeat(5000)],
        ['c', 'x'.repeat(6000)],
      ]),
    );
    assert.equal((await values.getText('a'))?.length, 4000);
    assert.equal(await values.count(), 1);
    await values.set('a', 'x'.repeat(9000));
    await values.clear();
    await values.set('b', 'x'.repeat(9000));
  });

  it('values that were replaced or deleted take no memory', async () => {
    const values = valuesWith({ maxBytes: '64KiB', maxEntries: 10 });
    for (let round = 0; round < 2000; round += 1) {
      await values.set(`k${round % 5}`, 'x'.repeat(round % 5000), { expire: 1000 + round });
      await values.expire(`k${round % 5}`, '1h');
      if (round % 3 === 0) await values.delete(`k${round % 5}`);
    }
    assert.ok((await values.count()) <= 5);
  });

  it('values that have expired are forgotten by a timer, without any call', () => {
    const clock = new ManualClock();
    const values = new NamedValues<string>({ maxEntries: 5000, maxBytes: 10_000_000, clock });
    for (let index = 0; index < 3000; index += 1) values.set(`k${index}`, 'v', 1, clock.now() + 100 + index);
    clock.advance(20_000);
    assert.deepEqual(values.names(), []);
    values.clear();
  });

  it('a list of 100 000 keys leaves the event loop free between its pages', async () => {
    const values = valuesWith({ maxEntries: 100_000, maxValueBytes: '1KiB' });
    for (let from = 0; from < 100_000; from += 10_000) {
      await values.setMany(Array.from({ length: 10_000 }, (_, index) => [`k${from + index}`, '']));
    }
    let turns = 0;
    const turn = setInterval(() => {
      turns += 1;
    }, 1);
    let count = 0;
    for await (const _key of values.keys('k*')) count += 1;
    clearInterval(turn);
    assert.equal(count, 100_000);
    assert.ok(turns > 2, `${turns} turns`);
  });
});
