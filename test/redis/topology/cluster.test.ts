import { afterEach, describe, expect, it } from 'vitest';
import type { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { RedisServer } from '../../support/redis/server/redis-server.js';
import { CallLedger } from '../../support/redis/stage/call-ledger.js';
import { connection, errorOf, opened, server } from '../../support/redis/stage/connection-rig.js';
import { CAMPAIGN_TIMEOUT_MS, times } from '../../support/redis/stage/runs.js';
import {
  announcements,
  type RedisClusterOptions,
  RedisClusterRig,
} from '../../support/redis/topology/redis-cluster.js';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';

describe('RedisConnection to a cluster', { timeout: CAMPAIGN_TIMEOUT_MS }, () => {
  let ledger: CallLedger | undefined;
  afterEach(() => ledger?.settled());

  async function rigged(options?: RedisClusterOptions): Promise<RedisClusterRig> {
    const rig = await RedisClusterRig.start(options);
    opened.push(rig);
    return rig;
  }

  async function open(rig: RedisClusterRig, options: object = {}): Promise<RedisConnection> {
    const nodes = rig.addresses.slice(0, 1);
    const { redis } = connection({ host: undefined, nodes, commandTimeout: 500, ...options });
    await redis.start();
    return redis;
  }

  async function twoMasters(rig: RedisClusterRig): Promise<[RedisServer, RedisServer]> {
    const [one, other] = await rig.masters();
    if (one === undefined || other === undefined) throw new Error('there are no two masters');
    return [one, other];
  }

  const reader = (rig: RedisClusterRig) => async (key: string) =>
    Number((await (await rig.masterOf(key)).cli('GET', key)) ?? 0);

  it('a connection finds every master from one node, and the node of every key', async () => {
    const rig = await rigged();
    const redis = await open(rig);
    expect([redis.status, redis.circuit, redis.sharded]).toEqual(['ready', 'closed', true]);
    for (const node of await rig.masters()) {
      const key = await rig.keyAt(node);
      await redis.execute(['SET', key, key], { keys: [key] });
      expect(String(await node.cli('GET', key))).toBe(key);
    }
    expect((await redis.health()).nodes).toHaveLength(3);
    expect(await redis.info('server')).toHaveLength(3);
    expect(await errorOf(redis.execute(['DEL', 'a', 'b'], { keys: ['a', 'b'] }))).toMatchObject({
      code: 'E_ARGUMENT',
    });
  });

  it.each(announcements())(
    'a connection works with nodes that announce themselves as %s',
    async (announce) => {
      const rig = await rigged({ announce });
      const natMap = Object.fromEntries(
        Object.entries(rig.natMap).map(([from, { host, port }]) => [from, `${host}:${port}`]),
      );
      const redis = await open(rig, announce === 'hidden' ? { natMap } : {});
      await eventually('every master is there', () => redis.status === 'ready');
      for (const node of await rig.masters()) {
        const key = await rig.keyAt(node);
        await redis.execute(['SET', key, key], { keys: [key] });
        expect(String(await node.cli('GET', key))).toBe(key);
      }
    },
  );

  it('calls follow keys while their slot moves between nodes', async () => {
    const rig = await rigged();
    const redis = await open(rig);
    const [from, to] = await twoMasters(rig);
    const key = await rig.keyAt(from);
    const [other, pair] = [`{${key}}other`, `{${key}}pair`];
    const get = async (name: string) => String(await redis.execute(['GET', name], { keys: [name] }));
    for (const name of [key, other]) await redis.execute(['SET', name, name], { keys: [name] });
    const move = await rig.beginMove(await rig.slotOf(key), to);
    expect(await get(key)).toBe(key);
    await move.moveKeys([key]);
    expect([await get(key), await get(other)]).toEqual([key, other]);
    await redis.execute(['SET', pair, 'new'], { keys: [pair] });
    expect(await get(pair)).toBe('new');
    // One is here and one is there: neither node can answer, until both are on one side.
    const both = redis.execute(['MGET', key, other], { keys: [key, other], timeout: '5s' });
    await move.finish();
    expect(((await both) as Buffer[]).map(String)).toEqual([key, other]);
    expect(await redis.transaction([['GET', key]], { keys: [key], timeout: '5s' })).toEqual([
      Buffer.from(key),
    ]);
  });

  it('a slot that has moved costs one detour, and the map is read again for all others', async () => {
    const rig = await rigged();
    const redis = await open(rig);
    const [from, to] = await twoMasters(rig);
    const stat = async (node: RedisServer, pattern: RegExp): Promise<number> =>
      Number(pattern.exec(await node.text('INFO', 'all'))?.[1] ?? 0);
    const detours = () => stat(from, /errorstat_MOVED:count=(\d+)/);
    const answers = () => stat(to, /cmdstat_get:calls=(\d+)/);
    const mapReads = async (): Promise<number> => {
      const texts = await Promise.all(rig.nodes.map((node) => node.text('INFO', 'commandstats')));
      const calls = /cmdstat_cluster(?:\|slots)?:calls=(\d+)/;
      return texts.reduce((sum, text) => sum + Number(calls.exec(text)?.[1] ?? 0), 0);
    };
    const keys = await Promise.all(['a', 'b', 'c', 'd'].map((prefix) => rig.keyAt(from, prefix)));
    const slots = new Set(await Promise.all(keys.map((key) => rig.slotOf(key))));
    const get = (key: string) => redis.execute(['GET', key], { keys: [key] });
    const regular = await mapReads();
    await eventually('the map was read in its turn', async () => (await mapReads()) > regular, {
      withinMs: 10_000,
    });
    await rig.moveSlots(from, to, [...slots]);
    const [detoursBefore, answersBefore, readsBefore] = [await detours(), await answers(), await mapReads()];
    const [first = '', ...others] = keys;
    for (let call = 0; call < 50; call++) await get(first);
    expect([await detours(), await answers()]).toEqual([detoursBefore + 1, answersBefore + 50]);
    // The next regular read is five seconds after the one before.
    await eventually('the map was read again', async () => (await mapReads()) > readsBefore, {
      withinMs: 2500,
    });
    await eventually('the new map is in use', async () => {
      const before = await detours();
      await Promise.all(others.map(get));
      return (await detours()) === before;
    });
    expect((await detours()) - detoursBefore).toBeLessThanOrEqual(slots.size);
  });

  it('no call fails while slots move under load', async () => {
    const rig = await rigged();
    const redis = await open(rig, { commandTimeout: '2s' });
    const [from, to] = await twoMasters(rig);
    ledger = new CallLedger(redis);
    let moved = false;
    const moving = rig.moveSlots(from, to, times(100, 2000)).then(() => {
      moved = true;
    });
    await ledger.offerUntil(() => moved, { withinMs: 60_000 });
    await moving;
    const summary = await ledger.settled();
    expect(summary).toMatchObject({ 'not-sent': 0, unknown: 0, refused: 0 });
    expect(await ledger.audit(reader(rig))).toBe(0);
  });

  it.each(['kill', 'freeze'] as const)(
    'only the keys of a failed master (%s) are unavailable, until its replica takes over',
    async (fault) => {
      const rig = await rigged({ replicas: 1 });
      const redis = await open(rig);
      const [victim, other] = await twoMasters(rig);
      const [lost, kept] = [await rig.keyAt(victim, 'lost'), await rig.keyAt(other, 'kept')];
      const set = (key: string) => redis.execute(['SET', key, 'v'], { keys: [key] });
      for (const key of [lost, kept]) await set(key);
      ledger = new CallLedger(redis);
      await victim[fault]();
      await ledger.offerUntil(() => redis.status === 'degraded');
      // Calls to other nodes are unaffected; calls that cannot be answered are refused before the deadline.
      expect(await settlesInTime(550, 'set', () => set(kept))).toBe('OK');
      expect(await errorOf(settlesInTime(550, 'set', () => set(lost)))).toMatchObject({
        outcome: expect.stringMatching(/not-sent|unknown/),
      });
      await rig.masterAfter(victim, lost);
      await eventually('its keys are there', () => set(lost).then(() => true), { withinMs: 3000 });
      await ledger.offerUntil(() => redis.status === 'ready');
      const summary = await ledger.settled();
      expect(summary.slowestMs).toBeLessThan(500 + 250);
      if (fault === 'freeze') victim.thaw();
      else await victim.restart();
      await rig.settled();
      await ledger.audit(reader(rig));
    },
  );

  it('a connection uses new nodes, and forgets removed ones', async () => {
    const rig = await rigged({ replicas: 1 });
    const redis = await open(rig);
    const [former] = await twoMasters(rig);
    const key = await rig.keyAt(former);
    const replica = await rig.replicaOf(former);
    await rig.failover(replica);
    await redis.execute(['SET', key, 'v'], { keys: [key] });
    await eventually('only masters are left', async () => {
      const { nodes } = await redis.health();
      return nodes.length === 3 && nodes.some(({ node }) => node.endsWith(`:${replica.port}`));
    });
  });

  it('reads go to replicas when declared so, and otherwise to masters', async () => {
    const rig = await rigged({ replicas: 1 });
    const [master] = await twoMasters(rig);
    const replica = await rig.replicaOf(master);
    const key = await rig.keyAt(master);
    const fromReplica = await open(rig, { readFrom: 'replica' });
    const fromMaster = await open(rig);
    await fromMaster.execute(['SET', key, 'v'], { keys: [key] });
    const reads = async (node: RedisServer) =>
      Number(/cmdstat_get:calls=(\d+)/.exec(await node.text('INFO', 'commandstats'))?.[1] ?? 0);
    // A node names its replicas a while after they are there.
    await eventually(
      'a replica answers',
      async () => {
        await fromReplica.execute(['GET', key], { keys: [key], readOnly: true });
        return (await reads(replica)) > 0;
      },
      { withinMs: 12_000, everyMs: 100 },
    );
    const [byReplica, byMaster] = [await reads(replica), await reads(master)];
    await fromReplica.execute(['GET', key], { keys: [key] });
    await fromMaster.execute(['GET', key], { keys: [key], readOnly: true });
    expect([await reads(replica), await reads(master)]).toEqual([byReplica, byMaster + 2]);
  });

  it('the log says when a server is not part of a cluster', async () => {
    const alone = await server();
    const { redis, log } = connection({ host: undefined, nodes: [{ host: alone.host, port: alone.port }] });
    await redis.start();
    expect(log.of('warning')[0]?.message).toContain('cluster support disabled');
    expect(await errorOf(redis.execute(['GET', 'k'], { keys: ['k'] }))).toMatchObject({
      outcome: 'not-sent',
    });
  });
});
