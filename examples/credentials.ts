/** Address and password of Redis from the application: a credentials provider. */
import assert from 'node:assert/strict';
import { ComponentSite, ComponentSiteBuilder, ICredentialsProvider, IRedisConnection } from 'inversify-cache';

const vault = { read: async (_path: string, _options: object) => 'rotated every hour' };
// region credentials
const credentials: ICredentialsProvider = {
  getCredentials: async ({ signal }) => ({
    username: 'app',
    password: await vault.read('redis', { signal }),
  }),
};
// endregion

const site = new ComponentSite();
site.registerComponent(ICredentialsProvider, credentials, 'vault');
await new ComponentSiteBuilder().loads(
  site,
  `
  - class: RedisConnection
    entries: [{ interface: IRedisConnection }]
    host: 127.0.0.1
    port: 1
    credentials: vault
  `,
);
const redis = site.getComponent(IRedisConnection);
assert.equal(redis.database, 'redis://127.0.0.1:1/0');
console.log(`connected to ${redis.database}: ${redis.status === 'ready'}`); // A closed port.
await site.close();
