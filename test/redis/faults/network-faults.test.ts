import { describe, expect, it } from 'vitest';
import type { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import { TcpProxy } from '../../support/network/tcp-proxy.js';
import { WrongServer } from '../../support/network/wrong-server.js';
import type { RedisServer } from '../../support/redis/server/redis-server.js';
import { CallLedger } from '../../support/redis/stage/call-ledger.js';
import { connection, errorOf, opened, SLACK_MS, server } from '../../support/redis/stage/connection-rig.js';
import { CAMPAIGN_TIMEOUT_MS, times } from '../../support/redis/stage/runs.js';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';

describe('RedisConnection under network faults', { timeout: CAMPAIGN_TIMEOUT_MS }, () => {
  async function proxied(options: object = {}): Promise<{
    redis: RedisConnection;
    proxy: TcpProxy;
    redisServer: RedisServer;
  }> {
    const redisServer = await server();
    const proxy = await TcpProxy.start(redisServer);
    opened.push({ stop: () => proxy.close() });
    const { redis } = connection({ port: proxy.port, commandTimeout: 300, ...options });
    await redis.start();
    return { redis, proxy, redisServer };
  }

  it.each(['up', 'down'] as const)(
    'a network that swallows all bytes (%s) is noticed on a busy link, which recovers when the network does',
    async (direction) => {
      const { redis, proxy } = await proxied();
      proxy.blackHole(direction);
      const ledger = new CallLedger(redis);
      await ledger.offerUntil(() => redis.status === 'connecting');
      expect(await errorOf(redis.execute(['PING']))).toMatchObject({ outcome: 'not-sent' });
      proxy.heal();
      await eventually('it is ready again', () => redis.status === 'ready', { withinMs: 2000 });
      expect((await ledger.settled()).slowestMs).toBeLessThan(300 + 250);
    },
  );

  it.each([
    ['resets the connection', (proxy: TcpProxy) => proxy.cut('reset')],
    ['ends the connection', (proxy: TcpProxy) => proxy.cut('end')],
    ['closes its half of the connection', (proxy: TcpProxy) => proxy.halfClose('client')],
    ['closes the half towards the server', (proxy: TcpProxy) => proxy.halfClose('server')],
  ])('a network that %s costs only the calls in flight', async (_, fault) => {
    const { redis, proxy, redisServer } = await proxied();
    for (let round = 0; round < times(3, 100); round++) {
      const ledger = new CallLedger(redis, `round${round}:`);
      ledger.offer(200);
      await new Promise((resolve) => setImmediate(resolve));
      fault(proxy);
      const summary = await ledger.settled();
      expect(summary.done + summary.unknown + summary['not-sent']).toBe(200);
      await eventually('it is ready again', () => redis.ping().then(() => true), { withinMs: 2000 });
      await ledger.audit(async (key) => Number((await redisServer.cli('GET', key)) ?? 0));
    }
  });

  it('a network that splits and merges packets changes no answer', async () => {
    const { redis, proxy } = await proxied({ commandTimeout: '10s' });
    const value = (key: string) => Buffer.from(`${key}\r\n$-1\r\n`.repeat(5));
    for (const tear of [
      () => proxy.split('down', 1),
      () => proxy.split('up', 7),
      () => proxy.merge('down', 1e6),
    ]) {
      tear();
      for (let round = 0; round < times(1, 200); round++) {
        const keys = Array.from({ length: 100 }, (_, index) => `k${index}`);
        await Promise.all(keys.map((key) => redis.execute(['SET', key, value(key)])));
        const answers = await Promise.all(keys.map((key) => redis.execute(['GET', key])));
        expect(answers).toEqual(keys.map(value));
      }
      proxy.heal();
    }
  });

  it('a link that breaks in the middle of an answer never gives a caller the answer of another', async () => {
    const { redis, proxy } = await proxied();
    const keys = Array.from({ length: 50 }, (_, index) => `key-${index}`);
    for (const key of keys) await redis.execute(['SET', key, key.repeat(40)]);
    for (let round = 0; round < times(10, 2000); round++) {
      proxy.cutAfter('down', 700 + ((round * 311) % 9000));
      const answers = await Promise.allSettled(keys.map((key) => redis.execute(['GET', key])));
      answers.forEach((answer, index) => {
        const key = keys[index] as string;
        if (answer.status === 'fulfilled') expect(String(answer.value)).toBe(key.repeat(40));
        else expect(['unknown', 'not-sent']).toContain(answer.reason.outcome);
      });
      await eventually('it is ready again', () => redis.ping().then(() => true), { withinMs: 3000 });
    }
  });

  it('the time of a call begins when the turn of the application that made it is over', async () => {
    const { redis, proxy } = await proxied({ commandTimeout: 500, maxInFlight: 2 });
    proxy.delay('down', 100);
    const calls = Array.from({ length: 4 }, () => redis.execute(['PING']));
    const busyUntil = performance.now() + 800;
    while (performance.now() < busyUntil);
    expect((await Promise.all(calls)).map(String)).toEqual(['PONG', 'PONG', 'PONG', 'PONG']);
  });

  it('a slow network keeps no more calls waiting than maxInFlight', async () => {
    const { redis, proxy } = await proxied({ maxInFlight: 200, commandTimeout: 500 });
    proxy.delay('down', 200);
    const ledger = new CallLedger(redis);
    ledger.offer(1000);
    expect((await redis.health()).nodes[0]?.inFlight).toBeLessThanOrEqual(200);
    const summary = await ledger.settled();
    // Two rounds of 200 calls are answered within the timeout; the third is not.
    expect(summary.done).toBeLessThanOrEqual(400);
    expect(summary['not-sent']).toBeGreaterThanOrEqual(400);
    expect((await redis.health()).nodes[0]?.inFlight).toBeLessThanOrEqual(200);
  });

  it.each(['http', 'garbage', 'closes', 'resets', 'silent', 'hello-only', 'refuses'] as const)(
    'a wrong server (%s) is detected in time',
    async (behaviour) => {
      const wrong = await WrongServer.start(behaviour);
      opened.push(wrong);
      const { redis, log } = connection({ port: wrong.port, connectTimeout: 300 });
      await settlesInTime(300 + SLACK_MS, 'start', () => redis.start());
      expect(redis.status).not.toBe('ready');
      expect(log.of('warning')).toHaveLength(1);
      expect(await errorOf(redis.execute(['GET', 'k']))).toMatchObject({ outcome: 'not-sent' });
    },
  );
});
