import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { NullCache } from '../../src/implements/cache/null-cache.js';
import { EMPTY_ANSWERS, entriesOf, everyCall, keyedCalls } from '../contract/cache/calls.js';
import { bytes, rejectsWith } from '../contract/expectations.js';

describe('NullCache', () => {
  it('NullCache stores nothing, and returns false from writes', async () => {
    const cache = new NullCache();
    assert.equal(cache.connected, true);
    for (let round = 0; round < 2; round += 1) {
      for (const [method, call] of entriesOf(everyCall)) {
        assert.deepEqual(await call(cache, 'k'), EMPTY_ANSWERS[method], method);
      }
    }
  });

  it('NullCache refuses invalid keys like any cache', async () => {
    for (const key of ['', 'x'.repeat(1025), '\ud800', 5, null, undefined]) {
      for (const [method, call] of entriesOf(keyedCalls)) {
        await rejectsWith('E_ARGUMENT', method, () => call(new NullCache(), key as string));
      }
    }
  });

  it('NullCache refuses invalid values, lists and patterns like any cache', async () => {
    const cache = new NullCache();
    const text = 'text' as unknown as Uint8Array;
    await rejectsWith('E_ARGUMENT', 'setValue', () => cache.setValue('k', text, '1m'));
    await rejectsWith('E_ARGUMENT', 'setValues', () =>
      cache.setValues(
        [
          ['a', bytes('v')],
          ['k', text],
        ],
        '1m',
      ),
    );
    await rejectsWith('E_ARGUMENT', 'getValues', () => cache.getValues('abc' as unknown as string[]));
    await rejectsWith('E_ARGUMENT', 'clear', () => cache.clear(5 as unknown as string));
  });
});
