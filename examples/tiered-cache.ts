/** Two processes with copies in memory: one reads, the other one changes what it reads. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RedisCache, TieredCache } from 'inversify-cache';

// region tiered-cache
const redis = new RedisCache({ url: process.env.REDIS_URL ?? 'redis://localhost:6379', prefix: 'tiers:' });
const cache = new TieredCache({ l2: redis, stalenessBound: '1s' }); // Copies in front of it, at most 1 s old.
cache.on('gap', ({ cause }) => console.log(`changes may be missed: ${cause}`));

await redis.start(); // You made it, so you start and close it.
await cache.start();
// endregion

if (process.argv[2] === 'writer') {
  await cache.setValue('greeting', Buffer.from('good evening'), '1m');
} else {
  await cache.setValue('greeting', Buffer.from('good morning'), '1m');
  if (cache.connected) {
    const read = async () => Buffer.from((await cache.getValue('greeting')) ?? '').toString();
    assert.equal(await read(), 'good morning');
    const writer = fork(fileURLToPath(import.meta.url), ['writer']);
    await once(writer, 'exit');
    const deadline = performance.now() + 10_000;
    while ((await read()) === 'good morning' && performance.now() < deadline) await sleep(5);
    console.log(`the reader says ${await read()}`);
    await cache.deleteValue('greeting');
  } else console.log('no Redis, so nothing to copy');
}
await cache.close();
await redis.close();
