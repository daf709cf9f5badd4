import { describe, expect, it, onTestFinished } from 'vitest';
import { RedisQueueSite } from '../../../src/implements/coordination/queue/redis-queue-site.js';
import type { RedisQueueSiteOptions } from '../../../src/implements/coordination/queue/redis-queue-site-options.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { RedisClusterRig } from '../../support/redis/topology/redis-cluster.js';
import { RedisSentinelRig } from '../../support/redis/topology/redis-sentinel.js';
import { eventually } from '../../support/time/eventually.js';

/** A queue whose messages are handled, over a failover. */
async function handledOver(
  place: Readonly<Record<string, unknown>>,
  fail: () => Promise<unknown>,
): Promise<void> {
  const site = new RedisQueueSite({
    ...{ codec: 'json', prefix: 'q:', commandTimeout: '1s', visibility: '2s' },
    ...place,
    loggerSite: new RecordingLoggerSite(),
  } as RedisQueueSiteOptions);
  onTestFinished(() => site.close());
  await site.start();
  const producer = site.getProducer<number>('one');
  const stop = new AbortController();
  const handled = new Set<number>();
  const running = site
    .getConsumer<number>('one')
    .run(({ message }) => void handled.add(message), { signal: stop.signal, concurrency: 4 });
  let produced = 0;
  const produce = async (): Promise<void> => {
    const message = produced++;
    await eventually(
      'it is produced',
      async () => {
        await producer.produce(message, { id: String(message) });
        return true;
      },
      { withinMs: 20_000, everyMs: 20 },
    );
  };
  for (let round = 0; round < 10; round++) await produce();
  const failing = fail();
  for (let round = 0; round < 20; round++) await produce();
  await failing;
  await produce();
  await eventually('the last one was handled', () => handled.has(produced - 1), { withinMs: 10_000 });
  stop.abort();
  await running;
  const lost = Array.from({ length: produced }, (_, index) => index).filter((index) => !handled.has(index));
  // A failover may lose what a replica did not have yet.
  expect(lost.length).toBeLessThan(5);
}

describe('queue over a failover', () => {
  it('consumers go on after Sentinels have made another server the master', { timeout: 60_000 }, async () => {
    const rig = await RedisSentinelRig.start();
    onTestFinished(() => rig.stop());
    await handledOver({ sentinels: rig.addresses, name: rig.name }, () => rig.failover());
  });

  it('consumers go on after the master of the queue in a cluster was killed', {
    timeout: 60_000,
  }, async () => {
    const rig = await RedisClusterRig.start({ replicas: 1 });
    onTestFinished(() => rig.stop());
    const key = 'q:{one}:ready';
    const [node] = rig.addresses;
    await handledOver({ nodes: [node] }, async () => {
      const former = await rig.masterOf(key);
      await former.kill();
      await rig.masterAfter(former, key);
    });
  });
});
