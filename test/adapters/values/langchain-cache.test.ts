import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { langchainCache } from '../../../src/adapters/langchain.js';
import { rejectsWith } from '../../contract/expectations.js';
import { type CacheUnderTest, openCache, PLACES } from '../cache-under-test.js';

interface Generation {
  readonly text: string;
  readonly message?: unknown;
}

/** Parts as LangChain has them; messages are stored as they are. */
const PARTS = {
  BaseCache: class {
    keyEncoder = (...texts: string[]): string => texts.join('_');
  },
  serializeGeneration: ({ text, message }: Generation): Generation => ({ text, message }),
  deserializeStoredGeneration: (stored: Generation): Generation => stored,
};

describe.each(PLACES)('langchainCache in %s', (where) => {
  let subject: CacheUnderTest;

  beforeAll(async () => {
    subject = await openCache(where);
  });
  beforeEach(async () => {
    await subject.cache.clear('*');
  });
  afterAll(() => subject?.close());

  it('all generations of a request are one entry, and live for a day or the option', async () => {
    for (const [expire, hours] of [
      [undefined, 24],
      ['2h', 2],
    ] as const) {
      const answers = langchainCache(PARTS, subject.cache, { expire });
      const generations = [
        { text: 'a', message: { tool_calls: [1] }, generationInfo: { reason: 'stop' } },
        { text: 'b' },
      ];
      await answers.update('p', 'm', generations);
      assert.deepEqual(await answers.lookup('p', 'm'), generations);
      assert.equal(await answers.lookup('p', 'other'), null);
      const life = (await subject.cache.getExpiry('langchain:p_m')) ?? 0;
      assert.ok(life > hours * 3_600_000 - 30_000 && life <= hours * 3_600_000, `${life}`);
    }
  });

  it('an answer to another request under the same key, and other bytes, are a miss', async () => {
    const answers = langchainCache(PARTS, subject.cache);
    await answers.update('a_b', 'c', [{ text: 'x' }]);
    assert.equal(await answers.lookup('a', 'b_c'), null);
    const long = 'p'.repeat(5000);
    await answers.update(long, 'm', []);
    assert.deepEqual(await answers.lookup(long, 'm'), []);
    for (const text of ['{', 'null', '7', '\xff']) {
      await subject.cache.setValue('langchain:a_b_c', Buffer.from(text, 'latin1'), '1m');
      assert.equal(await answers.lookup('a_b', 'c'), null);
    }
    const cycle: Record<string, unknown> = {};
    cycle.own = cycle;
    await rejectsWith('E_ENCODE', 'cycle', () =>
      answers.update('p', 'm', [{ text: 'x', generationInfo: cycle }]),
    );
  });
});
