import { describe, expect, it } from 'vitest';
import type { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import { freePort } from '../../support/network/free-port.js';
import { CallLedger } from '../../support/redis/stage/call-ledger.js';
import { connection, opened, server } from '../../support/redis/stage/connection-rig.js';
import { CAMPAIGN_TIMEOUT_MS } from '../../support/redis/stage/runs.js';
import { FakeSentinel, type Say } from '../../support/redis/topology/fake-sentinel.js';
import { eventually } from '../../support/time/eventually.js';

describe('RedisConnection to Sentinels that are wrong or disagree', { timeout: CAMPAIGN_TIMEOUT_MS }, () => {
  async function told(
    ...says: readonly Say[]
  ): Promise<{ redis: RedisConnection; sentinels: FakeSentinel[] }> {
    const sentinels = await Promise.all(says.map((say) => FakeSentinel.start(say)));
    opened.push(...sentinels);
    const addresses = sentinels.map(({ host, port }) => ({ host, port }));
    const { redis } = connection({ host: undefined, sentinels: addresses, name: 'main' });
    await redis.start();
    return { redis, sentinels };
  }

  const at = ({ host, port }: { host: string; port: number }, rest: Partial<Say> = {}): Say => ({
    ip: host,
    port,
    ...rest,
  });
  const idOf = async (redis: RedisConnection): Promise<string> =>
    String(await redis.execute(['CLIENT', 'ID']));
  const portOf = async (redis: RedisConnection): Promise<number> =>
    Number((await redis.info('server'))[0]?.sections.server?.tcp_port);

  /** Waits for several checks of the Sentinels, while every call must succeed. */
  async function checked(
    redis: RedisConnection,
    sentinels: readonly FakeSentinel[],
    times = 3,
  ): Promise<void> {
    const until = sentinels.map(({ questions }) => questions + times);
    await eventually(
      'the Sentinels were asked again',
      async () => {
        await redis.execute(['SET', 'k', 'v']);
        return sentinels.every(({ questions }, index) => questions >= (until[index] as number));
      },
      { withinMs: 10_000 },
    );
  }

  it.each(['localhost', '::ffff:127.0.0.1', 'LOCALHOST.'])(
    'a connection keeps one link to a master that one Sentinel calls 127.0.0.1 and another %s',
    async (name) => {
      const master = await server();
      const { redis, sentinels } = await told(at(master), { ip: name, port: master.port });
      const id = await idOf(redis);
      await checked(redis, sentinels);
      const [first, second] = sentinels as [FakeSentinel, FakeSentinel];
      // Only one of the two answers, then only the other: its newer configuration is of the same server.
      second.say('nothing');
      await checked(redis, [first], 1);
      first.say('nothing');
      second.say({ ip: name, port: master.port, epoch: 5 });
      await checked(redis, [second], 2);
      expect(await idOf(redis)).toBe(id);
      const made = /total_connections_received:(\d+)/.exec(await master.text('INFO', 'stats'))?.[1];
      expect(Number(made)).toBeLessThan(10);
    },
  );

  it.each(['s_down,master', 'master,o_down', 'master,disconnected', 'master'])(
    'a connection finds the living master when Sentinels of one epoch disagree, and the dead one has the flags %s',
    async (flags) => {
      const master = await server();
      const dead = { ip: '127.0.0.1', port: await freePort(), flags };
      const { redis, sentinels } = await told(dead, at(master), dead);
      expect(redis.status).toBe('ready');
      const id = await idOf(redis);
      await checked(redis, sentinels);
      expect(await idOf(redis)).toBe(id);
    },
  );

  it('a connection finds a living master that only the Sentinel with the oldest configuration names', async () => {
    const master = await server();
    const dead = { ip: '127.0.0.1', port: await freePort(), epoch: 7 };
    const { redis, sentinels } = await told(dead, dead, at(master, { epoch: 1 }));
    expect(redis.status).toBe('ready');
    await checked(redis, sentinels);
  });

  it('a connection keeps a working link while the Sentinels announce a newer epoch with a dead port', async () => {
    const master = await server();
    const { redis, sentinels } = await told(at(master), at(master), at(master));
    const id = await idOf(redis);
    const dead = { ip: '127.0.0.1', port: await freePort(), epoch: 9 };
    for (const sentinel of sentinels) sentinel.say(dead);
    await checked(redis, sentinels, 3);
    expect(await idOf(redis)).toBe(id);
  });

  it('a connection keeps a working link while the Sentinels announce a newer epoch with a replica', async () => {
    const [master, replica] = [await server(), await server()];
    await replica.cli('REPLICAOF', master.host, master.port);
    const { redis, sentinels } = await told(at(master), at(master));
    const id = await idOf(redis);
    for (const sentinel of sentinels) sentinel.say(at(replica, { epoch: 3 }));
    await checked(redis, sentinels, 3);
    expect(await idOf(redis)).toBe(id);
  });

  it('a connection never takes a server for the master that says that it is a replica, even where ROLE is forbidden', async () => {
    const master = await server();
    const replica = await server({
      users: ['user default on nopass ~* &* +@all', 'user app on >secret ~* resetchannels +ping +info +set'],
    });
    await replica.cli('REPLICAOF', master.host, master.port);
    const sentinel = await FakeSentinel.start(at(replica));
    opened.push(sentinel);
    const sentinels = [{ host: sentinel.host, port: sentinel.port }];
    const { redis } = connection({
      host: undefined,
      sentinels,
      name: 'main',
      username: 'app',
      password: 'secret',
    });
    await redis.start();
    expect(redis.status).toBe('connecting');
    await replica.cli('REPLICAOF', 'NO', 'ONE');
    await eventually('it is the master', () => redis.status === 'ready');
  });

  it('a connection leaves a former master that still answers as a master when a newer configuration names another', async () => {
    const [former, next] = [await server(), await server()];
    const { redis, sentinels } = await told(at(former), at(former), at(former));
    expect(await portOf(redis)).toBe(former.port);
    // One Sentinel is enough: the others have not heard of the failover yet.
    (sentinels[0] as FakeSentinel).say(at(next, { epoch: 1 }));
    await eventually('it leads to the new master', async () => (await portOf(redis)) === next.port);
    await checked(redis, sentinels);
    expect(await portOf(redis)).toBe(next.port);
  });

  it('a connection does not go back to a former master that a Sentinel which was cut off still names alone', async () => {
    const [former, master] = [await server(), await server()];
    const { redis, sentinels } = await told(
      at(master, { epoch: 4 }),
      at(master, { epoch: 4 }),
      at(former, { epoch: 3 }),
    );
    const [first, second, third] = sentinels as [FakeSentinel, FakeSentinel, FakeSentinel];
    for (const sentinel of [first, second]) sentinel.say('nothing');
    await checked(redis, [third], 5);
    expect(await portOf(redis)).toBe(master.port);
  });

  it('no call is lost while the link moves from one master to the next', async () => {
    const [former, next] = [await server(), await server()];
    const { redis, sentinels } = await told(at(former));
    const ledger = new CallLedger(redis);
    sentinels[0]?.say(at(next, { epoch: 1 }));
    await ledger.offerUntil(async () => (await portOf(redis)) === next.port);
    expect(await ledger.settled()).toMatchObject({ 'not-sent': 0, unknown: 0, refused: 0 });
  });
});
