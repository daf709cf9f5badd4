/** A Redis cache without a declaration: constructed, registered, started and closed by hand. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
// region programmatic
import { ComponentSite, ICache, RedisCache } from 'inversify-cache';

await using site = new ComponentSite();
const redis = new RedisCache({
  url: process.env.REDIS_URL ?? 'redis://localhost:6379',
  prefix: 'redis-demo:',
});
site.registerComponent(ICache, redis, 'Redis'); // You made it, so you start and close it.
await redis.start();
const cache = site.getComponent(ICache, 'Redis');
// endregion

const text = (bytes: Uint8Array | null): string | null => bytes && Buffer.from(bytes).toString();
const show = (what: string, answer: unknown): void => console.log(`${what.padEnd(26)}${answer}`);

show('connected', cache.connected);
if (cache.connected) {
  assert.equal(await cache.setValue('user:123', Buffer.from('{"name":"Ada"}'), { hours: 1 }), true);
  show('set and get', text(await cache.getValue('user:123')));

  await cache.setValue('session', Buffer.from('short'), '1h');
  show('before it expires', text(await cache.getValue('session')));
  await cache.setExpiry('session', '100ms');
  while (await cache.hasValue('session')) await sleep(10);
  show('and afterwards', await cache.getValue('session'));

  for (const count of ['1', '2']) await cache.setValue('visits', Buffer.from(count), '1m');
  assert.equal(text(await cache.getValue('visits')), '2');
  show('updated', text(await cache.getValue('visits')));

  await cache.setValue('nothing', null, '1m');
  show('null is read as', `${(await cache.getValue('nothing'))?.byteLength} bytes`);
}
assert.equal(await cache.setValue('user:123', Buffer.from('x'), 0), false);
show('a life of zero is refused', false);
show('removed', await cache.clear());
await redis.close();
