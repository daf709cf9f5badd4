import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import * as door from '../../src/index.js';
import { optionsWithDefault, secondDefaults } from './defaults.js';
import { readTree } from './source-tree.js';

/** Values that only look like a default, with reasons. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  "src/implements/redis/topology/cluster/cluster-map.ts host = ''": 'a node without a name has no address',
  'src/implements/redis/topology/cluster/cluster-map.ts port = 0': 'a node without a name has no address',
};

const schemas = Object.values(door)
  .map((value) => (value as { readonly component?: { readonly options: z.ZodType } }).component?.options)
  .filter((options) => options !== undefined);
const options = new Set(schemas.flatMap(optionsWithDefault));
const sample = new Set(['expire: number', 'mode: string', 'open: boolean']);

describe('defaults of options', () => {
  it('every default is written once, in its schema', () => {
    const found = secondDefaults(readTree('src'), options);
    const seconds = found.filter((line) => EXCEPTIONS[line.replace(/:\d+ /, ' ')] === undefined);
    expect(seconds).toEqual([]);
    const lines = new Set(found.map((line) => line.replace(/:\d+ /, ' ')));
    expect(Object.keys(EXCEPTIONS).filter((line) => !lines.has(line))).toEqual([]);
  });

  it('the checker reads defaults from the schemas of all components, nested maps included', () => {
    expect([...options]).toEqual(
      expect.arrayContaining([
        'maxEntries: number',
        'prefix: string',
        'commandTimeout: number',
        'insecure: boolean',
        'expire: number',
        'from: number',
      ]),
    );
  });

  it.each([
    'function f({ expire = 5 }: O) {}',
    'function f({ expire: life = 5 }: O) {}',
    'const { expire = 5 } = given;',
    "const { mode = 'on' } = given;",
    'function f(expireMs = 5 * 1000) {}',
    'const life = given.expire ?? 5;',
    'const life = given?.expire ?? 5;',
    'const isOpen = given.open || true;',
    'const DEFAULTS = { expireMs: 300_000 };',
    'export const DEFAULTS = { expireMs: 300_000 } as const;',
  ])('the checker finds a default that is written a second time: %s', (line) => {
    const tree = new Map([['src/a.ts', `\n${line}\n`]]);
    expect(secondDefaults(tree, sample)).toEqual([expect.stringMatching(/^src\/a\.ts:2 /)]);
  });

  it.each([
    'const { expire = DEFAULTS.expire } = given;',
    'const life = given.expire ?? Number.POSITIVE_INFINITY;',
    'const counts = { mode: 0 };',
    "const LETTERS = { mode: 'm' };",
    'const { other = 5 } = given;',
    'function f() { return { expire: 5 }; }',
  ])('the checker finds no default where none is written: %s', (line) => {
    expect(secondDefaults(new Map([['src/a.ts', line]]), sample)).toEqual([]);
  });
});
