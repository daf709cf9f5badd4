import { join } from 'node:path';
import { Container, inject, injectable, named } from 'inversify';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MemoryCache } from '../../src/implements/cache/memory/memory-cache.js';
import { cacheModule } from '../../src/implements/site/cache-module.js';
import { ComponentSite } from '../../src/implements/site/component-site.js';
import { ComponentSiteBuilder } from '../../src/implements/site/component-site-builder.js';
import { loadComponentSite } from '../../src/implements/site/load-component-site.js';
import { ICache } from '../../src/interfaces/cache.js';
import { IConfig } from '../../src/interfaces/config.js';
import { IComponentSite } from '../../src/interfaces/component-site.js';
import { ArgumentError, ComponentNotFoundError } from '../../src/interfaces/errors.js';
import { folderWith } from './folder.js';
import { failure } from './probe.js';

const YAML = '- class: MemoryCache\n  entries: [{interface: ICache, name: Memory}]\n';
const JSON_TEXT = '[{"class": "MemoryCache", "entries": [{"interface": "ICache", "name": "Memory"}]}]';

describe('loadComponentSite', () => {
  it('loadComponentSite provides a memory cache, by default and by name, when nothing is declared', async () => {
    await using site = await loadComponentSite();
    expect(site.getComponent(ICache)).toBeInstanceOf(MemoryCache);
    expect(site.getComponent(ICache, 'Memory')).toBe(site.getComponent(ICache));
    expect(site.queryComponent(ICache, 'Redis')).toBeUndefined();
  });

  it('the site without a path is that of config/default.yml', async () => {
    const builder = new ComponentSiteBuilder();
    await using site = await loadComponentSite();
    await using declared = await loadComponentSite('config/default.yml');
    expect(builder.dumps(site)).toBe(builder.dumps(declared));
  });

  it('the site without a path has settings from the environment and from files that are there', async () => {
    const folder = await folderWith({
      'a.yml': 'app: { a: file, b: file }',
      'b.json': '{ "app": { "c": 1 } }',
    });
    const env = { APP_A: 'env', CONFIG_YAML: join(folder, 'a.yml'), CONFIG_JSON: join(folder, 'b.json') };
    await using site = await loadComponentSite(undefined, { env });
    const values = (name: string): string[] => {
      const session = site.getComponent(IConfig, name).getSession('app');
      return [...session.listKeys()].sort().map((key) => `${key}=${session.getValue(key)}`);
    };
    expect(values('')).toEqual(['a=env', 'b=file', 'c=1']);
    expect(values('Yaml')).toEqual(['a=file', 'b=file']);
    expect(values('Json')).toEqual(['c=1']);
    expect(values('Environment')).toEqual(['a=env']);
  });

  it.each([
    ['caches.yml', YAML],
    ['caches.yaml', YAML],
    ['caches.YML', YAML],
    ['caches.json', JSON_TEXT],
    ['caches.yml', JSON_TEXT],
    ['caches.yml', `\uFEFF${YAML}`],
    ['caches.json', `\uFEFF${JSON_TEXT}`],
  ])('loadComponentSite reads %s', async (name, text) => {
    const folder = await folderWith({ [name]: text });
    await using site = await loadComponentSite(join(folder, name));
    expect(site.getComponent(ICache, 'Memory')).toBeInstanceOf(MemoryCache);
  });

  it('loadComponentSite reads a file of any name in the given format', async () => {
    const folder = await folderWith({ caches: JSON_TEXT, 'caches.yml': JSON_TEXT });
    await using site = await loadComponentSite(join(folder, 'caches'), { format: 'json' });
    expect(site.queryComponent(ICache, 'Memory')).toBeDefined();
    const path = join(await folderWith({ 'caches.yml': YAML }), 'caches.yml');
    expect((await failure(loadComponentSite(path, { format: 'json' }))).code).toBe('E_CONFIG_SYNTAX');
  });

  it.each([
    ['caches.toml', 'E_CONFIG_FORMAT', 'unknown file format toml (use yaml, yml or json)'],
    [
      'caches',
      'E_CONFIG_FORMAT',
      'expected a file name that ends in .yml, .yaml or .json (or pass the option format)',
    ],
    ['missing.yml', 'E_CONFIG_READ', 'no such file'],
    ['folder.yml', 'E_CONFIG_READ', 'expected a file, got a directory or a device'],
    ['caches.yml/x.yml', 'E_CONFIG_READ', 'the file cannot be read: ENOTDIR'],
    ['latin.yml', 'E_CONFIG_READ', 'expected UTF-8 text, got other bytes'],
    ['long.yml', 'E_CONFIG_SYNTAX', 'expected at most 262144 bytes, got 262145'],
  ])('loadComponentSite reports why it cannot read %s', async (name, code, message) => {
    const folder = await folderWith({
      'caches.toml': '',
      caches: '',
      'caches.yml': YAML,
      'folder.yml/x': '',
      'latin.yml': Uint8Array.of(0x23, 0xfc),
      'long.yml': '#'.repeat(256 * 1024 + 1),
    });
    const path = join(folder, name);
    const error = await failure(loadComponentSite(path));
    expect(error.code).toBe(code);
    expect(error.message).toBe(`${path}: ${message}`);
    expect(error).toMatchObject({ issues: [{ source: path, line: 0, column: 0, path: '' }] });
  });

  it('errors name the file as it was given', async () => {
    const folder = await folderWith({ 'caches.yml': '- class: Memorycache\n' });
    const path = join(folder, 'caches.yml');
    expect((await failure(loadComponentSite(path))).message).toBe(
      `${path}:1:10 [0].class: expected a class, got "Memorycache" (did you mean MemoryCache?)`,
    );
  });

  it('loadComponentSite passes on environment and allowed packages', async () => {
    const folder = await folderWith({
      'caches.yml': `- class: MemoryCache\n  maxEntries: \${env.ENTRIES}\n- class: own#Own\n`,
      'node_modules/own/package.json': '{ "type": "module", "exports": "./index.js" }',
      'node_modules/own/index.js': 'export class Own {}',
    });
    await using site = await loadComponentSite(join(folder, 'caches.yml'), {
      env: { ENTRIES: '7' },
      allow: ['own'],
    });
    expect(site.queryComponent(ICache)).toBeUndefined();
  });

  it('loadComponentSite adds to a given site, and returns it', async () => {
    const folder = await folderWith({ 'caches.yml': YAML });
    await using site = new ComponentSite();
    await new ComponentSiteBuilder().loads(site, '- {class: NullCache, entries: [{interface: ICache}]}');
    const before = site.getComponent(ICache);
    expect(await loadComponentSite(join(folder, 'caches.yml'), { site })).toBe(site);
    expect(site.getComponent(ICache)).toBe(before);
    expect(site.getComponent(ICache, 'Memory')).toBeInstanceOf(MemoryCache);
    const error = await failure(loadComponentSite(join(folder, 'caches.yml'), { site }));
    expect(error.message).toMatch(/already registered in the site/);
    expect(site.getComponent(ICache)).toBe(before);
  });

  it('loadComponentSite binds into a given container, where services find the components', async () => {
    const container = new Container();
    const own = { own: true };
    container.bind('own').toConstantValue(own);
    const site = await loadComponentSite(undefined, { container });
    expect(site.container).toBe(container);
    expect(container.get(ICache, { name: 'Memory' })).toBe(site.getComponent(ICache, 'Memory'));
    expect(container.get(ICache)).toBe(site.getComponent(ICache));
    expect(container.get(IComponentSite)).toBe(site);
    await site.close();
    expect(container.isBound(ICache)).toBe(false);
    expect(container.get('own')).toBe(own);
  });

  it('a failed load leaves nothing in the container', async () => {
    const folder = await folderWith({ 'caches.yml': `${YAML}- class: Nothing\n` });
    const container = new Container();
    await failure(loadComponentSite(join(folder, 'caches.yml'), { container }));
    expect(container.isBound(IComponentSite)).toBe(false);
    expect(container.isBound(ICache, { name: 'Memory' })).toBe(false);
    await using site = await loadComponentSite(undefined, { container });
    expect(site.container).toBe(container);
  });

  it('loadComponentSite refuses a site together with a container, before it reads anything', async () => {
    const [site, container] = [new ComponentSite(), new Container()];
    const error = await failure(loadComponentSite('missing.yml', { site, container }));
    expect(error).toBeInstanceOf(ArgumentError);
  });
});

@injectable()
class Service {
  constructor(
    @inject(ICache) readonly cache: ICache,
    @inject(ICache) @named('Memory') readonly memory: ICache,
    @inject(IComponentSite) readonly site: IComponentSite,
  ) {}
}

describe('cacheModule', () => {
  it('cacheModule makes caches injectable', async () => {
    const container = new Container();
    container.load(await cacheModule());
    container.bind(Service).toSelf();
    const service = container.get(Service);
    expect(service.memory).toBeInstanceOf(MemoryCache);
    expect(service.cache).toBe(service.memory);
    expect(service.site.getComponent(ICache)).toBe(service.cache);
    await service.site.close();
  });

  it('cacheModule follows a replaced component', async () => {
    const container = new Container();
    container.load(await cacheModule());
    await using site = container.get(IComponentSite);
    const next = new MemoryCache();
    site.registerComponent(ICache, next, 'Memory');
    expect(container.get(ICache, { name: 'Memory' })).toBe(next);
  });

  it('closing the site unbinds the module, and leaves other bindings', async () => {
    const container = new Container();
    container.bind(Service).toSelf();
    container.load(await cacheModule());
    await container.get(IComponentSite).close();
    expect(container.isBound(ICache)).toBe(false);
    expect(container.isBound(ICache, { name: 'Memory' })).toBe(false);
    expect(container.isBound(IComponentSite)).toBe(false);
    expect(container.isBound(Service)).toBe(true);
  });

  it('a module can be unloaded, which closes no component', async () => {
    const container = new Container();
    const module = await cacheModule();
    container.load(module);
    const site = container.get(IComponentSite);
    container.unload(module);
    expect(container.isBound(ICache)).toBe(false);
    expect(await site.getComponent(ICache).setValue('a', Uint8Array.of(1), '1m')).toBe(true);
    await site.close();
    expect(() => site.getComponent(ICache)).toThrow(ComponentNotFoundError);
  });

  it('a module that meets a bound entry is refused, binds nothing and closes its site', async () => {
    const container = new Container();
    const own = new MemoryCache();
    container.bind(ICache).toConstantValue(own).whenNamed('Memory');
    const close = vi.spyOn(MemoryCache.prototype, 'close');
    onTestFinished(() => close.mockRestore());
    const load = cacheModule();
    expect(
      await load.then((module) => failure(Promise.resolve().then(() => container.load(module)))),
    ).toMatchObject({
      code: 'E_ARGUMENT',
      message: 'duplicate entry ICache "Memory", already bound in the container by the application',
    });
    expect(container.isBound(IComponentSite)).toBe(false);
    expect(container.isBound(ICache)).toBe(false);
    expect(container.get(ICache, { name: 'Memory' })).toBe(own);
    expect(close).toHaveBeenCalledOnce();
  });

  it('cacheModule accepts a file, and rejects like a load', async () => {
    const folder = await folderWith({ 'caches.yml': YAML });
    const container = new Container();
    container.load(await cacheModule(join(folder, 'caches.yml')));
    await using site = container.get(IComponentSite);
    expect(container.get(ICache, { name: 'Memory' })).toBe(site.getComponent(ICache, 'Memory'));
    expect((await failure(cacheModule(join(folder, 'missing.yml')))).code).toBe('E_CONFIG_READ');
  });
});
