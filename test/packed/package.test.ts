import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Ended, run, start } from '../house/command.js';
import { ROOT } from '../house/source-tree.js';
import { RedisServer } from '../support/redis/server/redis-server.js';
import { eventually } from '../support/time/eventually.js';
import { evaluatedBy } from './evaluated.js';
import { PackedPackage } from './packed-package.js';

/** Files that a site with a MemoryCache needs: more of them make every start slower. */
const MEMORY_SITE = ['cache', 'foundation', 'memory-cache', 'site'];

const BARE = ['inversify', 'reflect-metadata', 'zod'];
const WITHOUT_REDIS = [...BARE, 'js-yaml'];
const WITH_REDIS = [...WITHOUT_REDIS, 'redis'];

describe('packed package', () => {
  let packed: PackedPackage;
  let workshop: string;
  let unpacked: string;

  beforeAll(async () => {
    packed = await PackedPackage.pack();
    ({ workshop, unpacked } = packed);
  }, 120_000);
  afterAll(() => packed.remove());

  const application = (name: string, packages: readonly string[]): string =>
    packed.application(name, packages);
  const program = (folder: string, text: string): string => {
    const file = join(folder, 'main.mjs');
    writeFileSync(file, text);
    return file;
  };
  const runProgram = (folder: string, text: string): Promise<Ended> =>
    run(process.execPath, [program(folder, text)], { cwd: folder });

  it('the packed package holds the files that users need, and no others', () => {
    const files = readdirSync(unpacked, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(unpacked.length + 1));
    const strangers = files.filter(
      (file) =>
        !/^(?:dist\/.*(?:\.js|\.d\.ts)|config\/.*|docs\/.*\.md|examples\/.*\.(?:ts|yml)|package\.json|[A-Z]+(?:\.md)?)$/.test(
          file,
        ),
    );
    assert.deepEqual(strangers, []);
    for (const file of [
      'README.md',
      'CHANGELOG.md',
      'LICENSE',
      'config/memory.yml',
      'config/components.schema.json',
    ]) {
      assert.ok(files.includes(file), file);
    }
  });

  it('every link of README and of the pages to a file leads to one in the package', () => {
    const pages = [
      'README.md',
      ...readdirSync(join(unpacked, 'docs'), { recursive: true }).map((name) => `docs/${name}`),
    ];
    const broken = pages
      .filter((page) => page.endsWith('.md'))
      .flatMap((page) =>
        [...readFileSync(join(unpacked, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)]
          .filter(([, target = '']) => !existsSync(join(unpacked, dirname(page), target)))
          .map(([, target]) => `${page}: ${target}`),
      );
    assert.deepEqual(broken, []);
  });

  it('the packed package has no source maps, and its code keeps line breaks and the names of classes', () => {
    const code = readFileSync(join(unpacked, 'dist/chunks/memory-cache.js'), 'utf8');
    assert.doesNotMatch(code, /sourceMappingURL/);
    assert.match(code, /^var MemoryCache = class|^class MemoryCache\b/m);
    assert.ok(code.split('\n').length > 300);
  });

  it('no declaration file names a type of node-redis', () => {
    for (const entry of readdirSync(join(unpacked, 'dist'), { recursive: true, withFileTypes: true })) {
      if (!entry.name.endsWith('.d.ts')) continue;
      const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
      assert.doesNotMatch(text, /(?:from|import\()\s*['"](?:redis|@redis\/[^'"]*)['"]/, entry.name);
    }
  });

  it('publint finds no problem in the packed package', async () => {
    const tool = join(ROOT, 'node_modules/.bin/publint');
    const { code, stdout, stderr } = await run(tool, ['run', unpacked, '--strict', '--pack', 'false'], {
      cwd: workshop,
    });
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /All good/);
  });

  it('attw finds the types with every ES module resolver', async () => {
    const tool = join(ROOT, 'node_modules/.bin/attw');
    const args = [packed.tarball, '--profile', 'esm-only', '--no-emoji', '--format', 'ascii'];
    const { code, stdout, stderr } = await run(tool, args, { cwd: workshop });
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /node16 \(from ESM\): OK \(ESM\)/);
  }, 60_000);

  it('the package can be imported without redis and js-yaml installed, and loads them on demand', async () => {
    const folder = application('bare', BARE);
    const { code, stdout, stderr } = await runProgram(
      folder,
      "console.log(Object.keys(await import('inversify-cache')).length > 10);",
    );
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: 'true\n', stderr: '' });
  });

  it('only the entry points, the schema and the manifest can be imported', async () => {
    const { stdout, stderr } = await runProgram(
      application('subpaths', BARE),
      `const opens = (path) => import(path, { with: { type: 'json' } }).then(() => true, ({ code }) => code);
       console.log(await opens('inversify-cache/components.schema.json'));
       console.log(await opens('inversify-cache/package.json'));
       console.log(await opens('inversify-cache/dist/index.js'));`,
    );
    assert.equal(stdout, 'true\ntrue\nERR_PACKAGE_PATH_NOT_EXPORTED\n', stderr);
  });

  describe('packed package without redis', () => {
    let folder: string;
    beforeAll(() => {
      folder = application('without-redis', WITHOUT_REDIS);
    });

    it('a program compiles, with declaration files checked, and runs with a site in memory, without redis installed', async () => {
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
      writeFileSync(
        join(folder, 'site.ts'),
        `import { type ICache, ICache as Cache, loadComponentSite } from 'inversify-cache';
         const site = await loadComponentSite('node_modules/inversify-cache/config/memory.yml');
         const cache: ICache = site.getComponent(Cache, 'Memory');
         await cache.setValue('a', new Uint8Array([1]), '1m');
         const value: Uint8Array | null = await cache.getValue('a');
         console.log(value?.[0]);
         await site.close();`,
      );
      const program = ts.createProgram([join(folder, 'site.ts')], {
        strict: true,
        module: ts.ModuleKind.NodeNext,
        target: ts.ScriptTarget.ES2022,
        lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
        types: ['node'],
        typeRoots: [join(ROOT, 'node_modules/@types')],
      });
      const ours = program
        .getSourceFiles()
        .filter(({ fileName }) => /inversify-cache\/dist|site\.ts$/.test(fileName));
      assert.ok(ours.length > 10);
      const problems = ours.flatMap((file) => [
        ...program.getSyntacticDiagnostics(file),
        ...program.getSemanticDiagnostics(file),
      ]);
      assert.deepEqual(
        problems.map(({ file, messageText }) => [file?.fileName, messageText]),
        [],
      );
      program.emit();
      const ended = await run(process.execPath, ['site.js'], { cwd: folder });
      assert.deepEqual(ended, { code: 0, stdout: '1\n', stderr: '' });
    }, 60_000);

    it('a site in memory evaluates what a site needs and the MemoryCache, and no other class', async () => {
      const file = program(
        folder,
        `const site = await import('./node_modules/inversify-cache/dist/chunks/site.js');
         const loadComponentSite = Object.values(site).find(({ name }) => name === 'loadComponentSite');
         await (await loadComponentSite('node_modules/inversify-cache/config/memory.yml')).close();`,
      );
      // The second one is what is left of the module that the catalogue imports: a name for the first.
      assert.deepEqual(await evaluatedBy(file, folder), [...MEMORY_SITE, 'memory-cache2'].sort());
    });

    it('the package evaluates at its import the wings of the classes that it exports, and nothing that mistakes need', async () => {
      const file = join(folder, 'door.mjs');
      writeFileSync(file, "await import('inversify-cache');");
      const wings = ['redis-cache', 'redis', 'tiered-cache', 'typed-cache'];
      assert.deepEqual(await evaluatedBy(file, folder), [...MEMORY_SITE, ...wings].sort());
    });

    it('a RedisCache starts disconnected, with one warning that names the package to install, without redis installed', async () => {
      const { code, stdout, stderr } = await runProgram(
        folder,
        `import { ICache, loadComponentSite } from 'inversify-cache';
         const site = await loadComponentSite('node_modules/inversify-cache/config/redis.yml');
         console.log(site.getComponent(ICache, 'Redis').connected);
         await site.close();`,
      );
      assert.equal(code, 0, stderr);
      assert.equal(stdout, 'false\n');
      assert.equal(stderr.match(/InversifyCacheWarning/g)?.length, 1, stderr);
      assert.match(stderr, /cannot reach .*: Redis needs the package redis: npm install redis@6$/m);
    });

    it('a required RedisCache fails the load with E_PEER_MISSING, without redis installed', async () => {
      const { code, stdout, stderr } = await runProgram(
        folder,
        `import { ComponentSite, ComponentSiteBuilder, ICache } from 'inversify-cache';
         const site = new ComponentSite();
         const text = '[{ class: RedisCache, entries: [{ interface: ICache, name: Redis }], required: true }]';
         await new ComponentSiteBuilder().loads(site, text).catch(({ code, message }) => console.log(code, message));
         console.log(site.queryComponent(ICache, 'Redis'));`,
      );
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^E_PEER_MISSING .*npm install redis@6\nundefined\n$/);
    });
  });

  describe('packed package with redis', () => {
    let folder: string;
    let server: RedisServer;
    beforeAll(async () => {
      folder = application('with-redis', WITH_REDIS);
      server = await RedisServer.start();
    });
    afterAll(() => server.stop());

    it.each([
      ['answers', false],
      ['is frozen', true],
    ])('the process ends by itself within a second of close() when Redis %s', async (_redis, frozen) => {
      program(
        folder,
        `import { once } from 'node:events';
         import { ICache, loadComponentSite } from 'inversify-cache';
         const site = await loadComponentSite('node_modules/inversify-cache/config/redis.yml');
         const cache = site.getComponent(ICache, 'Redis');
         console.log('stored', await cache.setValue('a', new Uint8Array([1]), '1m'));
         await once(process.stdin, 'data');
         process.stdin.destroy();
         const reading = cache.getValue('a');
         await site.close();
         console.log('closed');
         await reading.catch(({ code }) => console.log(code));`,
      );
      const running = start(process.execPath, ['main.mjs'], { cwd: folder, env: { REDIS_URL: server.url } });
      try {
        await eventually('the value is stored', () => running.stdout.includes('stored true'), {
          withinMs: 20_000,
        });
        if (frozen) server.freeze();
        const askedAt = performance.now();
        running.child.stdin?.write('close\n');
        await eventually('the site is closed', () => running.stdout.includes('closed'));
        const closedAt = performance.now();
        const { code, stderr } = await running.ended;
        assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
        assert.ok(closedAt - askedAt < 1100, `close() took ${closedAt - askedAt} ms`);
        assert.ok(
          performance.now() - closedAt < 1000,
          `the process lived on for ${performance.now() - closedAt} ms`,
        );
      } finally {
        running.child.kill('SIGKILL');
        if (frozen) server.thaw();
      }
    });
  });
});
