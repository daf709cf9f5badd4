/** A counter in Redis that refuses the writes of a holder whose lease has ended. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type IMutex, type IRedisConnection, RedisConnection } from 'inversify-cache';
import { RedisMutexSite } from 'inversify-cache/coordination';

// region fenced-counter
const source = `
local fence = tonumber(redis.call('HGET', KEYS[1], 'fence') or '0')
if tonumber(ARGV[1]) < fence then return false end
redis.call('HSET', KEYS[1], 'fence', ARGV[1])
return redis.call('HINCRBY', KEYS[1], 'total', ARGV[2])`;
const script = { source, digest: createHash('sha1').update(source).digest('hex') };

/** Adds under a fence, in one step. @returns The total; `null` when a later holder has been here. */
async function add(redis: IRedisConnection, key: string, fence: number, amount: number) {
  return redis.script(script, [key], [String(fence), String(amount)]);
}
// endregion

const connection = new RedisConnection({ url: process.env.REDIS_URL ?? 'redis://localhost:6379' });
await connection.start();
const mutexes = new RedisMutexSite({ connection, prefix: 'shop:locks:' });
const key = `shop:total:${process.pid}`;

/** Takes a lock for a moment, is paused beyond its lease, and writes late. */
async function late(mutex: IMutex): Promise<void> {
  const paused = await mutex.acquire({ expire: '20ms' });
  const total = await mutex.run((lock) => add(connection, key, lock.fence, 1), { expire: '10s', wait: '5s' });
  assert.equal(total, 1);
  assert.equal(paused?.held, false);
  assert.equal(await add(connection, key, paused.fence, 1), null); // Refused: a later holder has been here.
  console.log('the late write was refused');
}

if (connection.status !== 'ready') console.log('Redis is away');
else {
  await late(mutexes.getMutex('total'));
  await connection.execute(['DEL', key], { keys: [key] });
}
await mutexes.close();
await connection.close();
