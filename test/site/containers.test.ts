import assert from 'node:assert/strict';
import { Container } from 'inversify';
import { describe, it } from 'vitest';
import {
  cacheModule,
  ComponentSite,
  ICache,
  IComponentSite,
  loadComponentSite,
  MemoryCache,
  NullCache,
} from '../../src/index.js';
import { folderWith } from './folder.js';

const declaring = (...names: readonly string[]): string =>
  names.map((name) => `- { class: MemoryCache, entries: [{ interface: ICache, name: ${name} }] }\n`).join('');

describe('snapshots of a container with a site', () => {
  it('restore brings back the earlier component, and the next registration replaces it', async () => {
    const container = new Container();
    const site = new ComponentSite({ container });
    const [first, second, third] = [new NullCache(), new NullCache(), new NullCache()];
    site.registerComponent(ICache, first, 'a');
    container.snapshot();
    site.registerComponent(ICache, second, 'a');
    site.registerComponent(ICache, second, 'new');
    container.restore();
    assert.equal(site.getComponent(ICache, 'a'), first);
    assert.equal(site.queryComponent(ICache, 'new'), undefined);
    for (const name of ['a', 'new']) {
      site.registerComponent(ICache, third, name);
      assert.equal(site.getComponent(ICache, name), third);
      assert.deepEqual(container.getAll(ICache, { name }), [third]);
    }
    await site.close();
    assert.equal(container.isBound(ICache, { name: 'a' }), false);
  });

  it('close unbinds what a restore has brought back', async () => {
    const container = new Container();
    const site = new ComponentSite({ container });
    site.registerComponent(ICache, new NullCache());
    container.snapshot();
    site.registerComponent(ICache, new NullCache());
    site.registerComponent(ICache, new NullCache());
    container.restore();
    await site.close();
    assert.equal(container.isBound(ICache), false);
  });
});

describe('several files in one container', () => {
  it('a second site for a container is refused with the option that would do', async () => {
    const folder = await folderWith({ 'a.yml': declaring('A'), 'b.yml': declaring('B') });
    const container = new Container();
    await using site = await loadComponentSite(`${folder}/a.yml`, { container });
    await assert.rejects(loadComponentSite(`${folder}/b.yml`, { container }), {
      code: 'E_ARGUMENT',
      message:
        /has one; load further .* loadComponentSite\(path, \{ site: container\.get\(IComponentSite\) \}\)$/,
    });
    await loadComponentSite(`${folder}/b.yml`, { site: container.get(IComponentSite) });
    assert.ok(site.getComponent(ICache, 'B') instanceof MemoryCache);
    assert.ok(container.get(ICache, { name: 'A' }) instanceof MemoryCache);
  });

  it('two modules load into one container, whose site finds the entries of both and closes both', async () => {
    const folder = await folderWith({
      'a.yml': declaring('A'),
      'b.yml': declaring('B'),
      'c.yml': declaring('C'),
    });
    const container = new Container();
    const modules = await Promise.all(['a', 'b', 'c'].map((name) => cacheModule(`${folder}/${name}.yml`)));
    container.load(...modules);
    const caches = ['A', 'B', 'C'].map((name) => container.get<ICache>(ICache, { name }));
    const site = container.get<IComponentSite>(IComponentSite);
    assert.deepEqual(
      ['A', 'B', 'C'].map((name) => site.getComponent(ICache, name)),
      caches,
    );
    assert.equal(container.get(IComponentSite), site);
    await site.close();
    for (const cache of caches) await assert.rejects(cache.getValue('k'), { code: 'E_DISPOSED' });
    for (const name of ['A', 'B', 'C']) assert.equal(container.isBound(ICache, { name }), false);
    container.load(await cacheModule(`${folder}/a.yml`));
    await container.get<IComponentSite>(IComponentSite).close();
  });

  it('a second module with an entry of the first is refused, and the first goes on', async () => {
    const folder = await folderWith({ 'a.yml': declaring('A'), 'b.yml': declaring('B', 'A') });
    const container = new Container();
    container.load(await cacheModule(`${folder}/a.yml`));
    const second = await cacheModule(`${folder}/b.yml`);
    assert.throws(() => container.load(second), /duplicate entry ICache "A"/);
    const site = container.get<IComponentSite>(IComponentSite);
    assert.equal(await site.getComponent(ICache, 'A').setValue('k', new Uint8Array(1), '1m'), true);
    assert.equal(site.queryComponent(ICache, 'B'), undefined);
    await site.close();
  });

  it('a module is refused by a container that has a site of its own', async () => {
    const folder = await folderWith({ 'a.yml': declaring('A') });
    const container = new Container();
    await using site = new ComponentSite({ container });
    const module = await cacheModule(`${folder}/a.yml`);
    assert.throws(() => container.load(module), /duplicate entry IComponentSite/);
    assert.equal(container.get(IComponentSite), site);
  });
});
