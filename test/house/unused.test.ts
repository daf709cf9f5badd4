import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { optionsOf } from '../../src/implements/foundation/options/shape.js';
import { CATALOGUE } from '../../src/implements/site/catalogue.js';
import { readTree, type SourceTree } from './source-tree.js';
import { unreachableFiles, unusedExports } from './unused.js';

const DOORS = [
  'src/index.ts',
  'src/coordination.ts',
  'src/data.ts',
  'src/recipes.ts',
  'src/operations.ts',
  'src/cli.ts',
  'src/adapters/keyv.ts',
  'src/adapters/express-session.ts',
  'src/adapters/fastify-session.ts',
  'src/adapters/express-rate-limit.ts',
  'src/adapters/unstorage.ts',
  'src/adapters/apollo.ts',
  'src/adapters/cachified.ts',
  'src/adapters/bentocache.ts',
  'src/adapters/langchain.ts',
  'src/adapters/undici.ts',
  'src/decorators.ts',
  'src/testing.ts',
  'src/adapters/axios.ts',
  'src/adapters/envelop.ts',
  'src/adapters/nest-throttler.ts',
  'src/adapters/better-auth.ts',
  'src/adapters/redis-manager.ts',
  'src/adapters/triva.ts',
];

describe('unused code', () => {
  const src = readTree('src');
  const all = readTree('src', 'test', 'examples');

  it('every file of src can be reached from a door', { timeout: 60_000 }, () => {
    assert.deepEqual(unreachableFiles(src, ...DOORS), []);
  });

  it('every export of src is used in another file', { timeout: 60_000 }, () => {
    assert.deepEqual(unusedExports(all, ...DOORS), []);
  });

  it('every option of a class is named by a test of it', async () => {
    const tests = [...readTree('test')].filter(([path]) => !path.startsWith('test/house/'));
    const words = new Set(tests.flatMap(([, text]) => text.match(/\w+/g) ?? []));
    const classes = await Promise.all([...CATALOGUE.values()].map((load) => load()));
    const options = classes.flatMap(({ component }) => [...optionsOf(component.options).keys()]);
    assert.deepEqual(
      [...new Set(options)].filter((option) => !words.has(option)),
      [],
    );
  });

  describe('unused-code checker', () => {
    const tree: SourceTree = new Map([
      ['src/index.ts', "export { a } from './a.js';"],
      ['src/a.ts', "import type { B } from './b.js'; export const a: B = 1; export const own = a;"],
      ['src/b.ts', 'export type B = number; export function alone() {} const kept = 1; export { kept };'],
      [
        'src/c.ts',
        'export interface Named { readonly a: 1 } export function f(named: Named): void { f(named); }',
      ],
      ['test/c.test.ts', "import { f } from '../src/c.js';"],
      ['src/lost.ts', "import './lost-too.js'; export class Lost {}"],
      ['src/lost-too.ts', ''],
      ['src/late.ts', 'export const late = 1;'],
      ['src/whole.ts', 'export const part = 1;'],
      ['src/one.ts', 'export const taken = 1; export const untaken = 1;'],
      [
        'test/a.test.ts',
        "await import('../src/late.js'); (await import('../src/one.js')).taken; import * as whole from '../src/whole.js';",
      ],
    ]);

    it('the checker finds a file that no file imports', () => {
      const lost = [
        'src/c.ts',
        'test/c.test.ts',
        'src/lost.ts',
        'src/lost-too.ts',
        'src/late.ts',
        'src/whole.ts',
        'src/one.ts',
      ];
      assert.deepEqual(unreachableFiles(tree, 'src/index.ts'), [...lost, 'test/a.test.ts']);
    });

    it('the checker finds an export that no file imports', () => {
      assert.deepEqual(unusedExports(tree, 'src/index.ts'), [
        'src/a.ts: own',
        'src/b.ts: alone',
        'src/b.ts: kept',
        'src/lost.ts: Lost',
        'src/one.ts: untaken',
      ]);
    });
  });
});
