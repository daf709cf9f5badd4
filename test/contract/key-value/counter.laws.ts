import assert from 'node:assert/strict';
import { OperationError } from '../../../src/interfaces/errors.js';
import { rejectsWith } from '../expectations.js';
import { type KeyValueLaw, law } from './subject.js';

const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);

/** Laws of counters. */
export const counterLaws: readonly KeyValueLaw[] = [
  law('a counter starts at nothing, adds each call once, and keeps its life', async (open) => {
    const { values } = await open();
    assert.equal(await values.increment('k'), 1n);
    assert.equal(await values.increment('k', 41), 42n);
    assert.equal(await values.increment('k', -50n), -8n);
    assert.equal(await values.increment('k', 0), -8n);
    assert.equal(await values.increment('zero', 0), 0n);
    assert.equal(await values.getText('zero'), '0');
    await Promise.all(Array.from({ length: 1000 }, () => values.increment('many')));
    assert.equal(await values.getText('many'), '1000');
    await values.set('text', '7', { expire: '1h' });
    assert.equal(await values.increment('text'), 8n);
    assert.equal((await values.lifeOf('text')).state, 'expiring');
  }),
  law('a counter is exact to 64 bits, and refuses what is beyond them', async (open) => {
    const { values } = await open();
    await values.set('k', String(2n ** 53n));
    assert.equal(await values.increment('k'), 2n ** 53n + 1n);
    for (const expire of [undefined, '1h'] as const) {
      assert.equal(await values.increment(`max ${expire}`, MAX, { expire }), MAX);
      assert.equal(await values.increment(`min ${expire}`, MIN, { expire }), MIN);
      for (const [key, by] of [
        [`max ${expire}`, 1],
        [`min ${expire}`, -1],
        [`max ${expire}`, MAX],
      ] as const) {
        const error = await rejectsWith('E_OPERATION_REFUSED', key, () =>
          values.increment(key, by, { expire }),
        );
        assert.ok(OperationError.is(error) && error.outcome === 'refused' && error.reason === 'ERR');
      }
      assert.equal(await values.getText(`max ${expire}`), String(MAX));
      assert.equal(await values.getText(`min ${expire}`), String(MIN));
      assert.equal(await values.increment(`max ${expire}`, -MAX, { expire }), 0n);
    }
  }),
  law('a value that is not an integer is refused as a counter, and stays', async (open) => {
    const { values } = await open();
    const none = ['', 'x', '1.5', ' 1', '1 ', '+1', '01', '-0', '1e3', '9223372036854775808', '0x1'];
    for (const value of none) {
      await values.set('k', value, { expire: '1h' });
      for (const options of [undefined, { expire: '9h' }] as const) {
        const refused = () => values.increment('k', 1, options);
        await rejectsWith('E_OPERATION_REFUSED', JSON.stringify(value), refused);
      }
      assert.equal(await values.getText('k'), value);
      const life = await values.lifeOf('k');
      assert.ok(life.state === 'expiring' && life.remainingMs <= 3_600_000);
    }
  }),
  law('the life of a counter begins when it is created, and no later call prolongs it', async (open) => {
    const { values, advance } = await open();
    assert.equal(await values.increment('k', 1, { expire: '1m' }), 1n);
    await advance(30_000);
    assert.equal(await values.increment('k', 2, { expire: '1m' }), 3n);
    const life = await values.lifeOf('k');
    assert.ok(life.state === 'expiring' && life.remainingMs <= 30_000);
    await advance(30_000);
    assert.equal(await values.increment('k', 1, { expire: '1m' }), 1n);
    await values.set('endless', 1);
    await values.increment('endless', 1, { expire: '1m' });
    assert.deepEqual(await values.lifeOf('endless'), { state: 'persistent' });
  }),
];
