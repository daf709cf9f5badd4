/** Work that is handed over to consumers, and done at least once. */
import assert from 'node:assert/strict';
import { ComponentSite, IQueueSite, RedisConnection } from 'inversify-cache';
import { MemoryQueueSite, RedisQueueSite } from 'inversify-cache/coordination';

interface Mail {
  readonly to: string;
}

const sent: string[] = [];
const stop = new AbortController();

async function send({ to }: Mail, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted(); // Is the message still ours?
  if (to === 'nobody') throw new Error('no such address');
  sent.push(to);
}

await using site = new ComponentSite();
// region memory-queue-site
const local = new MemoryQueueSite({ codec: 'json', visibility: '10s', backoff: '10ms' });
// endregion
site.registerComponent(IQueueSite, local, 'jobs');
// region queue-site
const queues = site.getComponent(IQueueSite, 'jobs');
await queues.getProducer<Mail>('mails').produce({ to: 'ada@example.org' }, { id: 'welcome:ada' });
const running = queues
  .getConsumer<Mail>('mails')
  .run(async ({ message, signal }) => send(message, signal), { signal: stop.signal, concurrency: 4 });
// endregion
const mails = queues.getProducer<Mail>('mails');
const again = await mails.produce({ to: 'ada@example.org' }, { id: 'welcome:ada' });
assert.equal(again.outcome, 'duplicate');
await mails.produce({ to: 'nobody' });
const admin = queues.getAdmin('mails');
while ((await admin.stats()).dead === 0) await new Promise((resolve) => setTimeout(resolve, 10));
stop.abort();
await running;
console.log(`sent to ${sent.join(', ')}, once`);
// region dead-letters
for await (const { id, reason, attempts } of admin.deadLetters()) {
  console.log(`${attempts} attempts: ${reason}`);
  await admin.forget([id]); // Or redrive([id]), once the cause is gone.
}
// endregion
await local.close();

const connection = new RedisConnection({ url: process.env.REDIS_URL ?? 'redis://localhost:6379' });
await connection.start();
// region redis-queue-site
const shared = new RedisQueueSite({ connection, prefix: 'shop:jobs:', codec: 'json' });
// endregion
console.log(`queues in Redis: ${connection.status}`);
await shared.close();
await connection.close();
