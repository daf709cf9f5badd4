/** Publish/subscribe in this process, and in Redis if there is one. */
import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { RedisConnection } from 'inversify-cache';
import { MemoryPubSub, RedisPubSub } from 'inversify-cache/coordination';

// region memory-pub-sub
const news = new MemoryPubSub<string>({ codec: 'text' });
// endregion

const heard: string[] = [];
{
  // region subscribe
  await using subscription = await news.subscribe(
    { channels: ['sports', 'weather'] },
    ({ channel, message }) => {
      heard.push(`${channel}: ${message}`);
    },
  );
  await news.publish('weather', 'sunny'); // 1: the number of receivers.
  // endregion
  assert.equal(subscription.active, true);
  await nextTurn(); // Handlers run later than the publisher.
}
assert.equal(await news.publish('weather', 'rain'), 0);
assert.deepEqual(heard, ['weather: sunny']);
console.log(`heard ${heard.join(', ')}`);
await news.close();

const connection = new RedisConnection({ url: process.env.REDIS_URL ?? 'redis://localhost:6379' });
// region redis-pub-sub
const orders = new RedisPubSub<{ id: number }>({ connection, prefix: 'orders:', codec: 'json' });
// endregion
await connection.start();
if (connection.status === 'ready') {
  let resolve = (_id: number): void => {};
  const paid = new Promise<number>((settle) => {
    resolve = settle;
  });
  // region losses
  await orders.subscribe({ pattern: 'paid:*' }, ({ message }) => resolve(message.id), {
    onGap: ({ lostMs }) => console.log(`nothing was heard for ${lostMs} ms: read the orders again`),
    onDrop: ({ messages }) => console.log(`too slow: ${messages} messages were dropped`),
    onMalformed: ({ channel }) => console.log(`a message on ${channel} is no JSON`),
  });
  // endregion
  await orders.publish('paid:eu', { id: 7 });
  console.log(`order ${await paid} was paid`);
}
await orders.close();
await connection.close();
