import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { lazy } from '../../src/implements/foundation/lazy.js';

describe('lazy', () => {
  it('a lazy value is computed when it is first asked for, and once for all who ask', async () => {
    let calls = 0;
    const value = lazy(async () => {
      calls += 1;
      await new Promise(setImmediate);
      return { calls };
    });
    assert.equal(calls, 0);
    const all = await Promise.all(Array.from({ length: 10 }, () => value()));
    assert.equal(calls, 1);
    assert.ok(all.every((one) => one === all[0]));
    assert.equal(await value(), all[0]);
  });

  it.each([
    [
      'throws',
      (): Promise<number> => {
        throw new Error('mine');
      },
    ],
    ['rejects', (): Promise<number> => Promise.reject(new Error('mine'))],
  ])(
    'a lazy value whose getter %s fails for those who share it, and is computed again',
    async (_what, fail) => {
      let calls = 0;
      const value = lazy(() => {
        calls += 1;
        return calls === 1 ? fail() : calls;
      });
      const both = [value(), value()];
      for (const one of both) await assert.rejects(one, { message: 'mine' });
      assert.equal(await value(), 2);
      assert.equal(await value(), 2);
    },
  );

  it('a lazy value may be undefined, null or false', async () => {
    for (const nothing of [undefined, null, false, 0, '']) {
      let calls = 0;
      const value = lazy(() => {
        calls += 1;
        return nothing;
      });
      assert.deepEqual([await value(), await value(), calls], [nothing, nothing, 1]);
    }
  });

  it('a getter that asks for its own lazy value again gets the next one only after an error', async () => {
    let calls = 0;
    const value: () => Promise<number> = lazy(() => {
      calls += 1;
      if (calls === 1) throw new Error('first');
      return calls;
    });
    assert.equal(await value().catch(() => value()), 2);
  });

  it('a getter that is no function is refused', () => {
    assert.throws(() => lazy(7 as never), { code: 'E_ARGUMENT' });
  });
});
