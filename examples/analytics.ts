/** Page views: counts by hour, visitors and most frequent pages, in memory and in Redis. */
import assert from 'node:assert/strict';
import { ConnectionError, type IAnalytics, RedisConnection } from 'inversify-cache';
import { MemoryAnalytics, RedisAnalytics } from 'inversify-cache/recipes';

const connection = new RedisConnection({ url: process.env.REDIS_URL ?? 'redis://localhost:6379' });
await connection.start(); // Resolves without Redis too; the connection keeps trying.

// region memory-analytics
const local = new MemoryAnalytics({ keepDays: '90d', maxBytes: '16MiB' });
// endregion
// region redis-analytics
const shared = new RedisAnalytics({ connection, prefix: 'app:views:', keepDays: '2000d' });
// endregion

async function report(name: string, views: IAnalytics): Promise<void> {
  const event = `page-view of ${process.pid}`;
  const today = new Date().toISOString().slice(0, 10);
  const at = new Date(`${today}T08:30:00Z`);
  // region record
  await views.record(event, { at, user: 'ada', values: { page: '/pricing', country: 'DE' } }); // Default of `at`: now.
  await views.record(event, { at, user: 'bob', values: { page: '/pricing' } });
  await views.record(event, { at, user: 'ada', values: { page: '/' } });
  // endregion
  // region read
  const day = { from: new Date(`${today}T00:00Z`), to: new Date(`${today}T24:00Z`) };
  const perHour = await views.series(event, { ...day, per: 'hour' }); // 24 points, zeros included
  const total = await views.total(event, day);
  const visitors = await views.uniques(event, day);
  const [first] = await views.top(event, 'page', 10, day); // { value: '/pricing', count: 2 }
  const ofAda = await views.ofUser('ada'); // By event, of all time.
  // endregion
  assert.ok((ofAda[event] ?? 0) >= 2);
  assert.equal(perHour[8]?.count, total);
  console.log(
    `${name}: ${total} views by ${visitors} visitors, ${perHour.length} hours, most of ${first?.value}`,
  );
}

await report('in memory', local);
try {
  await report('in Redis', shared);
} catch (error) {
  if (!ConnectionError.is(error)) throw error;
  console.log(`in Redis: ${error.code}`);
}
await local.close();
await shared.close();
await connection.close();
