/** Two caches over one connection, constructed in code. */
import assert from 'node:assert/strict';
import { RedisCache, RedisConnection } from 'inversify-cache';

// region shared-connection
const connection = new RedisConnection({
  url: process.env.REDIS_URL ?? 'redis://localhost:6379',
  commandTimeout: '500ms',
});
await connection.start(); // Resolves without Redis too; the connection keeps trying.

const users = new RedisCache({ connection, prefix: 'shared:users:' });
const pages = new RedisCache({ connection, prefix: 'shared:pages:', maxValueBytes: '1MiB' });
// endregion
await Promise.all([users.start(), pages.start()]);

const stored = await users.setValue('7', Buffer.from('Ada'), '1m');
assert.equal(stored, users.connected);
assert.equal(await pages.getValue('7'), null);
console.log(`two caches, one connection: ${connection.status === 'ready' ? 'stored' : 'no Redis'}`);

await users.clear();
await Promise.all([users.close(), pages.close()]);
await connection.close(); // Close every connection that you start.
