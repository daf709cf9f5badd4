import { describe, expect, it, onTestFinished } from 'vitest';
import { MemoryQueueSite } from '../../../src/implements/coordination/queue/memory-queue-site.js';
import { RedisQueueSite } from '../../../src/implements/coordination/queue/redis-queue-site.js';
import { RedisQueueStore } from '../../../src/implements/coordination/queue/store/redis/redis-queue-store.js';
import { SystemClock } from '../../../src/implements/foundation/clock/system-clock.js';
import type { RedisQueueSiteOptions } from '../../../src/implements/coordination/queue/redis-queue-site-options.js';
import { IQueueSite, loadComponentSite } from '../../../src/index.js';
import type { Delivery } from '../../../src/interfaces/queue.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { TcpProxy } from '../../support/network/tcp-proxy.js';
import { RedisServer, type RedisServerOptions } from '../../support/redis/server/redis-server.js';
import { connection } from '../../support/redis/stage/connection-rig.js';
import { queueRules } from '../../support/redis/stage/least-privilege.js';
import { eventually } from '../../support/time/eventually.js';
import { ManualClock } from '../../support/time/manual-clock.js';

const PASSWORD = 'secret-of-the-app';

async function serverWith(options: RedisServerOptions = {}): Promise<RedisServer> {
  const server = await RedisServer.start(options);
  onTestFinished(() => server.stop());
  return server;
}

async function siteOn(
  { host, port }: { readonly host: string; readonly port: number },
  options: RedisQueueSiteOptions = {},
) {
  const log = new RecordingLoggerSite();
  const complete = { host, port, commandTimeout: '5s', codec: 'text', loggerSite: log, ...options };
  const site = new RedisQueueSite(complete as RedisQueueSiteOptions);
  onTestFinished(() => site.close());
  await site.start();
  return { site, log };
}

async function proxyTo({ host, port }: RedisServer): Promise<TcpProxy> {
  const proxy = await TcpProxy.start({ host, port });
  onTestFinished(() => proxy.close());
  return proxy;
}

async function next<T>(deliveries: AsyncIterableIterator<Delivery<T>>): Promise<Delivery<T>> {
  return (await deliveries.next()).value as Delivery<T>;
}

describe('RedisQueueSite', () => {
  it('the documented rules are enough for a user of queues', async () => {
    const users = ['user default on nopass ~* &* +@all', `user app on >${PASSWORD} ${queueRules('app:')}`];
    const server = await serverWith({ users });
    const access = { username: 'app', password: PASSWORD, prefix: 'app:', maxAttempts: 1 };
    const { site, log } = await siteOn(server, access as RedisQueueSiteOptions);
    const producer = site.getProducer<string>('one');
    const admin = site.getAdmin('one');
    const deliveries = site.getConsumer<string>('one').consume();
    const first = deliveries.next();
    await producer.produceMany(['a', 'b', { message: 'c', id: 'c', delay: 20 }]);
    await ((await first).value as Delivery<string>).ack();
    const second = await next(deliveries);
    await second.extend();
    await second.nack();
    expect((await next(deliveries)).message).toBe('c');
    await deliveries.return?.();
    expect(await admin.redrive()).toBe(1);
    expect(await admin.purge()).toBe(2);
    expect((await admin.stats()).ready).toBe(0);
    expect(await admin.forget()).toBe(0);
    expect(await server.cli('ACL', 'LOG')).toEqual([]);
    expect(log.of('warning')).toEqual([]);
  });

  it('a produce, an ack and a nack whose answers were lost on the way are executed once', async () => {
    const server = await serverWith();
    const proxy = await proxyTo(server);
    const { site } = await siteOn(proxy, { commandTimeout: '3s' } as RedisQueueSiteOptions);
    const { site: other } = await siteOn(server, { visibility: '20s' });
    const admin = other.getAdmin('one');
    const producer = site.getProducer<string>('one');
    await producer.produce('first');
    const deliveries = site.getConsumer<string>('one').consume();
    await (await next(deliveries)).ack();
    await deliveries.return?.();
    const lost = async <T>(call: () => Promise<T>, isDone: () => Promise<boolean>): Promise<T> => {
      proxy.blackHole('down');
      const answer = call();
      await eventually('it was executed', isDone);
      proxy.heal();
      proxy.cut();
      return answer;
    };
    const produced = await lost(
      () => producer.produce('a'),
      async () => (await admin.stats()).ready === 1,
    );
    expect(produced.outcome).toBe('queued');
    expect((await admin.stats()).ready).toBe(1);
    const taken = site.getConsumer<string>('one').consume();
    const delivery = await next(taken);
    expect(
      await lost(
        () => delivery.nack({ delay: 0 }),
        async () => (await admin.stats()).ready === 1,
      ),
    ).toBe(true);
    const again = await next(taken);
    expect(again.attempt).toBe(2);
    const isAcked = async (): Promise<boolean> => (await admin.stats()).inFlight === 0;
    expect(await lost(() => again.ack(), isAcked)).toBe(true);
    expect(await admin.stats()).toMatchObject({ ready: 0, inFlight: 0, dead: 0, staleAcks: 0 });
  });

  it('a fetch whose answer was lost on the way hands out the same message, without another attempt', async () => {
    const server = await serverWith();
    const proxy = await proxyTo(server);
    const { site } = await siteOn(proxy, { commandTimeout: '1s' } as RedisQueueSiteOptions);
    const { site: other } = await siteOn(server);
    const deliveries = site.getConsumer<string>('one').consume();
    const waiting = deliveries.next();
    await eventually('it waits', async () => String(await server.cli('KEYS', '*waiting')) !== '');
    proxy.blackHole('down');
    await other.getProducer<string>('one').produce('a');
    // A look whose empty answer was lost lets nothing be handed out until the link is there again.
    const isHanded = async (): Promise<boolean> => (await other.getAdmin('one').stats()).inFlight === 1;
    await eventually('it was handed out', isHanded, { withinMs: 2500 }).catch(() => undefined);
    proxy.heal();
    proxy.cut();
    const { message, attempt } = (await waiting).value as Delivery<string>;
    expect([message, attempt]).toEqual(['a', 1]);
  });

  it('a request for messages is answered with a mebibyte of them and the next one, and refused when it is late', async () => {
    const server = await serverWith();
    const { site } = await siteOn(server, { codec: 'bytes', prefix: 'q:' } as RedisQueueSiteOptions);
    const large = new Uint8Array(700 * 1024);
    await site.getProducer('one').produceMany(Array.from({ length: 6 }, () => large));
    const { redis: shared } = connection({ port: server.port });
    await shared.start();
    const store = new RedisQueueStore({
      ...{
        connection: shared,
        prefix: 'q:',
        clock: new SystemClock(),
        timeoutMs: undefined,
        patienceMs: 1000,
      },
      logger: new RecordingLoggerSite().getLogger(''),
      rules: { maxAttempts: 5, maxLength: 10, dedupeWindow: 1, minReplicas: 0 },
    });
    const request = { queue: 'one', consumer: 'me:1', count: 6, visibilityMs: 20_000 };
    expect((await store.take({ ...request, number: 1 })).messages).toHaveLength(2);
    expect((await store.take({ ...request, number: 1 })).messages).toHaveLength(2);
    expect((await store.take({ ...request, number: 2 })).messages).toHaveLength(2);
    const late = store.take({ ...request, number: 1 });
    await expect(late).rejects.toMatchObject({ code: 'E_OPERATION_REFUSED' });
    expect((await site.getAdmin('one').stats()).inFlight).toBe(4);
    store.close();
  });

  it('a queue site warns of a server that may evict its messages', async () => {
    const server = await serverWith({ args: ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'] });
    const { log } = await siteOn(server);
    await eventually('it has warned', () => log.of('warning').length === 1);
    expect(log.of('warning')[0]?.message).toMatch(/allkeys-lru: when full, it evicts queues.*noeviction/);
  });

  it('a message that too few replicas confirm is refused, and its id is known', async () => {
    const server = await serverWith();
    const { site } = await siteOn(server, {
      minReplicas: 1,
      commandTimeout: '300ms',
    } as RedisQueueSiteOptions);
    const call = site.getProducer<string>('one').produce('a', { id: 'x' });
    await expect(call).rejects.toMatchObject({ code: 'E_REPLICATION', outcome: 'unknown' });
    const { site: other } = await siteOn(server);
    expect((await other.getProducer<string>('one').produce('a', { id: 'x' })).outcome).toBe('duplicate');
  });

  it('a consumer that fails logs an outage once, and goes on after a restart of the server', async () => {
    const server = await serverWith();
    const { site, log } = await siteOn(server, { commandTimeout: '300ms' } as RedisQueueSiteOptions);
    const stop = new AbortController();
    const seen: string[] = [];
    const running = site
      .getConsumer<string>('one')
      .run(({ message }) => void seen.push(message), { signal: stop.signal });
    await server.kill();
    await eventually('it was logged', () => log.of('warning').some(({ message }) => /fetch/.test(message)));
    await server.restart();
    await eventually('it is produced', async () => {
      await site.getProducer<string>('one').produce('a', { id: 'a' });
      return true;
    });
    await eventually('it was handled', () => seen.length > 0);
    stop.abort();
    await running;
    expect(log.of('warning').filter(({ message }) => /fetch/.test(message))).toHaveLength(1);
  });

  it('a declared queue site has the declared options', async () => {
    const server = await serverWith();
    await using site = await loadComponentSite('config/coordination.yml', { env: { REDIS_URL: server.url } });
    const queues = site.getComponent(IQueueSite, 'jobs');
    await queues.getProducer<{ a: number }>('one').produce({ a: 1 });
    const delivery = await next(queues.getConsumer<{ a: number }>('one').consume());
    expect(delivery.message).toEqual({ a: 1 });
    const keys = (await server.cli('KEYS', '*')) as string[];
    expect(keys.map(String).every((key) => key.startsWith('app:jobs:{one}:'))).toBe(true);
    expect(await delivery.ack()).toBe(true);
  });
});

describe('MemoryQueueSite', () => {
  it('queues in memory go by the clock of their site, and leave no timer behind', async () => {
    const clock = new ManualClock();
    const options = { clock, codec: 'text', backoff: '10s', maxBackoff: '15s', dedupeWindow: '1m' } as const;
    const site = new MemoryQueueSite({ ...options, maxMessageBytes: '1KiB', maxLength: 10 });
    const producer = site.getProducer<string>('one');
    await producer.produce('a', { id: 'a', delay: '1h' });
    const deliveries = site.getConsumer<string>('one').consume();
    const waiting = deliveries.next();
    await new Promise(setImmediate);
    const turn = async (seconds: number): Promise<void> => {
      for (let step = 0; step < seconds; step++) {
        clock.advance(1000);
        await new Promise(setImmediate);
      }
    };
    clock.advance(3_600_000);
    await turn(1);
    const first = (await waiting).value as Delivery<string>;
    await first.nack();
    clock.advance(7000);
    expect((await site.getAdmin('one').stats()).delayed).toBe(1);
    clock.advance(3000);
    const second = await next(deliveries);
    await second.nack();
    clock.advance(15_000);
    expect((await site.getAdmin('one').stats()).ready).toBe(1);
    await (await next(deliveries)).ack();
    expect((await producer.produce('b', { id: 'a' })).outcome).toBe('queued');
    await deliveries.return?.();
    await site.close();
    clock.advance(60_000);
    expect(clock.pending).toBe(0);
  });
});
