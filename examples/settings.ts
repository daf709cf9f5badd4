/** Address and password of Redis from the application: its settings, and a credentials provider. */
import assert from 'node:assert/strict';
import {
  ComponentSite,
  ComponentSiteBuilder,
  IConfig,
  ICredentialsProvider,
  IRedisConnection,
} from 'inversify-cache';

// region config
const settings: Record<string, Record<string, string>> = { redis: { host: '127.0.0.1', port: '1' } };
const config: IConfig = {
  getSession: (name) => ({ getValue: (option) => settings[name]?.[option] }),
};
// endregion

const vault = { read: async (_path: string, _options: object) => 'rotated every hour' };
// region credentials
const credentials: ICredentialsProvider = {
  getCredentials: async ({ signal }) => ({
    username: 'app',
    password: await vault.read('redis', { signal }),
  }),
};
// endregion

// region use
const site = new ComponentSite();
site.registerComponent(IConfig, config, 'app');
site.registerComponent(ICredentialsProvider, credentials, 'vault');
await new ComponentSiteBuilder().loads(
  site,
  `
  - class: RedisConnection
    entries: [{ interface: IRedisConnection }]
    config: app
    credentials: vault
  `,
);
// endregion
const redis = site.getComponent(IRedisConnection);
assert.equal(redis.database, 'redis://127.0.0.1:1/0');
console.log(`connected to ${redis.database}: ${redis.status === 'ready'}`); // A closed port.
await site.close();
