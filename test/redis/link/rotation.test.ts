import { describe, expect, it } from 'vitest';
import type { ICredentialsProvider } from '../../../src/interfaces/credentials-provider.js';
import { TcpProxy } from '../../support/network/tcp-proxy.js';
import type { RedisServer } from '../../support/redis/server/redis-server.js';
import { connection, opened, server } from '../../support/redis/stage/connection-rig.js';
import { eventually } from '../../support/time/eventually.js';

const VALID_MS = 2000;

/** A provider of users that the server deletes when their time is over, with their connections. */
function tokens(redisServer: RedisServer, delayMs: number, state: (untilMs: number) => object) {
  const expiries: NodeJS.Timeout[] = [];
  let count = 0;
  let isOver = false;
  opened.push({
    stop: async () => {
      isOver = true;
      expiries.forEach(clearTimeout);
    },
  });
  const expire = (username: string): void => {
    if (isOver) return;
    redisServer.cli('ACL', 'DELUSER', username).catch((error: unknown) => {
      // The server ends with the test, in the middle of this.
      if (!isOver) throw error;
    });
  };
  const credentials: ICredentialsProvider = {
    getCredentials: async () => {
      const askedAt = performance.now();
      await eventually('it has its token', () => performance.now() - askedAt >= delayMs);
      const username = `token${count++}`;
      await redisServer.cli('ACL', 'SETUSER', username, 'on', '>pw', '~*', '&*', '+@all');
      expiries.push(setTimeout(expire, VALID_MS, username));
      return { username, password: 'pw', ...state(VALID_MS) };
    },
  };
  return { credentials, given: () => count };
}

describe('rotation of credentials', { timeout: 30_000 }, () => {
  it.each([
    ['a prompt provider', 0, (ms: number) => ({ validFor: ms })],
    ['a provider that takes a second', 1000, (ms: number) => ({ validFor: `${ms}ms` })],
    ['tokens that state a date', 0, (ms: number) => ({ expiresAt: new Date(Date.now() + ms) })],
  ])('no call of a busy connection is lost by tokens of two seconds: %s', async (_, delayMs, state) => {
    const redisServer = await server();
    const { credentials, given } = tokens(redisServer, delayMs, state);
    const { redis, log } = connection({ port: redisServer.port, credentials });
    await redis.start();
    const calls: Promise<unknown>[] = [];
    const startedAt = performance.now();
    await eventually(
      'three tokens have expired',
      () => {
        const ms = performance.now() - startedAt;
        while (calls.length < 2 * ms) calls.push(redis.execute(['INCR', 'n']));
        return ms > 3 * VALID_MS + 500;
      },
      { withinMs: 20_000, everyMs: 1 },
    );
    const expected = Array.from({ length: calls.length }, (__, index) => index + 1);
    expect(await Promise.all(calls)).toEqual(expected);
    expect(given()).toBeGreaterThan(3);
    expect(log.of('warning')).toEqual([]);
  });

  it('calls on a key keep their order while a link is replaced', async () => {
    const redisServer = await server();
    const proxy = await TcpProxy.start(redisServer);
    opened.push({ stop: () => proxy.close() });
    const { credentials, given } = tokens(redisServer, 0, (ms) => ({ validFor: ms }));
    const { redis } = connection({ port: proxy.port, credentials });
    await redis.start();
    // Bytes that are under way on the old link would be overtaken by those on the new one.
    proxy.delay('up', 50);
    const calls: Promise<unknown>[] = [];
    await eventually('there are new links', () => {
      calls.push(redis.execute(['INCR', 'n']));
      return given() > 3;
    });
    expect(await Promise.all(calls)).toEqual(calls.map((_, index) => index + 1));
  });

  it('a provider that fails is asked again, and the link stays until its credentials have expired', async () => {
    const redisServer = await server();
    const { credentials } = tokens(redisServer, 0, (ms) => ({ validFor: ms }));
    let asked = 0;
    const failing: ICredentialsProvider = {
      getCredentials: async (options) => {
        if (asked++ === 1) throw new Error('not now');
        return credentials.getCredentials(options);
      },
    };
    const { redis, log } = connection({ port: redisServer.port, credentials: failing });
    await redis.start();
    await eventually('there is a third link', async () => {
      await redis.execute(['INCR', 'n']);
      return asked > 3;
    });
    expect([redis.status, log.of('warning')]).toEqual(['ready', []]);
  });

  it.each([[{ validFor: -1 }], [{ validFor: 'soon' }], [{ expiresAt: Number.NaN }]])(
    'credentials with an invalid time of expiry are refused with a reason: %j',
    async (expiry) => {
      const { port } = await server();
      const credentials = { getCredentials: async () => ({ password: 'pw', ...expiry }) as never };
      const { redis } = connection({ port, credentials });
      await redis.start();
      expect(redis.status).toBe('auth-failed');
      expect((await redis.health()).reason).toContain('no valid time of expiry');
    },
  );
});
