import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { testBreaches } from './discipline.js';
import { readTree } from './source-tree.js';

describe('test discipline', () => {
  it('every test keeps the rules of tests', { timeout: 60_000 }, () => {
    assert.deepEqual(testBreaches(readTree('test')), []);
  });

  describe('test checker', () => {
    it.each([
      ['a test that runs alone', 'test/a.test.ts', "it.only('a', () => {});", /every test runs/],
      ['a test that does not run', 'test/a.test.ts', "describe.skip('a', () => {});", /every test runs/],
      ['a test that runs again', 'test/a.test.ts', "it('a', { retry: 2 }, () => {});", /has failed/],
      [
        'a sleep',
        'test/a.test.ts',
        "import { setTimeout as sleep } from 'node:timers/promises';",
        /eventually/,
      ],
      [
        'a sleep by hand',
        'test/a.test.ts',
        'await new Promise((resolve) => setTimeout(resolve, 50));',
        /eventually/,
      ],
      [
        'a law that knows its runner',
        'test/contract/a.laws.ts',
        "import { it } from 'vitest';",
        /ports only/,
      ],
      ['a law of one class', 'test/contract/a.laws.ts', "import '../../src/index.js';", /ports only/],
    ])('the test checker finds %s', (_what, path, text, message) => {
      const found = testBreaches(new Map([[path, text]]));
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(String(found[0]), message);
    });

    it('the test checker finds nothing in a sound file', () => {
      const text = "import { it } from 'vitest'; it('a', () => setTimeout(() => reject(), 5));";
      assert.deepEqual(testBreaches(new Map([['test/a.test.ts', text]])), []);
    });
  });
});
