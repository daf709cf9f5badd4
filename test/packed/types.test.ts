import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { run } from '../house/command.js';
import { ROOT } from '../house/source-tree.js';
import { PackedPackage } from './packed-package.js';
import { tools } from './tools.js';

/** Options of a new project: declaration files are checked, and no package of types is named. */
const COMPILER_OPTIONS = {
  strict: true,
  exactOptionalPropertyTypes: true,
  module: 'nodenext',
  target: 'es2022',
  lib: ['es2023', 'esnext.disposable'],
  skipLibCheck: false,
  noEmit: true,
};

const FILES = ['types.ts', 'door-types.ts'];

describe('types of the packed package', () => {
  let packed: PackedPackage;
  let folder: string;
  let compilers: Record<string, string>;

  beforeAll(async () => {
    packed = await PackedPackage.pack();
    folder = packed.application('types', [
      ...['inversify', '@inversifyjs', 'reflect-metadata', 'zod'],
      ...['@types/node', 'undici-types'],
    ]);
    for (const file of FILES) copyFileSync(join(ROOT, 'test/packed/programs', file), join(folder, file));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const config = { compilerOptions: COMPILER_OPTIONS, files: FILES };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    compilers = {
      '5.9': join(await tools(), 'typescript'),
      '6.0': join(ROOT, 'node_modules/typescript'),
    };
  }, 180_000);
  afterAll(() => packed.remove());

  it.each(['5.9', '6.0'])(
    'TypeScript %s accepts the public types, and infers what callers expect of each generic',
    async (version) => {
      const home = compilers[version] as string;
      assert.ok(JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).version.startsWith(version));
      const { code, stdout } = await run(process.execPath, [join(home, 'bin/tsc'), '-p', '.'], {
        cwd: folder,
      });
      assert.deepEqual({ code, stdout }, { code: 0, stdout: '' });
    },
    120_000,
  );
});
