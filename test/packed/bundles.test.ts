import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { run } from '../house/command.js';
import { ROOT } from '../house/source-tree.js';
import { RedisServer } from '../support/redis/server/redis-server.js';
import { BUNDLERS } from './bundlers.js';
import { PackedPackage } from './packed-package.js';

const PACKAGES = [
  'inversify',
  '@inversifyjs',
  'reflect-metadata',
  'zod',
  'js-yaml',
  'jsep',
  'redis',
  '@redis',
];

/** Gives ES modules the `require` that CommonJS packages ask for. */
const REQUIRE = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

const DECLARATIONS = `
- { class: MemoryCache, entries: [{ interface: ICache, name: Memory }] }
- { class: RedisCache, entries: [{ interface: ICache, name: Redis }], prefix: 'bundle:', url: '\${env.REDIS_URL}' }
- { class: TypedCache, entries: [{ interface: ITypedCache, name: local }], store: Memory, namespace: a, expire: 1m }
- { class: TypedCache, entries: [{ interface: ITypedCache, name: shared }], store: Redis, namespace: a, expire: 1m }
- { class: Greeter, entries: [{ interface: IGreeter }], greeting: Hello }
`;

const WORKS = `Memory true 1
Redis true 1
local 1970-01-01T00:00:00.000Z
shared 1970-01-01T00:00:00.000Z
Hello
`;

describe('package in a bundle', () => {
  let packed: PackedPackage;
  let server: RedisServer;
  let folder: string;
  let bundles = 0;

  beforeAll(async () => {
    server = await RedisServer.start();
    packed = await PackedPackage.pack();
    folder = packed.application('bundled', PACKAGES);
    const program = readFileSync(join(ROOT, 'test/packed/programs/bundled.ts'), 'utf8');
    const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
    writeFileSync(join(folder, 'main.mjs'), ts.transpileModule(program, { compilerOptions }).outputText);
  }, 180_000);
  afterAll(async () => {
    packed.remove();
    await server.stop();
  });

  /** Bundles the application into a folder of its own, where only the external packages are installed. */
  const bundle = async (
    bundler: keyof typeof BUNDLERS,
    format: string,
    options: { external?: readonly string[]; banner?: string } = {},
  ) => {
    const home = packed.place(`bundle-${++bundles}`, options.external ?? []);
    const file = join(home, `bundle.${format === 'esm' ? 'mjs' : 'cjs'}`);
    writeFileSync(join(home, 'caches.yml'), DECLARATIONS);
    const warnings: string[] = await BUNDLERS[bundler]({ entry: join(folder, 'main.mjs'), file, ...options });
    return {
      warnings: warnings.filter((text) => text.includes('inversify-cache/')),
      ended: await run(process.execPath, [file], { cwd: home, env: { REDIS_URL: server.url } }),
    };
  };

  it.each([
    ['esbuild', 'esm', REQUIRE],
    ['esbuild', 'cjs', ''],
    ['rollup', 'esm', ''],
    ['rollup', 'cjs', ''],
    ['rolldown', 'esm', ''],
    ['rolldown', 'cjs', ''],
    ['webpack', 'esm', ''],
    ['webpack', 'cjs', ''],
  ] as const)(
    'a bundle by %s as %s runs with memory and Redis, redis inside, and no warning is about our modules',
    async (bundler, format, banner) => {
      const { warnings, ended } = await bundle(bundler, format, { banner });
      assert.deepEqual(warnings, []);
      assert.deepEqual(ended, { code: 0, stdout: WORKS, stderr: '' });
    },
    120_000,
  );

  it.each([
    ['esbuild', 'esm'],
    ['esbuild', 'cjs'],
    ['rollup', 'esm'],
    ['rolldown', 'esm'],
    ['webpack', 'esm'],
    ['webpack', 'cjs'],
  ] as const)(
    'a bundle by %s as %s takes redis from node_modules when it is external',
    async (bundler, format) => {
      const { warnings, ended } = await bundle(bundler, format, { external: ['redis', '@redis'] });
      assert.deepEqual(warnings, []);
      assert.deepEqual(ended, { code: 0, stdout: WORKS, stderr: '' });
    },
    120_000,
  );

  it('a bundle of a program that only imports MemoryCache holds nothing of Redis and typed caches', async () => {
    const entry = join(folder, 'memory.mjs');
    writeFileSync(
      entry,
      `import { MemoryCache } from 'inversify-cache';\nawait new MemoryCache().close();\n`,
    );
    for (const bundler of ['esbuild', 'rollup', 'rolldown', 'webpack'] as const) {
      const file = join(packed.place(`memory-by-${bundler}`, []), 'bundle.mjs');
      await BUNDLERS[bundler]({ entry, file });
      const code = readFileSync(file, 'utf8');
      assert.match(code, /A cache in the memory of this process/, bundler);
      assert.doesNotMatch(code, /npm install redis|typed cache|js-yaml/, bundler);
    }
  }, 120_000);

  it('a bundle in which redis cannot be loaded starts degraded, and the log line has the cause', async () => {
    const { ended } = await bundle('esbuild', 'esm');
    assert.match(ended.stdout, /^Memory true 1\nRedis false undefined\n/);
    assert.match(
      ended.stderr,
      /the package redis cannot be loaded \(Error: Dynamic require of "[\w:]+" is not supported\): npm install redis@6; in a bundle, mark redis as external$/m,
    );
  }, 60_000);
});
