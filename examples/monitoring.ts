/** Memory, number of keys and last snapshot of the servers behind a connection. */
import assert from 'node:assert/strict';
import { ConnectionError, RedisConnection } from 'inversify-cache';
import { RedisMonitor } from 'inversify-cache/operations';

const connection = new RedisConnection({ url: process.env.REDIS_URL ?? 'redis://localhost:6379' });
await connection.start(); // Resolves without Redis too; the connection keeps trying.
// region monitor
const monitor = new RedisMonitor({ connection });
// endregion

try {
  // region look
  const [memory] = await monitor.memory(); // { node: '127.0.0.1:6379', usedBytes, peakBytes, maxBytes, policy }
  const keys = await monitor.size();
  const [saved] = await monitor.lastSave();
  // endregion
  assert.ok(memory && saved && keys >= 0);
  console.log(`memory: ${memory.usedBytes > 0 ? 'in use' : 'none'}, policy ${memory.policy}`);
  console.log(`last save: ${saved.succeeded ? 'succeeded' : 'failed'}`);
} catch (error) {
  if (!ConnectionError.is(error)) throw error;
  console.log(`monitor: ${error.code}`);
}
await monitor.close();
await connection.close();
