import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Ended, run } from '../house/command.js';
import { ROOT } from '../house/source-tree.js';
import { PackedPackage } from './packed-package.js';

const OTHERS = ['inversify', 'reflect-metadata', 'zod', 'js-yaml'];
const REAL = JSON.stringify(join(ROOT, 'node_modules/redis'));

describe('packed package with another version of redis', () => {
  let packed: PackedPackage;
  beforeAll(async () => {
    packed = await PackedPackage.pack();
  }, 120_000);
  afterAll(() => packed.remove());

  /** Runs a program of an application that has this version of redis installed. */
  function withRedis(version: string, code: string, text: string): Promise<Ended> {
    const folder = packed.application(`redis-${version}`, OTHERS);
    const home = join(folder, 'node_modules/redis');
    mkdirSync(join(home, 'dist'), { recursive: true });
    writeFileSync(
      join(home, 'package.json'),
      JSON.stringify({ name: 'redis', version, main: 'dist/index.js' }),
    );
    writeFileSync(join(home, 'dist/index.js'), code);
    writeFileSync(join(folder, 'main.mjs'), text);
    return run(process.execPath, [join(folder, 'main.mjs')], { cwd: folder });
  }

  const OPTIONAL = `
    import { ICache, loadComponentSite } from 'inversify-cache';
    const site = await loadComponentSite('node_modules/inversify-cache/config/redis.yml');
    const cache = site.getComponent(ICache, 'Redis');
    for (let call = 0; call < 3; call += 1) await cache.getValue('k');
    const { components } = await site.health();
    console.log(components[0].reasons.join());
    await site.close();`;

  it.each([
    ['4.7.1', 'module.exports = { createClient() {} };'],
    ['5.12.1', `module.exports = { ...require(${REAL}) };`],
    ['7.0.0', `module.exports = { ...require(${REAL}) };`],
  ])(
    'redis %s is refused with its version and the one that is needed, in one warning of the connection',
    async (version, code) => {
      const { code: exit, stdout, stderr } = await withRedis(version, code, OPTIONAL);
      const text = `Redis needs version 6 of the package redis, and version ${version} is installed: npm install redis@6`;
      assert.equal(exit, 0, stderr);
      assert.ok(stdout.trim().endsWith(text), stdout);
      const lines = stderr.split('\n').filter((line) => line.includes('InversifyCacheWarning'));
      assert.equal(
        lines.filter((line) => line.includes('cannot reach') && line.endsWith(text)).length,
        1,
        stderr,
      );
      assert.ok(lines.length <= 2, stderr);
    },
  );

  it('another version of redis fails the load of a required cache with E_PEER_MISSING', async () => {
    const { stdout, stderr } = await withRedis(
      '5.0.0',
      `module.exports = { ...require(${REAL}) };`,
      `import { ComponentSite, ComponentSiteBuilder } from 'inversify-cache';
       const text = '[{ class: RedisCache, entries: [{ interface: ICache, name: Redis }], required: true }]';
       await new ComponentSiteBuilder().loads(new ComponentSite(), text)
         .catch(({ code, message }) => console.log(code, message));`,
    );
    assert.match(stdout, /^E_PEER_MISSING .*version 5\.0\.0 is installed: npm install redis@6\n$/, stderr);
  });

  it('a later minor version of redis 6 is accepted, by its version', async () => {
    const { stdout, stderr } = await withRedis(
      '6.99.0',
      `module.exports = { ...require(${REAL}) };`,
      OPTIONAL,
    );
    assert.doesNotMatch(stdout + stderr, /is installed/);
  });
});
