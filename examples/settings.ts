/** Settings of an application, from the environment and from files, and a connection that takes its options from them. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ComponentSite,
  ComponentSiteBuilder,
  IConfig,
  IRedisConnection,
  readSettings,
} from 'inversify-cache';
import { EnvConfig, JsonConfig, LayeredConfig, YamlConfig } from 'inversify-cache/data';

// region config
const config: IConfig = new EnvConfig({ env: { REDIS_HOST: '127.0.0.1', REDIS_PORT: '1' } });
const session = config.getSession('redis');
session.setValue('db', '0'); // In this session only: the next getSession does not see it.
console.log(session.listKeys().join(', ')); // host, port, db
// endregion
assert.deepEqual(config.getSession('redis').listKeys(), ['host', 'port']);

const folder = mkdtempSync(join(tmpdir(), 'settings-'));
const file = join(folder, 'settings.yml');
writeFileSync(file, 'redis: { host: example.com, port: 6379, db: 3 }');

// region yaml-config
const yaml = new YamlConfig(await readSettings(file)); // Or declared: class: YamlConfig
// endregion
// region json-config
const json = new JsonConfig(await readSettings(join(folder, 'settings.json'), { optional: true }));
// endregion
// region layered-config
const layered = new LayeredConfig({ layers: [config, json, yaml] }); // The environment over files.
// endregion

// region use
const site = new ComponentSite();
site.registerComponent(IConfig, layered, 'app');
await new ComponentSiteBuilder().loads(
  site,
  `
  - class: RedisConnection
    entries: [{ interface: IRedisConnection }]
    config: app
  `,
);
// endregion
const redis = site.getComponent(IRedisConnection);
assert.equal(redis.database, 'redis://127.0.0.1:1/3');
console.log(`connected to ${redis.database}: ${redis.status === 'ready'}`); // A closed port.
await site.close();
rmSync(folder, { recursive: true });
