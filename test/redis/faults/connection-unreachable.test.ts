import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  connection,
  errorOf,
  listener,
  opened,
  SLACK_MS,
  server,
} from '../../support/redis/stage/connection-rig.js';
import { eventually, settlesWithin } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';

describe('RedisConnection to an unreachable server', () => {
  it('a connection to an unreachable server keeps trying, refuses calls at once, and logs one line', async () => {
    const { port } = await server();
    await opened.pop()?.stop();
    const { redis, log } = connection({ port });
    await redis.start();
    expect(redis.status).toBe('connecting');
    const call = () => errorOf(redis.execute(['PING']));
    expect(await settlesInTime(SLACK_MS, 'the call', call)).toMatchObject({
      code: 'E_CONNECTION_REFUSED',
      outcome: 'not-sent',
    });
    expect(log.of('warning')).toHaveLength(1);
    expect(log.records[0]?.message).toBe(
      `cannot reach redis://127.0.0.1:${port}/0: nothing listens there (ECONNREFUSED)`,
    );
  });

  it('a server that appears is found, which ends the incident', async () => {
    const redisServer = await server();
    await redisServer.kill();
    const { redis, log } = connection({ port: redisServer.port });
    await redis.start();
    await redisServer.restart();
    await eventually('the connection is ready', () => redis.status === 'ready', { withinMs: 2000 });
    expect(log.records.map(({ level }) => level).slice(0, 2)).toEqual(['warning', 'info']);
  });

  it('an unreachable server fails the start of a required connection, and closes it', async () => {
    const { port } = await server();
    await opened.pop()?.stop();
    const { redis } = connection({ port, required: true, connectTimeout: 200 });
    const error = await errorOf(settlesWithin(200 + 500, 'start', redis.start()));
    expect(error).toMatchObject({ code: 'E_CONNECTION_REFUSED', outcome: 'not-sent' });
    expect(redis.status).toBe('closed');
  });

  it('a required start fails in time, without a warning of Node, when every attempt would take too long', async () => {
    const port = await listener(() => undefined);
    const warnings: string[] = [];
    const listen = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', listen);
    const { redis } = connection({ port, required: true, connectTimeout: 600 });
    const error = await errorOf(settlesInTime(600 + 2 * SLACK_MS, 'start', () => redis.start()));
    expect(error.message).toBe(`no connection to redis://127.0.0.1:${port}/0: no connection within 600 ms`);
    await opened.pop()?.stop();
    const closed = connection({ port: 1, required: true, connectTimeout: 1500 });
    await errorOf(closed.redis.start());
    process.off('warning', listen);
    expect(warnings).toEqual([]);
  });

  it('a required connection waits for its server as long as one attempt may take', async () => {
    const redisServer = await server();
    await redisServer.kill();
    const { redis } = connection({ port: redisServer.port, required: true, connectTimeout: 5000 });
    const started = redis.start();
    await redisServer.restart();
    await started;
    expect(redis.status).toBe('ready');
  });

  it.each([
    ['says nothing', () => undefined, 'E_CONNECTION_TIMEOUT', /within 200 ms/],
    [
      'speaks HTTP',
      (socket: Socket) => socket.on('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')),
      'E_CONNECTION_REFUSED',
      /not Redis/,
    ],
    [
      'hangs up',
      (socket: Socket) => socket.end(),
      'E_CONNECTION_REFUSED',
      /broke before Redis answered|ECONNRESET/,
    ],
  ])('a listener that %s is not taken for a Redis server', async (_, behave, code, message) => {
    const port = await listener(behave as (socket: Socket) => void);
    const { redis, log } = connection({ port, connectTimeout: 200 });
    await settlesInTime(200 + SLACK_MS, 'start', () => redis.start());
    expect(redis.status).toBe('connecting');
    expect(log.of('warning')).toMatchObject([
      { message: expect.stringMatching(message), attributes: { code } },
    ]);
  });

  it.each([
    ['has no such database', { db: 99 }, {}, /no database with that number/],
    ['has reached its maxclients', {}, { args: ['--maxclients', '1'] }, /maxclients/],
  ])('the log names the reason when the server %s', async (_, options, serverOptions, message) => {
    const redisServer = await server(serverOptions);
    // The only place is taken for certain when its holder has been answered.
    const holder = 'args' in serverOptions ? await redisServer.answering() : undefined;
    const { redis, log } = connection({ port: redisServer.port, connectTimeout: 500, ...options });
    await settlesInTime(500 + SLACK_MS, 'start', () => redis.start());
    holder?.close();
    expect(log.of('warning')[0]?.message).toMatch(message);
  });

  it('a server that is LOADING counts as unavailable', async () => {
    const port = await listener((socket) => {
      socket.on('data', (data) => {
        const loading = data.toString().includes('PING');
        socket.write(loading ? '-LOADING Redis is loading the dataset in memory\r\n' : '%0\r\n');
      });
    });
    const { redis, log } = connection({ port, connectTimeout: 500 });
    await redis.start();
    expect(redis.status).toBe('connecting');
    expect(log.of('warning')[0]?.message).toMatch(/LOADING/);
  });
});
