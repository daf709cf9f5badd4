/** A limit that all processes share, and what happens when Redis is away. */
import assert from 'node:assert/strict';
import { RedisConnection } from 'inversify-cache';
import { RedisRateLimiter } from 'inversify-cache/coordination';

const connection = new RedisConnection({ url: process.env.REDIS_URL ?? 'redis://localhost:6379' });
await connection.start(); // Resolves without Redis too; the connection keeps trying.

// region redis-rate-limiter
const limiter = new RedisRateLimiter({
  connection,
  prefix: 'app:logins:',
  limits: [{ name: 'logins', algorithm: 'fixedWindow', limit: 5, per: '1m' }],
  onUnavailable: 'local',
});
// endregion
const user = `user:${process.pid}`;

let allowed = 0;
for (let attempt = 0; attempt < 9; attempt += 1) {
  if ((await limiter.consume(user)).allowed) allowed += 1;
}
const { source, degraded } = await limiter.peek(user);
assert.equal(allowed, degraded ? 1 : 5); // A process alone has a quarter of the limit.
console.log(`${allowed} of 9 logins, decided by ${source}`);

if (!degraded) await limiter.reset(user);
await limiter.close();
await connection.close();
