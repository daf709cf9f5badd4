import assert from 'node:assert/strict';
import { all, bytes, rejectsWith, text } from '../expectations.js';
import { entriesOf, everyCall } from './calls.js';
import { type CacheLaw, law } from './subject.js';

const MANY = 1000;

export const lifecycleLaws: readonly CacheLaw[] = [
  law('connected is true while the store answers', async (open) => {
    const { cache, space } = await open();
    assert.equal(cache.connected, true);
    await cache.getValue(`${space}k`);
    assert.equal(cache.connected, true);
  }),
  ...entriesOf(everyCall).map(([method, call]) =>
    law(`${method} rejects with a DisposedError after close`, async (open) => {
      for (const failureMode of ['degrade', 'throw'] as const) {
        const { cache, space, close } = await open({ failureMode });
        await cache.setValue(`${space}k`, bytes('v'), '1m');
        await close();
        const error = await rejectsWith('E_DISPOSED', method, () => call(cache, `${space}k`));
        assert.equal(error.name, 'DisposedError');
        assert.equal((error as Error & { outcome?: unknown }).outcome, 'not-sent');
      }
    }),
  ),
  law('close may be called again', async (open) => {
    const { close } = await open();
    await Promise.all([close(), close()]);
    await close();
  }),
  law('calls in progress still settle when the cache is closed', async (open) => {
    const { cache, space, close } = await open();
    const calls = Array.from({ length: 50 }, (_, index) =>
      cache.setValue(`${space}${index}`, bytes('v'), '1m'),
    );
    const settled = Promise.allSettled(calls);
    await close();
    for (const result of await settled) {
      if (result.status === 'rejected') assert.equal(result.reason.code, 'E_DISPOSED');
      else assert.equal(result.value, true);
    }
  }),
  law('a thousand concurrent reads of one key are a thousand hits', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}k`, bytes('v'), '1m');
    const answers = await Promise.all(Array.from({ length: MANY }, () => cache.getValue(`${space}k`)));
    assert.equal(answers.filter((answer) => answer !== null && text(answer) === 'v').length, MANY);
  }),
  law('a thousand concurrent writes of different keys are all stored', async (open) => {
    const { cache, space } = await open();
    const keys = Array.from({ length: MANY }, (_, index) => `${space}${index}`);
    const stored = await Promise.all(keys.map((key) => cache.setValue(key, bytes(key), '1m')));
    assert.ok(stored.every(Boolean));
    assert.deepEqual((await cache.getValues(keys)).map(text), keys);
  }),
  law('exactly one of many concurrent deletes of a key returns true', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}k`, bytes('v'), '1m');
    const found = await Promise.all(Array.from({ length: 100 }, () => cache.deleteValue(`${space}k`)));
    assert.equal(found.filter(Boolean).length, 1);
  }),
  law('calls that follow each other without waiting take effect in order', async (open) => {
    const { cache, space } = await open();
    const key = `${space}k`;
    const [, first, , second, removed, third] = await Promise.all([
      cache.setValue(key, bytes('1'), '1m'),
      cache.getValue(key),
      cache.setValue(key, bytes('2'), '1m'),
      cache.getValue(key),
      cache.deleteValue(key),
      cache.getValue(key),
    ]);
    assert.deepEqual([text(first), text(second), removed, third], ['1', '2', true, null]);
  }),
  law('concurrent iterations over keys do not disturb each other', async (open) => {
    const { cache, space } = await open();
    const keys = Array.from({ length: 1200 }, (_, index) => `${space}${index}`);
    await cache.setValues(
      keys.map((key) => [key, bytes('v')] as const),
      '1m',
    );
    for (const answer of await Promise.all([1, 2, 3].map(() => all(cache.keys(`${space}*`))))) {
      assert.deepEqual(answer.sort(), keys.sort());
    }
  }),
];
