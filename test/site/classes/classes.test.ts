// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what declarations write.
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { LoadOptions } from '../../../src/interfaces/component-site-builder.js';
import { folderWith } from '../folder.js';
import { failure, IProbe, probe, probeRig } from '../probe.js';

const APP = fileURLToPath(new URL('../fixtures/app/caches.yml', import.meta.url));
/** Set by a module of the tests below as soon as it is evaluated. */
const EVALUATED = Symbol.for('inversify-cache.test.evaluated');
const MARKER = `globalThis[Symbol.for('inversify-cache.test.evaluated')] = true;\nexport class Marker {}\n`;

/** The component of one declaration with a class of the application. */
async function component(
  className: string,
  options = '',
  load: LoadOptions = { base: APP },
): Promise<IProbe> {
  const { site, builder } = probeRig();
  await builder.loads(site, `- class: '${className}'\n  entries: [{interface: IProbe}]\n${options}`, load);
  return site.getComponent(IProbe);
}

/** Error for a class that cannot be loaded: code and message, without the place. */
async function refusal(className: string, load: LoadOptions = { base: APP }, options = '') {
  const { site, builder } = probeRig();
  const error = await failure(builder.loads(site, `- class: '${className}'\n${options}`, load));
  const place = `${load.base ?? '<text>'}:1:10 [0].class: `;
  expect(error.message.startsWith(place), error.message).toBe(true);
  expect(Reflect.has(globalThis, EVALUATED)).toBe(false);
  return { code: error.code, message: error.message.slice(place.length), cause: error.cause };
}

describe('application class', () => {
  it('an application class is built with the site and its options as written', async () => {
    const built = await component(
      './greeter.mjs#Greeter',
      '  label: a\n  deep: {list: [1, true, null]}\n  wait: 30\n',
    );
    expect(built).toMatchObject({
      label: 'a',
      options: { label: 'a', deep: { list: [1, true, null] }, wait: 30 },
    });
  });

  it('an application class gets environment variables as text', async () => {
    const built = await component('./greeter.mjs#Greeter', '  port: ${env.PORT}\n', {
      base: APP,
      env: { PORT: '1' },
    });
    expect(built.options).toEqual({ port: '1' });
  });

  it('an application class gets a site that finds earlier components, and all of them after the load', async () => {
    const { site, builder } = probeRig();
    await builder.loads(
      site,
      `${probe('a')}- {class: './greeter.mjs#Greeter', entries: [{interface: IProbe}]}\n${probe('b')}`,
      { base: APP },
    );
    const greeter = site.getComponent(IProbe) as IProbe & { site: typeof site };
    expect(greeter.site.getComponent(IProbe, 'b').label).toBe('b');
  });

  it('an application class with a static component is built by it, with checked options', async () => {
    expect((await component('./defined.mjs#Defined', '  label: ab\n')).label).toBe('abab');
    expect((await component('./defined.mjs#Derived', '  label: x\n  times: 3\n')).label).toBe('xxx');
  });

  it('options of an application class are checked by its schema, and a key that the schema would drop is refused', async () => {
    const { site, builder } = probeRig();
    const text = "- class: './defined.mjs#Defined'\n  lable: a\n  times: 0\n";
    const error = await failure(builder.loads(site, text, { base: APP }));
    expect(error.message.split('\n')).toEqual([
      `${APP}:1:3 [0].label: expected a string, got nothing`,
      `${APP}:2:3 [0].lable: expected an option of ./defined.mjs#Defined, got lable with a string of 1 character (did you mean label?)`,
      `${APP}:3:10 [0].times: expected a whole number, above 0, got 0`,
    ]);
  });

  it('an application class may be a default export, be in a subfolder, and be named by a path with ./', async () => {
    expect((await component('./greeter.mjs#default', '  label: d\n')).label).toBe('d');
    expect((await component('./sub/inner.mjs#Inner')).label).toBe('inner');
    expect((await component('././sub/./inner.mjs#Inner')).label).toBe('inner');
  });

  it('an application class may lie next to a declaration file that is reached by a link', async () => {
    const folder = await folderWith({ 'real/own.mjs': 'export class Own { label = "own"; options = {}; }' });
    await symlink(join(folder, 'real'), join(folder, 'link'));
    expect((await component('./own.mjs#Own', '', { base: join(folder, 'link/caches.yml') })).label).toBe(
      'own',
    );
  });

  it('errors distinguish a class that is not found, fails to load, is not exported or is not a class', async () => {
    expect(await refusal('./missing.mjs#Greeter')).toMatchObject({
      code: 'E_CLASS_UNKNOWN',
      message: 'the module ./missing.mjs was not found (the path is relative to the declaration file)',
      cause: undefined,
    });
    expect(await refusal('./failing.mjs#Greeter')).toMatchObject({
      code: 'E_CLASS_UNKNOWN',
      message: 'the module of ./failing.mjs#Greeter was found but failed to load: RangeError: not today',
      cause: expect.objectContaining({ message: 'not today' }),
    });
    const folder = await folderWith({ 'unparsable.mjs': 'export class {' });
    expect(await refusal('./unparsable.mjs#Greeter', { base: join(folder, 'caches.yml') })).toMatchObject({
      message: expect.stringMatching(
        /^the module of \.\/unparsable\.mjs#Greeter was found but failed to load: /,
      ),
    });
    expect(await refusal('./importing.mjs#Greeter')).toMatchObject({
      message: expect.stringMatching(/was found but failed to load: .*missing\.mjs/),
    });
    expect(await refusal('./greeter.mjs#Greter')).toMatchObject({
      message: 'the module of ./greeter.mjs#Greter has no export "Greter" (did you mean Greeter?)',
    });
    expect(await refusal('./defined.mjs#toString')).toMatchObject({
      message: expect.stringMatching(/has no export "toString" \(it exports Defined, Derived, /),
    });
    expect(await refusal('./greeter.mjs#arrow')).toMatchObject({
      message: 'expected ./greeter.mjs#arrow to be a class, got a function',
    });
    expect(await refusal('./greeter.mjs#text')).toMatchObject({
      message: 'expected ./greeter.mjs#text to be a class, got a string',
    });
    expect(await refusal('./greeter.mjs#nothing')).toMatchObject({
      message: 'expected ./greeter.mjs#nothing to be a class, got null',
    });
  });

  it.each(['Async', 'Broken'])('an invalid static component is refused: %s', async (name) => {
    expect(await refusal(`./greeter.mjs#${name}`)).toMatchObject({
      code: 'E_CLASS_UNKNOWN',
      message: `expected the static component of ./greeter.mjs#${name} to have options (a zod 4 schema) and create`,
    });
  });

  it('a constructor that throws is reported with its place, and its error is the cause', async () => {
    expect(await refusal('./greeter.mjs#Thrower')).toMatchObject({
      code: 'E_CONFIG_SCHEMA',
      message: './greeter.mjs#Thrower failed to be built: RangeError: no greeting today',
      cause: expect.objectContaining({ message: 'no greeting today' }),
    });
  });

  it('a class that builds no object, or a thenable, is refused', async () => {
    expect((await refusal('./defined.mjs#Empty')).message).toBe(
      'expected ./defined.mjs#Empty to create an object, got string',
    );
    expect((await refusal('./greeter.mjs#Thenable')).message).toBe(
      'expected ./greeter.mjs#Thenable to create a component, got a thenable (an object with a method then)',
    );
  });

  it('a schema that throws is reported with its place', async () => {
    const { site, builder } = probeRig();
    const error = await failure(builder.loads(site, "- class: './defined.mjs#Throwing'\n", { base: APP }));
    expect(error.message).toBe(
      `${APP}:1:3 [0]: the schema of ./defined.mjs#Throwing threw while it checked the options`,
    );
    expect(error.cause).toMatchObject({ message: 'the schema is broken' });
  });

  it('a component that lacks members of its interface is refused, and closed', async () => {
    const { site, builder } = probeRig();
    const text =
      "- class: './greeter.mjs#Greeter'\n  entries:\n    - interface: IProbe\n    - interface: IOther\n";
    const error = await failure(builder.loads(site, text, { base: APP }));
    expect(error.message).toBe(
      `${APP}:4:7 [0].entries[1]: expected ./greeter.mjs#Greeter to implement IOther, got one without other, another`,
    );
    expect(site.queryComponent(IProbe)).toBeUndefined();
  });
});

describe('forbidden class', () => {
  it.each([
    ['../outside/marker.mjs#Marker', /got the module "\.\.\/outside\/marker\.mjs"/],
    ['./../outside/marker.mjs#Marker', /got the module/],
    ['./sub/../../outside/marker.mjs#Marker', /got the module/],
    ['./sub\\..\\..\\outside/marker.mjs#Marker', /got the module/],
    ['/outside/marker.mjs#Marker', /got the module/],
    ['.//etc/passwd#Marker', /was not found/],
    ['C:\\outside\\marker.mjs#Marker', /got the module/],
    ['file:///outside/marker.mjs#Marker', /got the module/],
    ['data:text/javascript,export class Marker {}#Marker', /got the module/],
    ['http://localhost/marker.mjs#Marker', /got the module/],
    ['https://localhost/marker.mjs#Marker', /got the module/],
    ['node:child_process#ChildProcess', /got the module/],
    ['child_process#ChildProcess', /got the module/],
    ['fs/promises#FileHandle', /got the module/],
    ['#internal#Marker', /got the module/],
    ['#Marker', /got the module/],
    ['some-package/../../outside#Marker', /got the module/],
    ['%2e%2e/outside/marker.mjs#Marker', /got the module/],
    ['./%2e%2e/outside/marker.mjs#Marker', /was not found/],
    ['./marker.mjs%00.txt#Marker', /was not found/],
    [
      'some-package#Marker',
      /expected a class that may be loaded, got the package some-package \(allow it: \{ allow: \['some-package'\] \}\)/,
    ],
  ])('the load refuses the class path %s', async (className, message) => {
    const folder = await folderWith({ 'outside/marker.mjs': MARKER, 'app/sub/x': '' });
    const allow = ['fs', 'fs/promises', 'child_process', 'node:child_process'];
    const refused = await refusal(className, { base: join(folder, 'app/caches.yml'), allow });
    expect(refused.code).toBe('E_CLASS_UNKNOWN');
    expect(refused.message).toMatch(message);
  });

  it.each(['file', 'folder'])('a linked %s that leads out of the folder is refused', async (what) => {
    const folder = await folderWith({ 'outside/marker.mjs': MARKER, 'app/x': '' });
    if (what === 'file') await symlink(join(folder, 'outside/marker.mjs'), join(folder, 'app/marker.mjs'));
    else await symlink(join(folder, 'outside'), join(folder, 'app/inside'));
    const path = what === 'file' ? './marker.mjs' : './inside/marker.mjs';
    const refused = await refusal(`${path}#Marker`, { base: join(folder, 'app/caches.yml') });
    expect(refused.message).toBe(
      `expected a class that may be loaded, got ${path}, which is outside the folder of the declaration file (move it into that folder)`,
    );
  });

  it('a sibling folder whose name begins with the same text is refused', async () => {
    const folder = await folderWith({ 'app-outside/marker.mjs': MARKER, 'app/x': '' });
    await symlink(join(folder, 'app-outside'), join(folder, 'app/inside'));
    const refused = await refusal('./inside/marker.mjs#Marker', { base: join(folder, 'app/caches.yml') });
    expect(refused.message).toMatch(/is outside the folder/);
  });

  it('a relative class path is refused when there is no declaration file', async () => {
    expect((await refusal('./greeter.mjs#Greeter', {})).message).toBe(
      'expected a class that may be loaded, got a relative path without a declaration file (pass base, the path that it is relative to)',
    );
    expect((await refusal('pkg#Greeter', { allow: ['pkg'] })).message).toMatch(
      /got a package without a declaration file/,
    );
  });
});

describe('class of a package', () => {
  const module = (label: string) => `export class Packaged { label = '${label}'; options = {}; }\n`;
  const manifest = (exports: unknown) => JSON.stringify({ type: 'module', exports });
  const files = {
    'app/node_modules/by-conditions/package.json': manifest({
      '.': { types: './x.d.ts', require: './secret.js', import: './index.js' },
      './extra': './extra.js',
      './listed': [{ browser: './secret.js' }, './extra.js'],
      './hidden': null,
    }),
    'app/node_modules/by-conditions/index.js': module('by-conditions'),
    'app/node_modules/by-conditions/extra.js': module('extra'),
    'app/node_modules/by-conditions/secret.js': MARKER,
    'app/node_modules/by-text/package.json': manifest('./index.js'),
    'app/node_modules/by-text/index.js': module('by-text'),
    'node_modules/by-text/package.json': manifest({ './index.js': './index.js' }),
    'node_modules/by-text/index.js': MARKER,
    'app/node_modules/@scope/nested/package.json': manifest({ node: { import: './index.js' } }),
    'app/node_modules/@scope/nested/index.js': module('nested'),
    'node_modules/above/package.json': JSON.stringify({ main: 'main.cjs' }),
    'node_modules/above/main.cjs': `exports.Packaged = class { label = 'above'; options = {}; };\n`,
    'app/node_modules/failing/package.json': manifest('./index.js'),
    'app/node_modules/failing/index.js':
      "import 'a-package-that-is-not-installed';\nexport class Packaged {}\n",
  };
  const allow = ['by-conditions', 'by-text', '@scope/nested', 'above', 'failing', 'absent'];

  it.each([
    ['by-conditions#Packaged', 'by-conditions'],
    ['by-conditions/extra#Packaged', 'extra'],
    ['by-conditions/listed#Packaged', 'extra'],
    ['by-text#Packaged', 'by-text'],
    ['@scope/nested#Packaged', 'nested'],
    ['above#Packaged', 'above'],
  ])('the class %s is resolved from the declaration file, as import does', async (className, label) => {
    const base = join(await folderWith(files), 'app/caches.yml');
    expect((await component(className, '', { base, allow })).label).toBe(label);
  });

  it('a package that the load does not allow is not resolved', async () => {
    const base = join(await folderWith(files), 'app/caches.yml');
    expect((await refusal('by-conditions/secret.js#Marker', { base, allow: ['by-text'] })).message).toMatch(
      /got the package by-conditions/,
    );
    expect((await refusal('by-text-more#Packaged', { base, allow: ['by-text'] })).message).toMatch(
      /got the package by-text-more/,
    );
  });

  it.each([
    'by-conditions/secret.js#Marker',
    'by-conditions/hidden#Marker',
    'by-text/index.js#Packaged',
    'absent#Packaged',
  ])('the class %s is not exported by its package', async (className) => {
    const base = join(await folderWith(files), 'app/caches.yml');
    expect((await refusal(className, { base, allow })).message).toMatch(
      /^the module [\w./-]+ was not found \(install the package/,
    );
  });

  it('an installed package that fails to load is reported as such', async () => {
    const base = join(await folderWith(files), 'app/caches.yml');
    const refused = await refusal('failing#Packaged', { base, allow });
    expect(refused.message).toMatch(/^the module of failing#Packaged was found but failed to load/);
    expect(refused.cause).toMatchObject({
      message: expect.stringContaining('a-package-that-is-not-installed'),
    });
  });
});
