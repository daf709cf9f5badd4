import dns from 'node:dns';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { enterState } from '../../support/redis/server/redis-state.js';
import { CallLedger } from '../../support/redis/stage/call-ledger.js';
import { connection, errorOf, SLACK_MS, server } from '../../support/redis/stage/connection-rig.js';
import { CAMPAIGN_TIMEOUT_MS, times } from '../../support/redis/stage/runs.js';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';

describe('RedisConnection under server faults', { timeout: CAMPAIGN_TIMEOUT_MS }, () => {
  afterEach(() => void vi.restoreAllMocks());

  it('a server that loads its data counts as unavailable until it has finished', async () => {
    const redisServer = await server();
    const { redis } = connection({ port: redisServer.port });
    await redis.start();
    await redis.execute(['SET', 'k', 'v']);
    await redisServer.save();
    const finish = await redisServer.restartLoading();
    await eventually('the restart is noticed', () => redis.status !== 'ready');
    const calls = Array.from({ length: 100 }, () => errorOf(redis.execute(['GET', 'k'])));
    for (const error of await Promise.all(calls)) expect(error.outcome).toBe('not-sent');
    await finish();
    await eventually('it is ready', () => redis.status === 'ready', { withinMs: 2000 });
    expect(String(await redis.execute(['GET', 'k']))).toBe('v');
  });

  it('a server with too many clients is retried, and the log names the reason', async () => {
    const redisServer = await server();
    // This very client was answered, and takes the only place.
    await redisServer.configure('maxclients', 1);
    const { redis, log } = connection({ port: redisServer.port, connectTimeout: 500 });
    await settlesInTime(500 + SLACK_MS, 'start', () => redis.start());
    expect(redis.status).toBe('connecting');
    expect(log.of('warning')[0]?.message).toContain('maxclients');
    await redisServer.configure('maxclients', 100);
    await eventually('it is ready', () => redis.status === 'ready', { withinMs: 2000 });
  });

  it('an idle timeout on the server never closes our link', async () => {
    const redisServer = await server();
    await redisServer.configure('timeout', 2);
    const { redis, log } = connection({ port: redisServer.port });
    await redis.start();
    const id = String(await redis.execute(['CLIENT', 'ID']));
    const startedAt = performance.now();
    await eventually('its patience is over', () => performance.now() - startedAt > 4500);
    expect(String(await redis.execute(['CLIENT', 'ID']))).toBe(id);
    expect(log.of('warning')).toEqual([]);
  });

  it.each([
    ['READONLY', 'SET'],
    ['MASTERDOWN', 'GET'],
    ['NOREPLICAS', 'SET'],
    ['MISCONF', 'SET'],
    ['OOM', 'SET'],
    ['BUSY', 'GET'],
    ['UNKILLABLE', 'GET'],
  ] as const)(
    'a refusal by the server (%s) means that nothing was executed, and leaves the circuit closed',
    async (state, command) => {
      const redisServer = await server();
      const { redis } = connection({ port: redisServer.port });
      await redis.start();
      const leave = await enterState(redisServer, state);
      const words = command === 'SET' ? ['SET', 'k', 'x'.repeat(100_000)] : ['GET', 'k'];
      for (let call = 0; call < 10; call++) {
        expect(await errorOf(redis.execute(words))).toMatchObject({
          code: 'E_OPERATION_REFUSED',
          outcome: 'refused',
          reason: state === 'UNKILLABLE' ? 'BUSY' : state,
        });
      }
      expect([redis.status, redis.circuit]).toEqual(['ready', 'closed']);
      await leave();
    },
  );

  it('a server that moves to another address is found, because its name is resolved at every attempt', async () => {
    const [here, there] = [await server(), await server()];
    let port = here.port;
    const lookup = vi.spyOn(dns, 'lookup').mockImplementation(((
      _name: string,
      options: { all?: boolean },
      answer: (error: Error | null, address: unknown, family?: number) => void,
    ) => {
      const address = port === here.port ? '127.0.0.1' : '127.0.0.2';
      if (options.all) answer(null, [{ address, family: 4 }]);
      else answer(null, address, 4);
    }) as never);
    const { redis } = connection({ host: 'redis.test', port: here.port });
    await redis.start();
    expect(redis.status).toBe('ready');
    port = there.port;
    await here.kill();
    await eventually('the name is asked again', () => lookup.mock.calls.length > 1);
  });

  it('a server that fails repeatedly, at any moment, is always found again', async () => {
    const redisServer = await server();
    const { redis } = connection({ port: redisServer.port, commandTimeout: 300 });
    await redis.start();
    for (let round = 0; round < times(5, 500); round++) {
      const ledger = new CallLedger(redis, `round${round}:`);
      ledger.offer(20);
      const at = performance.now() + ((round * 37) % 150);
      await ledger.offerUntil(() => performance.now() > at);
      await redisServer.restart();
      await eventually('it is ready again', () => redis.ping().then(() => true), { withinMs: 2000 });
      await ledger.settled();
    }
  });

  it('a server that comes back is not flooded: each client tries at most three times a second', async () => {
    const redisServer = await server();
    const clients = Array.from(
      { length: times(20, 200) },
      () => connection({ port: redisServer.port }).redis,
    );
    await Promise.all(clients.map((redis) => redis.start()));
    await redisServer.kill();
    const downAt = performance.now();
    await eventually('it has been away for a while', () => performance.now() - downAt > 1000);
    await redisServer.restart();
    const accepted = async () =>
      Number(/total_connections_received:(\d+)/.exec(await redisServer.text('INFO', 'stats'))?.[1]);
    const before = await accepted();
    await eventually('all are ready', () => clients.every(({ status }) => status === 'ready'), {
      withinMs: 8000,
    });
    const rejected = /rejected_connections:(\d+)/.exec(await redisServer.text('INFO', 'stats'))?.[1];
    expect(rejected).toBe('0');
    expect((await accepted()) - before).toBeLessThanOrEqual(clients.length * 3);
  });
});
