/** Sessions that all processes share: a new id, and everything that a user can do with all of his sessions. */
import assert from 'node:assert/strict';
import { ConnectionError, RedisConnection } from 'inversify-cache';
import { RedisSessionStore } from 'inversify-cache/data';

const connection = new RedisConnection({ url: process.env.REDIS_URL ?? 'redis://localhost:6379' });
await connection.start(); // Resolves without Redis too; the connection keeps trying.

// region redis-session-store
const sessions = new RedisSessionStore({ connection, prefix: 'app:sessions:', idle: '30m' });
// endregion
const userId = `user:${process.pid}`;

try {
  const phone = await sessions.create({ device: 'phone' }, { userId });
  await sessions.create({ device: 'laptop' }, { userId });

  // region regenerate
  const next = await sessions.regenerate(phone.id); // After a change of rights: a stolen id is worth nothing.
  const stolen = await sessions.get(phone.id); // undefined
  // endregion
  assert.equal(stolen, undefined);
  assert.equal(next?.data.device, 'phone');

  // region of-a-user
  for await (const { data, remainingMs } of sessions.list(userId)) {
    console.log(`${data.device}: ${Math.ceil(remainingMs / 60_000)} minutes left`);
  }
  const ended = await sessions.destroyAll(userId); // After a change of the password.
  // endregion
  console.log(`${ended} sessions ended`);
} catch (error) {
  if (!ConnectionError.is(error)) throw error;
  console.log(`sessions in Redis: ${error.code}`); // Never taken for "no session".
}
await sessions.close();
await connection.close();
