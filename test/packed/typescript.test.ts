import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Ended, run } from '../house/command.js';
import { ROOT } from '../house/source-tree.js';
import { PackedPackage } from './packed-package.js';
import { tools } from './tools.js';

const PACKAGES = ['inversify', '@inversifyjs', 'reflect-metadata', 'zod', 'js-yaml', 'vitest'];

/** Types that can be erased, as Node requires it. */
const GREETER = `export class Greeter {
  readonly greeting: string;
  constructor(_site: unknown, options: { greeting: string }) { this.greeting = options.greeting; }
}
`;
/** A parameter property, which Node cannot erase. */
const NOT_ERASABLE = `export class Greeter {
  constructor(_site: unknown, readonly options: { greeting: string }) {}
  get greeting(): string { return this.options.greeting; }
}
`;

/** Node 22.18 and later erase types. */
const RUNS_TYPESCRIPT = Reflect.get(process.features, 'typescript') === 'strip';

describe('application that runs from its TypeScript sources', () => {
  let packed: PackedPackage;

  beforeAll(async () => {
    packed = await PackedPackage.pack();
  }, 180_000);
  afterAll(() => packed.remove());

  const application = (name: string, greeter: string): string => {
    const folder = packed.application(name, PACKAGES);
    copyFileSync(join(ROOT, 'test/packed/programs/typescript-app.ts'), join(folder, 'app.ts'));
    writeFileSync(join(folder, 'greeter.ts'), greeter);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(
      join(folder, 'main.ts'),
      `import { greeting } from './app.ts';\nconsole.log(await greeting());\n`,
    );
    return folder;
  };
  const node = (folder: string, ...args: string[]): Promise<Ended> =>
    run(process.execPath, args, { cwd: folder, env: { NODE_NO_WARNINGS: '1' } });

  it.each([
    ['types that can be erased', GREETER],
    ['a parameter property', NOT_ERASABLE],
  ])('tsx finds a class beside the declaration in a source with %s', async (what, greeter) => {
    const folder = application(`tsx with ${what}`, greeter);
    const tsx = pathToFileURL(join(await tools(), 'tsx/dist/loader.mjs')).href;
    const { stdout, stderr } = await node(folder, '--import', tsx, 'main.ts');
    assert.deepEqual({ stdout, stderr }, { stdout: 'Hello\n', stderr: '' });
  });

  // Programs in JavaScript load the class, so that the test runs on versions of Node that do not run TypeScript.
  it.each([
    ['types that can be erased', GREETER, RUNS_TYPESCRIPT],
    ['a parameter property', NOT_ERASABLE, false],
  ])(
    'Node finds a class in a source with %s, or the error says to give it in code',
    async (what, greeter, runs) => {
      const folder = application(`node with ${what}`, greeter);
      writeFileSync(
        join(folder, 'main.mjs'),
        `import { ComponentSite, ComponentSiteBuilder, defineInterface } from 'inversify-cache';
       const IGreeter = defineInterface('IGreeter', ['greeting']);
       const site = new ComponentSite();
       const text = '[{ class: ./greeter.js#Greeter, entries: [{ interface: IGreeter }], greeting: Hello }]';
       await new ComponentSiteBuilder().loads(site, text, { base: import.meta.filename })
         .then(() => console.log(site.getComponent(IGreeter).greeting), ({ message }) => console.log(message));`,
      );
      const { stdout } = await node(folder, 'main.mjs');
      assert.match(
        stdout,
        runs ? /^Hello$/m : /found but failed to load: .*give the class in code: \{ classes: /s,
      );
    },
  );

  it('vitest finds a class beside the declaration, or the error says to give it in code', async () => {
    const folder = application('vitest', GREETER);
    writeFileSync(
      join(folder, 'app.test.ts'),
      `import { expect, it } from 'vitest';
       import { greeting } from './app.js';
       it('greets', async () => expect(await greeting().catch(({ message }) => message)).toMatch(
         ${RUNS_TYPESCRIPT ? '/^Hello$/' : '/give the class in code/'}));`,
    );
    const { code, stdout, stderr } = await node(
      folder,
      ...[join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder],
    );
    assert.equal(code, 0, stdout + stderr);
  }, 60_000);
});
