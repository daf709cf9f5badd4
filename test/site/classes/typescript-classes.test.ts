import { realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { moduleFile } from '../../../src/implements/site/classes/module-file.js';
import { folderWith } from '../folder.js';
import { failure, IProbe, probeRig } from '../probe.js';

const source = (label: string) =>
  `export class Own { label: string = '${label}'; options: object = {}; }\nif (Own.length > 9) throw null;\n`;

async function load(className: string, folder: string) {
  const { site, builder } = probeRig();
  const text = `- {class: '${className}', entries: [{interface: IProbe}]}`;
  await builder.loads(site, text, { base: join(folder, 'caches.yml') });
  return site.getComponent(IProbe);
}

describe('class in a TypeScript source', () => {
  it.each([
    ['own.js', 'own.ts'],
    ['own.mjs', 'own.mts'],
    ['own.cjs', 'own.cts'],
  ])('a class named in %s is found in %s when the compiled file is absent', async (named, written) => {
    const folder = await folderWith({ [written]: source('source') });
    const file = await moduleFile(`./${named}`, { base: join(folder, 'caches.yml'), allow: [] });
    expect(file).toBe(await realpath(join(folder, written)));
  });

  it('a class is built from its TypeScript source where the process runs TypeScript', async () => {
    const folder = await folderWith({ 'own.ts': source('source') });
    expect((await load('./own.js#Own', folder)).label).toBe('source');
  });

  it('a compiled file is taken before its source', async () => {
    const compiled = 'export class Own { label = "compiled"; options = {}; }';
    const folder = await folderWith({ 'own.js': compiled, 'own.ts': source('source') });
    expect((await load('./own.js#Own', folder)).label).toBe('compiled');
  });

  it('a source that a link leads to outside of the folder is refused', async () => {
    const folder = await folderWith({ 'outside/own.ts': source('outside'), 'app/x': '' });
    await symlink(join(folder, 'outside/own.ts'), join(folder, 'app/own.ts'));
    expect((await failure(load('./own.js#Own', join(folder, 'app')))).message).toMatch(
      /got \.\/own\.js, which is outside the folder/,
    );
  });

  it('a source that cannot be run is reported with its cause, and with what to do instead', async () => {
    const folder = await folderWith({ 'own.ts': 'throw new RangeError("not today");' });
    const error = await failure(load('./own.js#Own', folder));
    expect(error).toMatchObject({ code: 'E_CLASS_UNKNOWN' });
    expect(error.message).toMatch(
      /the module of \.\/own\.js#Own was found but failed to load: RangeError: not today \(it is TypeScript: compile it, or give the class in code: \{ classes: \{ '\.\/own\.js#Own': Own \} \}\)$/,
    );
  });
});
