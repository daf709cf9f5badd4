import { describe, expect, it } from 'vitest';
import { TcpProxy } from '../../support/network/tcp-proxy.js';
import { connection, errorOf, opened, server } from '../../support/redis/stage/connection-rig.js';
import { eventually } from '../../support/time/eventually.js';

describe('RedisConnection when single steps fail', () => {
  it('a transaction whose MULTI is refused executes nothing', async () => {
    const { port, host } = await server({ users: ['user default on nopass ~* +@all -multi'] });
    const { redis } = connection({ host, port });
    await redis.start();
    expect(await errorOf(redis.transaction([['SET', 'k', 'v']]))).toMatchObject({
      outcome: 'refused',
      reason: 'NOPERM',
    });
    expect(await redis.execute(['EXISTS', 'k'])).toBe(0);
  });

  it('a new subscription succeeds after one that was abandoned while its link was opening', async () => {
    const redisServer = await server();
    const proxy = await TcpProxy.start(redisServer);
    opened.push({ stop: () => proxy.close() });
    const { redis } = connection({ port: proxy.port, commandTimeout: '5s' });
    await redis.start();
    proxy.delay('down', 300);
    const target = { channel: 'news' };
    const givenUp = errorOf(redis.subscribe(target, () => undefined, { timeout: 50 }));
    expect(await givenUp).toMatchObject({ code: 'E_OPERATION_TIMEOUT' });
    proxy.heal();
    const heard: string[] = [];
    await using subscription = await redis.subscribe(target, ({ payload }) => heard.push(String(payload)));
    await redis.execute(['PUBLISH', 'news', 'hello']);
    await eventually('the message has come', () => heard.includes('hello'));
    expect(subscription.active).toBe(true);
  });

  it('close ends a subscription that waits for its server', async () => {
    const redisServer = await server();
    const { redis } = connection({ port: redisServer.port, commandTimeout: '10s' });
    await redis.start();
    await redis.subscribe({ channel: 'one' }, () => undefined);
    redisServer.freeze();
    const waiting = errorOf(redis.subscribe({ channel: 'two' }, () => undefined));
    await new Promise((resolve) => setImmediate(resolve));
    await redis.close();
    expect(await waiting).toMatchObject({ code: 'E_DISPOSED' });
  });

  it('WAIT is refused, because the shared connection has no writes of its own to wait for', async () => {
    const { redis } = connection({ port: (await server()).port });
    await redis.start();
    const wait = ['WAIT', '1', '100'];
    expect(await errorOf(redis.execute(wait))).toMatchObject({ code: 'E_ARGUMENT' });
    expect(await errorOf(redis.blocking(wait, { block: 100 }))).toMatchObject({ code: 'E_ARGUMENT' });
  });

  it('silent Sentinels do not extend a call beyond its bound', async () => {
    const { redis } = connection({
      host: undefined,
      sentinels: [{ host: '127.0.0.1', port: await silentPort() }],
      name: 'main',
      connectTimeout: 200,
    });
    const beganAt = performance.now();
    await redis.start();
    expect(performance.now() - beganAt).toBeLessThan(900);
    expect(redis.status).toBe('connecting');
  });
});

/** A port that accepts connections and never replies. */
async function silentPort(): Promise<number> {
  const redisServer = await server();
  redisServer.freeze();
  return redisServer.port;
}
