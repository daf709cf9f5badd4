import { describe, expect, it } from 'vitest';
import { TcpProxy } from '../../support/network/tcp-proxy.js';
import {
  connection,
  errorOf,
  listener,
  opened,
  SLACK_MS,
  server,
} from '../../support/redis/stage/connection-rig.js';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';

describe('RedisConnection when its server fails', () => {
  it('a killed server is detected at once, and calls in flight reject with outcome unknown', async () => {
    const redisServer = await server();
    const { redis, log } = connection({ port: redisServer.port });
    await redis.start();
    redisServer.freeze();
    const inFlight = errorOf(redis.execute(['INCR', 'n']));
    await new Promise((resolve) => setImmediate(resolve));
    await redisServer.kill();
    expect(await settlesInTime(SLACK_MS, 'the call', () => inFlight)).toMatchObject({
      code: 'E_CONNECTION_LOST',
      outcome: 'unknown',
    });
    await eventually('the loss is noticed', () => redis.status === 'connecting');
    expect(log.of('warning')).toHaveLength(1);
    await redisServer.restart();
    await eventually('the connection heals', () => redis.status === 'ready', { withinMs: 2000 });
    expect(await redis.execute(['GET', 'n'])).toBeNull();
  });

  it('a frozen server delays no call beyond its timeout, and its link is dropped after one second', async () => {
    const redisServer = await server();
    const { redis } = connection({ port: redisServer.port, commandTimeout: 200 });
    await redis.start();
    redisServer.freeze();
    const frozenAt = performance.now();
    const calls = () => Promise.all(Array.from({ length: 50 }, () => errorOf(redis.execute(['GET', 'k']))));
    for (const error of await settlesInTime(200 + SLACK_MS, 'the calls', calls)) {
      expect(error).toMatchObject({ code: 'E_OPERATION_TIMEOUT', outcome: 'unknown' });
    }
    expect([redis.status, redis.circuit]).toEqual(['degraded', 'open']);
    while (redis.status === 'degraded') {
      for (const error of await calls()) {
        expect(error.outcome).toBe('not-sent');
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(performance.now() - frozenAt).toBeGreaterThan(900);
    expect(await errorOf(redis.execute(['GET', 'k']))).toMatchObject({
      code: 'E_CONNECTION_TIMEOUT',
      outcome: 'not-sent',
    });
    redisServer.thaw();
    await eventually('the connection heals', () => redis.status === 'ready', { withinMs: 2000 });
  });

  it('a link is not dropped for a short timeout that is narrowly missed', async () => {
    const redisServer = await server();
    const { redis, log } = connection({ port: redisServer.port, commandTimeout: 50 });
    await redis.start();
    for (let round = 0; round < 4; round++) {
      redisServer.freeze();
      await errorOf(redis.execute(['GET', 'k']));
      redisServer.thaw();
      await eventually('it answers again', () => redis.ping().then(() => true));
    }
    expect([redis.status, log.of('warning')]).toEqual(['ready', []]);
  });

  it('a link whose answers all come too late is dropped, and nothing is kept for it', async () => {
    const redisServer = await server();
    const proxy = await TcpProxy.start(redisServer);
    opened.push({ stop: () => proxy.close() });
    const { redis } = connection({ port: proxy.port, commandTimeout: 50 });
    await redis.start();
    proxy.delay('down', 150);
    await eventually('the link is given up', async () => {
      expect(await errorOf(redis.execute(['GET', 'k']))).toMatchObject({ outcome: 'unknown' });
      return redis.status !== 'ready';
    });
  });

  it('a call with a long timeout waits for a slow server, while others do not', async () => {
    const redisServer = await server();
    const { redis } = connection({ port: redisServer.port, commandTimeout: 100 });
    await redis.start();
    redisServer.freeze();
    const patient = redis.execute(['ECHO', 'here'], { timeout: '10s' });
    const frozenAt = performance.now();
    while (performance.now() - frozenAt < 1500) await errorOf(redis.execute(['PING']));
    redisServer.thaw();
    expect(String(await patient)).toBe('here');
    expect(redis.status).toBe('ready');
  });

  it('ten thousand commands are sent to a frozen server; more wait for their timeout, and are never sent', async () => {
    const redisServer = await server();
    const { redis } = connection({ port: redisServer.port, commandTimeout: 500 });
    await redis.start();
    redisServer.freeze();
    const calls = Array.from({ length: 10_001 }, () => errorOf(redis.execute(['INCR', 'n'])));
    expect((await redis.health()).nodes[0]?.inFlight).toBe(10_000);
    // Its code says what is missing at the end: room, or by then the link.
    expect(await calls.at(-1)).toMatchObject({ outcome: 'not-sent' });
    expect(await calls[0]).toMatchObject({ code: 'E_OPERATION_TIMEOUT' });
    await Promise.all(calls);
  });

  it('an outage is one log line when it begins and one when it ends', async () => {
    const port = await listener((socket) => {
      socket.on('data', (data) => {
        const command = data.toString();
        if (command.includes('HELLO')) socket.write('%0\r\n');
        if (command.includes('PING')) socket.write('+PONG\r\n', () => socket.destroy());
      });
    });
    const { redis, log } = connection({ port });
    let connects = 0;
    redis.on('status', (status) => {
      if (status === 'ready') connects++;
    });
    await redis.start();
    const began = performance.now();
    await eventually('it has come and gone', () => connects === 8, { withinMs: 8000 });
    expect(performance.now() - began).toBeGreaterThan(800); // The pauses grow, although every attempt succeeds.
    expect(log.of('warning').length).toBeLessThanOrEqual(2);
  });

  it('a command that failed as not sent is never executed later', async () => {
    const redisServer = await server();
    const { redis } = connection({ port: redisServer.port, commandTimeout: 100 });
    await redis.start();
    redisServer.freeze();
    await eventually('the link is given up', async () => {
      await errorOf(redis.execute(['INCR', 'sent']));
      return redis.status !== 'ready';
    });
    const calls = Array.from({ length: 50 }, () => errorOf(redis.execute(['INCR', 'unsent'])));
    for (const error of await Promise.all(calls)) expect(error.outcome).toBe('not-sent');
    redisServer.thaw();
    await eventually('the connection heals', () => redis.status === 'ready');
    expect(await redis.execute(['GET', 'unsent'])).toBeNull();
  });

  it('a server that freezes is noticed even without calls', async () => {
    const redisServer = await server();
    const { redis } = connection({ port: redisServer.port, commandTimeout: 200 });
    await redis.start();
    redisServer.freeze();
    await eventually('the silence is noticed', () => redis.status === 'connecting', { withinMs: 3000 });
  });

  it('a link is not dropped for one slow command while others are answered', async () => {
    const port = await listener((socket) => {
      socket.on('data', (data) => {
        const command = data.toString();
        if (command.includes('HELLO')) socket.write('%0\r\n');
        for (const _ of command.matchAll(/PING/g)) socket.write('+PONG\r\n');
      });
    });
    const { redis } = connection({ port, commandTimeout: 100 });
    await redis.start();
    const [answered, slow] = [redis.ping(), errorOf(redis.execute(['GET', 'slow']))];
    expect(await slow).toMatchObject({ code: 'E_OPERATION_TIMEOUT', outcome: 'unknown' });
    await answered;
    expect(redis.status).toBe('ready');
  });

  it('a pause of the application is not counted against the server', async () => {
    const { port } = await server();
    const { redis, log } = connection({ port, commandTimeout: 100 });
    await redis.start();
    const calls = [redis.execute(['PING']), redis.execute(['ECHO', 'x'])];
    const end = performance.now() + 1000;
    while (performance.now() < end);
    await expect(Promise.all(calls)).resolves.toBeDefined();
    expect(redis.status).toBe('ready');
    expect(log.of('warning')).toEqual([]);
  });
});
