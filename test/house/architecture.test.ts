import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { breaches, EXCEPTIONS } from './architecture.js';
import { readTree, type SourceTree } from './source-tree.js';

describe('architecture', () => {
  it('the source has no breach of the architecture except the listed ones', { timeout: 60_000 }, () => {
    const found = breaches(readTree('src'));
    const withoutLine = found.map((breach) => breach.replace(/:\d+ /, ' '));
    const unmeant = found.filter((_, index) => EXCEPTIONS[withoutLine[index] ?? ''] === undefined);
    assert.deepEqual(unmeant, []);
    assert.deepEqual(
      Object.keys(EXCEPTIONS).filter((exception) => !withoutLine.includes(exception)),
      [],
    );
  });

  describe('architecture checker', () => {
    const plant = (path: string, text: string): string[] =>
      breaches(
        new Map([
          ['src/interfaces/cache.ts', ''],
          ['src/implements/foundation/logger/logger.ts', ''],
          ['src/implements/redis/link/link.ts', ''],
          ['src/implements/redis/topology/map.ts', "import '../link/link.js';"],
          ['src/implements/cache/glob.ts', ''],
          ['src/implements/cache/redis/b.ts', ''],
          ['src/implements/coordination/mutex/mutex.ts', ''],
          ['src/implements/site/site.ts', ''],
          ['src/index.ts', ''],
          [path, text],
        ] satisfies [string, string][]) as SourceTree,
      );
    const PLANTED: readonly (readonly [what: string, path: string, text: string, message: RegExp])[] = [
      [
        'an interface that knows an implementation',
        'src/interfaces/a.ts',
        "import '../implements/cache/glob.js';",
        /other way/,
      ],
      [
        'a type that runs against the direction',
        'src/interfaces/a.ts',
        "import type { A } from '../implements/cache/glob.js';",
        /other way/,
      ],
      [
        'a logger that knows the connection',
        'src/implements/foundation/logger/a.ts',
        "import '../../redis/link/link.js';",
        /other way/,
      ],
      [
        'a connection that knows a cache',
        'src/implements/redis/a.ts',
        "import '../cache/glob.js';",
        /other way/,
      ],
      [
        'a concern that imports another one',
        'src/implements/cache/memory/a.ts',
        "import '../redis/b.js';",
        /other way/,
      ],
      [
        'the root of a wing that imports a concern of its own',
        'src/implements/cache/a.ts',
        "import './redis/b.js';",
        /other way/,
      ],
      [
        'a wing that imports another one of its level',
        'src/implements/cache/a.ts',
        "import '../coordination/mutex/mutex.js';",
        /other way/,
      ],
      [
        'a circle of folders',
        'src/implements/redis/link/a.ts',
        "import '../topology/map.js';",
        /a circle of folders/,
      ],
      ['a cache that knows the site', 'src/implements/cache/a.ts', "import '../site/site.js';", /other way/],
      ['a site that knows the door', 'src/implements/site/a.ts', "import '../../index.js';", /other way/],
      [
        'an import behind import()',
        'src/implements/cache/a.ts',
        "await import('../site/site.js');",
        /other way/,
      ],
      [
        'an import in a type',
        'src/implements/cache/a.ts',
        "type A = import('../site/site.js').A;",
        /other way/,
      ],
      [
        'a site that imports a class before a declaration names it',
        'src/implements/site/a.ts',
        "import '../cache/redis/b.js';",
        /by import\(\), when a declaration names it/,
      ],
      [
        'a site that knows the type of a class',
        'src/implements/site/a.ts',
        "import type { Link } from '../redis/link/link.js';",
        /by import\(\), when a declaration names it/,
      ],
      ['a file that is not there', 'src/implements/cache/a.ts', "import './b.js';", /no such file/],
      ['an inner barrel', 'src/implements/cache/a.ts', "export { a } from './glob.js';", /only doors/],
      [
        'a container outside the site',
        'src/implements/cache/a.ts',
        "import { Container } from 'inversify';",
        /only src\/implements\/site/,
      ],
      [
        'YAML outside the site',
        'src/implements/cache/a.ts',
        "import { load } from 'js-yaml';",
        /only src\/implements\/site/,
      ],
      [
        'the driver outside its folder',
        'src/implements/cache/a.ts',
        "import type { A } from 'redis';",
        /only src\/implements\/redis/,
      ],
      [
        'a driver that is always loaded',
        'src/implements/redis/a.ts',
        "import { createClient } from 'redis';",
        /import\(\)/,
      ],
      ['an undeclared package', 'src/implements/cache/a.ts', "import 'lodash/fp';", /not one of ours/],
      ['a cycle', 'src/implements/cache/glob.ts', "import './glob.js';", /a cycle/],
      [
        'a name that says nothing',
        'src/implements/cache/a.ts',
        'export class CacheImpl {}',
        /"Impl" says nothing/,
      ],
      ['a file name that says nothing', 'src/implements/cache/string-utils.ts', '', /"utils" says nothing/],
      ['a file name in another case', 'src/implements/cache/lruMap.ts', '', /kebab-case/],
      ['a file that is too long', 'src/implements/cache/a.ts', `${'// line\n'.repeat(401)}`, /401 lines/],
      ['the console', 'src/implements/cache/a.ts', "console.log('');", /ILoggerSite/],
      ['the date', 'src/implements/cache/a.ts', 'const a = Date.now();', /IClock/],
      ['a new date', 'src/implements/foundation/clock/a.ts', 'const a = new Date();', /IClock/],
      ['chance', 'src/implements/cache/a.ts', 'const a = Math.random();', /node:crypto/],
      ['a clock', 'src/implements/cache/a.ts', 'const a = performance.now();', /IClock/],
      ['a timer', 'src/implements/cache/a.ts', 'setTimeout(() => {}, 1);', /schedule/],
      [
        'an imported timer',
        'src/implements/cache/a.ts',
        "import { setTimeout as sleep } from 'node:timers/promises';",
        /schedule/,
      ],
      ['a hidden timer', 'src/implements/cache/a.ts', 'const a = AbortSignal.timeout(1);', /schedule/],
      ['state of a module', 'src/implements/cache/a.ts', 'let calls = 0;', /state of a module/],
    ];
    it.each(PLANTED)('the architecture checker finds %s', (_what, path, text, message) => {
      const found = plant(path, text);
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(String(found[0]), message);
    });

    it('the architecture checker finds a folder with more than twelve files', () => {
      const tree = new Map(
        Array.from({ length: 13 }, (_, index) => [`src/implements/cache/memory/a${index}.ts`, '']),
      );
      assert.deepEqual(breaches(tree), ['src/implements/cache/memory: 13 files; 12 is the most']);
    });

    it('the architecture checker finds nothing in a site that imports classes lazily', () => {
      const text = `
        import '../foundation/logger/logger.js';
        import '../../interfaces/cache.js';
        import './site.js';
        const load = () => import('../cache/redis/b.js');
      `;
      assert.deepEqual(plant('src/implements/site/a.ts', text), []);
    });

    it('the architecture checker finds nothing in a sound file', () => {
      const text = `
        import type { Container } from 'inversify';
        import { type Newable } from 'inversify';
        import { z } from 'zod';
        import { readFile } from 'node:fs/promises';
        import '../../interfaces/cache.js';
        import '../redis/link/link.js';
        import './glob.js';
        const options = { Date: 1 };
        const counts = { random: options.Date };
        const table = new Map<string, number>();
      `;
      assert.deepEqual(plant('src/implements/cache/a.ts', text), []);
    });
  });
});
