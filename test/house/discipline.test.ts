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
      ['a test that runs alone', 'test/a.test.ts', "it.only('a cat sleeps', () => {});", /every test runs/],
      ['a test that does not run', 'test/a.test.ts', "describe.skip('cats', () => {});", /every test runs/],
      [
        'a test that runs again',
        'test/a.test.ts',
        "it('a cat sleeps', { retry: 2 }, () => {});",
        /has failed/,
      ],
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
      ['a title that is half a sentence', 'test/a.test.ts', "it('that sleeps a lot', () => {});", /"that"/],
      ['a title without a subject', 'test/a.test.ts', "it('keeps asleep all day', () => {});", /its subject/],
      [
        'a parametrised title without a subject',
        'test/a.test.ts',
        "it.each([['a day']])('keeps asleep for %s', () => {});",
        /its subject/,
      ],
      ['a title of a word', 'test/a.test.ts', "it('%s', () => {});", /whole sentence/],
      ['a describe that is half a sentence', 'test/a.test.ts', "describe('a cat that', () => {});", /a noun/],
      [
        'a law that is half a sentence',
        'test/contract/a.laws.ts',
        "lawOf('fly', 'what flies has wings', async () => {});",
        /"what"/,
      ],
      [
        'two tests of one title',
        'test/a.test.ts',
        "describe('cats', () => it('a cat sleeps', f)); describe('more cats', () => it('a cat sleeps', g));",
        /has this title too/,
      ],
      ['a law of one class', 'test/contract/a.laws.ts', "import '../../src/index.js';", /ports only/],
    ])('the test checker finds %s', (_what, path, text, message) => {
      const found = testBreaches(new Map([[path, text]]));
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(String(found[0]), message);
    });

    it('the test checker finds nothing in a sound file', () => {
      const text = `import { it } from 'vitest';
        describe('cats', () => {
          it('a cat sleeps', () => setTimeout(() => reject(), 5));
          it.each([['that']])('a cat likes %s', () => {});
        });
        describe('dogs', () => it('a dog sleeps', () => {}));`;
      assert.deepEqual(testBreaches(new Map([['test/a.test.ts', text]])), []);
    });
  });
});
