/** Steps of a YAML file that read and write Redis: cache-aside, with a function of the application. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { ComponentSite, IRedisConnection, RedisConnection } from 'inversify-cache';
import { runTasks } from 'inversify-cache/recipes';

const site = new ComponentSite();
const connection = new RedisConnection({ url: process.env.REDIS_URL ?? 'redis://localhost:6379' });
await connection.start(); // Resolves without Redis too; the connection keeps trying.
site.registerComponent(IRedisConnection, connection, 'cache');
const file = fileURLToPath(new URL('../examples/tasks.yml', import.meta.url));

// region tasks
const FetchFromDB = async ({ user_id }: { user_id?: unknown }) => ({ data: { id: user_id, name: 'Ada' } });
const run = await runTasks(site, { file }, { inputs: { user_id: process.pid }, tasks: { FetchFromDB } });
// endregion
if (run.success) {
  console.log(run.steps.map(({ id, status }) => `${id} ${status}`).join(', '));
  assert.deepEqual(run.outputs.set_cache, { success: true });
} else {
  console.log(run.steps.at(-1)?.message); // File, line, step and reason.
}
await site.close();
await connection.close();
