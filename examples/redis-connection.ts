/** The connection itself: commands, pipelines, transactions, messages and blocking calls, all bounded in time. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
// region redis-connection
import { IRedisConnection, loadComponentSite } from 'inversify-cache';

await using site = await loadComponentSite('config/environment.yml');
const redis = site.getComponent(IRedisConnection, 'main');
// endregion

const { status, pingMs, reason } = await redis.health();
console.log(`${redis.database.replace(/\d+/g, 'n')} is ${status}${reason === null ? '' : `: ${reason}`}`);
if (pingMs !== null) {
  const key = 'redis-connection:key';
  // region execute
  await redis.execute(['SET', key, 'v', 'EX', '60'], { keys: [key] });
  const text = await redis.execute(['GET', key], { keys: [key], reply: 'text' }); // 'v'; bytes unless asked for text
  // endregion

  // region commands
  const results = await redis.pipeline([{ command: ['INCR', 'n'] }, { command: ['INCR', key] }]);
  // [1, OperationError]: one result per command, in one round trip

  const done = await redis.transaction(
    async (read) => {
      const n = Number(await read(['GET', 'n'], { reply: 'text' }));
      return [
        ['SET', 'n', String(n * 10)],
        ['GET', 'n'],
      ];
    },
    { watch: ['n'], reply: 'text' },
  ); // ['OK', '10'], or null if another client changed n in the meantime

  const popped = await redis.blocking(['BLPOP', 'redis-connection:queue', '0.1'], { block: '100ms' }); // null: empty
  // endregion
  assert.equal(text, 'v');
  assert.equal(results[0], 1);
  assert.deepEqual(done, ['OK', '10']);
  assert.equal(popped, null);

  // region subscribe
  const arrived = new EventTarget();
  await using subscription = await redis.subscribe(
    { channel: 'redis-connection:news' },
    ({ payload }) => void arrived.dispatchEvent(new CustomEvent('news', { detail: payload.toString() })),
    { onGap: ({ lostMs }) => console.log(`not heard for ${lostMs} ms`) },
  );
  // endregion
  const news = once(arrived, 'news');
  await redis.execute(['PUBLISH', 'redis-connection:news', 'hello']);
  assert.equal(((await news)[0] as CustomEvent<string>).detail, 'hello');
  assert.equal(subscription.active, true);
  await redis.execute(['UNLINK', key, 'n']);
  console.log('commands, pipeline, transaction, waiting and messages worked');
}
