import { afterEach, describe, expect, it } from 'vitest';
import type { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import type { RedisServer } from '../../support/redis/server/redis-server.js';
import { CallLedger } from '../../support/redis/stage/call-ledger.js';
import { connection, errorOf, opened } from '../../support/redis/stage/connection-rig.js';
import { CAMPAIGN_TIMEOUT_MS, times } from '../../support/redis/stage/runs.js';
import { type RedisSentinelOptions, RedisSentinelRig } from '../../support/redis/topology/redis-sentinel.js';
import { eventually } from '../../support/time/eventually.js';

describe('RedisConnection through Sentinels', { timeout: CAMPAIGN_TIMEOUT_MS }, () => {
  async function rigged(options?: RedisSentinelOptions): Promise<RedisSentinelRig> {
    const rig = await RedisSentinelRig.start(options);
    opened.push(rig);
    return rig;
  }

  async function open(
    rig: RedisSentinelRig,
    options: object = {},
  ): Promise<{ redis: RedisConnection; log: RecordingLoggerSite }> {
    const made = connection({ host: undefined, sentinels: rig.addresses, name: rig.name, ...options });
    await made.redis.start();
    return made;
  }

  const read = (server: RedisServer) => async (key: string) => Number((await server.cli('GET', key)) ?? 0);
  let ledger: CallLedger;
  afterEach(() => ledger?.settled());

  it('a connection finds the master through one Sentinel, and names its database', async () => {
    const rig = await rigged({ replicas: 1 });
    for (const sentinel of rig.sentinels.slice(1)) await sentinel.kill();
    const { redis } = await open(rig);
    expect(redis.status).toBe('ready');
    expect(redis.database).toMatch(/^redis-sentinel:\/\/127\.0\.0\.1:\d+,.*\/main\/0$/);
    await redis.execute(['SET', 'k', 'v']);
    expect(String(await (await rig.master()).cli('GET', 'k'))).toBe('v');
    expect((await redis.info('replication'))[0]?.sections.replication?.role).toBe('master');
  });

  it('a connection follows a failover: no command runs twice or late, and no call waits for it', async () => {
    const rig = await rigged();
    const { redis, log } = await open(rig, { commandTimeout: 500 });
    for (let round = 0; round < times(1, 10); round++) {
      ledger = new CallLedger(redis, `failover${round}:`);
      const before = log.of('warning').length;
      const failover = rig.failover();
      await ledger.offerUntil(async () => {
        const master = await Promise.race([failover, undefined]);
        return master !== undefined && redis.status === 'ready' && (await isHeld(redis, master));
      });
      const summary = await ledger.settled();
      expect(summary.slowestMs).toBeLessThan(500 + 250);
      await ledger.audit(read(await failover));
      expect(log.of('warning').length - before).toBeLessThanOrEqual(1);
    }
  });

  it('a connection continues with the replica when the master is killed', async () => {
    const rig = await rigged();
    const { redis } = await open(rig, { commandTimeout: 500 });
    ledger = new CallLedger(redis);
    ledger.offer(100);
    await ledger.settled();
    const former = await rig.master();
    await former.kill();
    await ledger.offerUntil(async () => redis.status === 'ready');
    await ledger.settled();
    expect(await ledger.audit(read(await rig.masterAfter(former)))).toBe(0);
  });

  it('a connection never writes to a former master that comes back', async () => {
    const rig = await rigged();
    const { redis } = await open(rig, { commandTimeout: 300 });
    const former = await rig.master();
    ledger = new CallLedger(redis);
    const monitor = await former.connect();
    const seen: string[] = [];
    await monitor.monitor((line) => void seen.push(line));
    former.freeze();
    await ledger.offerUntil(async () => redis.status !== 'ready');
    await ledger.offerUntil(() => redis.status === 'ready');
    const master = await rig.masterAfter(former);
    const epoch = await rig.epoch();
    former.thaw();
    const after = new CallLedger(redis, 'after:');
    await after.offerUntil(() => isReplica(former));
    await after.settled();
    // Its demotion ends the connection of the monitor, so all that it saw was run by a former master.
    expect(seen.filter((line) => line.includes('"after:'))).toEqual([]);
    const lost = await after.audit(read(master));
    // Another failover loses writes that no replica had yet, and demotes the node that is read here.
    if ((await rig.epoch()) === epoch) expect(lost).toBe(0);
    monitor.close();
    await ledger.settled();
    await ledger.audit(read(master));
  });

  it('a connection leaves a master that is cut off from the Sentinels only when they name another', async () => {
    const rig = await rigged();
    const { redis } = await open(rig, { commandTimeout: 300 });
    for (const sentinel of rig.sentinels) await sentinel.kill();
    await redis.execute(['SET', 'k', 'v']);
    for (const sentinel of rig.sentinels) await rig.restart(sentinel);
    await rig.settled();
    const master = await rig.failover();
    await eventually('writes go to the new master', () => isHeld(redis, master), { withinMs: 10_000 });
  });

  it('servers and Sentinels each get their own credentials', async () => {
    const rig = await rigged({ replicas: 1, password: 'of-servers', sentinelPassword: 'of-sentinels' });
    const { redis } = await open(rig, { password: 'of-servers', sentinelPassword: 'of-sentinels' });
    expect(await redis.ping()).toBeGreaterThan(0);
    const wrong = await open(rig, { password: 'of-servers', sentinelPassword: 'wrong' });
    expect(wrong.redis.status).toBe('auth-failed');
    expect(await errorOf(wrong.redis.ping())).toMatchObject({
      code: 'E_CONNECTION_AUTH',
      outcome: 'not-sent',
    });
  });

  it('the log names the cause when the Sentinels do not know the master, or none is reachable', async () => {
    const rig = await rigged({ replicas: 1 });
    const { log } = await open(rig, { name: 'other' });
    expect(log.of('warning')[0]?.message).toContain('they do not know a master of that name');
    for (const sentinel of rig.sentinels) await sentinel.kill();
    const { redis } = await open(rig);
    expect(await errorOf(redis.ping())).toMatchObject({ code: 'E_CONNECTION_REFUSED', outcome: 'not-sent' });
  });
});

/** Writes through the connection, and tells whether the server holds the value. */
async function isHeld(redis: RedisConnection, server: RedisServer): Promise<boolean> {
  const mark = `mark${performance.now()}`;
  await redis.execute(['SET', 'mark', mark]).catch(() => undefined);
  return String(await server.cli('GET', 'mark')) === mark;
}

/** Tells whether a server has been demoted to a replica, which breaks its connections. */
async function isReplica(server: RedisServer): Promise<boolean> {
  return server.text('INFO', 'replication').then(
    (info) => info.includes('role:slave'),
    () => false,
  );
}
