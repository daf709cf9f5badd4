import dns from 'node:dns';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import { TcpProxy } from '../../support/network/tcp-proxy.js';
import type { RedisServer } from '../../support/redis/server/redis-server.js';
import { connection, errorOf, opened, server } from '../../support/redis/stage/connection-rig.js';
import { CAMPAIGN_TIMEOUT_MS } from '../../support/redis/stage/runs.js';
import { eventually } from '../../support/time/eventually.js';

const SCRIPT = ['EVAL', "return redis.call('SET', KEYS[1], ARGV[1])", '1', 'k', 'v'];

describe('RedisConnection to a name whose master and replica change places', {
  timeout: CAMPAIGN_TIMEOUT_MS,
}, () => {
  afterEach(() => void vi.restoreAllMocks());

  async function pair(options: object = {}): Promise<{
    redis: RedisConnection;
    former: RedisServer;
    next: RedisServer;
    proxy: TcpProxy;
    changePlaces(): Promise<void>;
  }> {
    const [former, next] = [await server(), await server()];
    await next.cli('REPLICAOF', former.host, former.port);
    const proxy = await TcpProxy.start(former);
    opened.push({ stop: () => proxy.close() });
    const { redis } = connection({ port: proxy.port, ...options });
    await redis.start();
    const changePlaces = async (): Promise<void> => {
      await next.cli('REPLICAOF', 'NO', 'ONE');
      await former.cli('REPLICAOF', next.host, next.port);
    };
    return { redis, former, next, proxy, changePlaces };
  }

  it.each([
    ['a command', ['SET', 'k', 'v'], {}],
    ['a script', SCRIPT, {}],
    ['each of three links', ['SET', 'k', 'v'], { dataConnections: 3 }],
  ])(
    'calls that write reach the new master within 5 s of the first refusal of %s',
    async (_, words, options) => {
      const { redis, next, proxy, changePlaces } = await pair(options);
      await changePlaces();
      proxy.retarget(next);
      expect(await errorOf(redis.execute(words))).toMatchObject({ reason: 'READONLY', outcome: 'refused' });
      const refusedAt = performance.now();
      let done = 0;
      await eventually('ten writes in a row succeed', async () => {
        done = await redis.execute(words).then(
          () => done + 1,
          () => 0,
        );
        return done === 10;
      });
      expect(performance.now() - refusedAt).toBeLessThan(5000);
      expect(String(await next.cli('GET', 'k'))).toBe('v');
    },
  );

  it('a transaction that a replica refuses makes the connection look for the master, too', async () => {
    const { redis, next, proxy, changePlaces } = await pair();
    await redis.transaction([['SET', 'k', 'before']]);
    await changePlaces();
    proxy.retarget(next);
    await errorOf(redis.transaction([['SET', 'k', 'v']]));
    await eventually('it succeeds', () => redis.transaction([['SET', 'k', 'v']]).then(() => true));
    expect(String(await next.cli('GET', 'k'))).toBe('v');
  });

  it('a host name is resolved anew when a write is refused by a replica', async () => {
    const [former, next] = [await server(), await server()];
    const elsewhere = await TcpProxy.start(next, { host: '127.0.0.2', port: former.port });
    opened.push({ stop: () => elsewhere.close() });
    let address = '127.0.0.1';
    vi.spyOn(dns, 'lookup').mockImplementation(((
      _name: string,
      _options: object,
      answer: (error: null, found: object) => void,
    ) => answer(null, [{ address, family: 4 }])) as never);
    const { redis } = connection({ host: 'redis.test', port: former.port });
    await redis.start();
    await former.cli('REPLICAOF', next.host, next.port);
    address = '127.0.0.2';
    expect(await errorOf(redis.execute(['SET', 'k', 'v']))).toMatchObject({ reason: 'READONLY' });
    await eventually('a write succeeds', () => redis.execute(['SET', 'k', 'v']).then(() => true));
    expect(String(await next.cli('GET', 'k'))).toBe('v');
  });

  it('no read is lost while the links move to the new master', async () => {
    const { redis, next, proxy, changePlaces } = await pair();
    await changePlaces();
    proxy.retarget(next);
    const reads: Promise<unknown>[] = [];
    let isWritten = false;
    await eventually(
      'a write succeeds',
      async () => {
        reads.push(redis.execute(['GET', 'k']));
        isWritten ||= await redis.execute(['SET', 'k', 'v']).then(
          () => true,
          () => false,
        );
        return isWritten;
      },
      { everyMs: 1 },
    );
    await Promise.all(reads);
  });

  it('a connection to a server that stays a replica keeps its link, and looks for another at most twice a second', async () => {
    const { redis, former, proxy, changePlaces } = await pair();
    const id = String(await redis.execute(['CLIENT', 'ID']));
    await changePlaces();
    const before = proxy.accepted;
    const startedAt = performance.now();
    while (performance.now() - startedAt < 2500) {
      expect(await errorOf(redis.execute(['SET', 'k', 'v']))).toMatchObject({ reason: 'READONLY' });
    }
    expect(proxy.accepted - before).toBeGreaterThanOrEqual(3);
    expect(proxy.accepted - before).toBeLessThanOrEqual(7);
    expect([redis.status, String(await redis.execute(['CLIENT', 'ID']))]).toEqual(['ready', id]);
    // Promoted again, it serves writes on the same link.
    await former.cli('REPLICAOF', 'NO', 'ONE');
    await redis.execute(['SET', 'k', 'v']);
    expect(String(await redis.execute(['CLIENT', 'ID']))).toBe(id);
  });

  it('a connection is left in peace by a search when no write is refused any more', async () => {
    const { redis, proxy, changePlaces } = await pair();
    await changePlaces();
    await errorOf(redis.execute(['SET', 'k', 'v']));
    await eventually('the search has begun', () => proxy.accepted > 1);
    let [seen, since] = [proxy.accepted, performance.now()];
    await eventually(
      'nobody looks any more',
      async () => {
        await redis.execute(['GET', 'k']);
        if (proxy.accepted !== seen) [seen, since] = [proxy.accepted, performance.now()];
        return performance.now() - since > 1500;
      },
      { withinMs: 15_000, everyMs: 20 },
    );
  });

  it('calls that write reach the new master where the user may ask neither for the role nor for information', async () => {
    const { redis, former, next, proxy, changePlaces } = await pair({ username: 'app', password: 'secret' });
    for (const each of [former, next]) await each.setUser('app', 'on', '>secret', '~*', '+ping', '+set');
    await eventually('it is ready', () => redis.status === 'ready');
    await changePlaces();
    expect(await errorOf(redis.execute(['SET', 'k', 'v']))).toMatchObject({ reason: 'READONLY' });
    proxy.retarget(next);
    await eventually('a write succeeds', () => redis.execute(['SET', 'k', 'v']).then(() => true));
  });

  it('a frozen former master does not keep the connection from the new one', async () => {
    const { redis, former, next, proxy, changePlaces } = await pair({ commandTimeout: 300 });
    await changePlaces();
    proxy.retarget(next);
    await errorOf(redis.execute(['SET', 'k', 'v']));
    former.freeze();
    await eventually('a write reaches the new master', () =>
      redis.execute(['SET', 'k', 'v']).then(() => true),
    );
    expect(String(await next.cli('GET', 'k'))).toBe('v');
  });
});
