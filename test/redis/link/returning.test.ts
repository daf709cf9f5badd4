import { spawnSync } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import { TcpProxy } from '../../support/network/tcp-proxy.js';
import { connection, errorOf, opened, SLACK_MS, server } from '../../support/redis/stage/connection-rig.js';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';

/** A program that ends the connections of a server, while this process does nothing at all. */
const KILLING = `
const socket = require('node:net').connect(Number(process.argv[1]), '127.0.0.1');
socket.write('CLIENT KILL TYPE normal SKIPME yes\\r\\n');
socket.once('data', () => socket.end());
`;

/** A connection through a proxy, and a way to lose it, after which each reply takes a while. */
async function slowToReturn(options: object = {}) {
  const redisServer = await server();
  const proxy = await TcpProxy.start(redisServer);
  opened.push({ stop: () => proxy.close() });
  const { redis } = connection({ port: proxy.port, ...options });
  await redis.start();
  const lose = async (): Promise<void> => {
    proxy.delay('down', 100);
    proxy.cut();
    await eventually('it is lost', () => redis.status === 'connecting');
  };
  return { redis, lose, redisServer, proxy };
}

const increments = (redis: RedisConnection, count: number, options?: { signal: AbortSignal }) =>
  Array.from({ length: count }, () => redis.execute(['INCR', 'n'], options));

describe('calls while a lost link is replaced', () => {
  it('calls are sent in the order in which they were made, those before the loss first', async () => {
    const { redis, lose } = await slowToReturn();
    expect(await redis.execute(['INCR', 'n'])).toBe(1);
    await lose();
    const waiting = increments(redis, 50);
    await eventually('it is back', () => redis.status === 'ready');
    const later = increments(redis, 50);
    const expected = Array.from({ length: 100 }, (_, index) => index + 2);
    expect(await Promise.all([...waiting, ...later])).toEqual(expected);
  });

  it('calls that wait take no more memory than maxWaitingBytes, and the others are refused', async () => {
    const { redis, lose } = await slowToReturn({ maxWaitingBytes: 16 * 1024 });
    await lose();
    const results = await Promise.allSettled(increments(redis, 100));
    const refused = results.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused.length).toBeGreaterThanOrEqual(84);
    for (const { reason } of refused) {
      expect(reason).toMatchObject({ code: 'E_OVERLOADED', outcome: 'not-sent' });
    }
    expect(await redis.execute(['GET', 'n'], { reply: 'text' })).toBe(String(100 - refused.length));
  });

  it('a call that waits may be aborted, and leaves no listener', async () => {
    const { redis, lose } = await slowToReturn();
    await lose();
    const abort = new AbortController();
    const [aborted, other] = [errorOf(redis.execute(['INCR', 'n'], abort)), redis.execute(['INCR', 'n'])];
    abort.abort();
    expect(await aborted).toMatchObject({ code: 'E_ABORTED', outcome: 'not-sent' });
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
    expect(await other).toBe(1);
  });

  it('a call that waits ends at its own timeout, unsent, or when the connection is closed', async () => {
    const { redis, lose } = await slowToReturn();
    await lose();
    const call = () => errorOf(redis.execute(['INCR', 'n'], { timeout: 40 }));
    expect(await settlesInTime(40 + SLACK_MS, 'the call', call)).toMatchObject({
      code: 'E_CONNECTION_LOST',
      outcome: 'not-sent',
    });
    const [closed] = increments(redis, 1).map(errorOf);
    await redis.close();
    expect(await closed).toMatchObject({ code: 'E_DISPOSED', outcome: 'not-sent' });
  });

  it('calls are refused when the first attempt fails, and at once from then on', async () => {
    const { redis, redisServer } = await slowToReturn();
    const statuses: Promise<unknown>[] = [];
    redis.on('status', (status) => {
      if (status === 'connecting') statuses.push(...increments(redis, 3).map(errorOf));
    });
    await redisServer.kill();
    await eventually('it is lost', () => statuses.length > 0);
    for (const error of await settlesInTime(500, 'the calls', () => Promise.all(statuses))) {
      expect(error).toMatchObject({ outcome: 'not-sent' });
    }
    const later = () => errorOf(redis.execute(['INCR', 'n']));
    expect(await settlesInTime(SLACK_MS, 'the next call', later)).toMatchObject({ outcome: 'not-sent' });
  });

  it('nothing is sent on a link that was closed while the process was suspended', async () => {
    const redisServer = await server();
    const { redis } = connection({ port: redisServer.port });
    await redis.start();
    expect(await redis.transaction([['INCR', 'n']])).toEqual([1]);
    spawnSync(process.execPath, ['-e', KILLING, String(redisServer.port)]);
    const end = performance.now() + 2500;
    while (performance.now() < end);
    expect(await Promise.all(increments(redis, 3))).toEqual([2, 3, 4]);
    expect(await redis.transaction([['INCR', 'n']])).toEqual([5]);
  });
});
