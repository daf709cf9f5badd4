import { describe, expect, it } from 'vitest';
import type { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { ISubscription } from '../../../src/interfaces/redis-subscription.js';
import type { RedisServer } from '../../support/redis/server/redis-server.js';
import { redisMajor } from '../../support/redis/server/redis-version.js';
import { connection, errorOf, opened, server } from '../../support/redis/stage/connection-rig.js';
import { type RedisClusterOptions, RedisClusterRig } from '../../support/redis/topology/redis-cluster.js';
import { eventually } from '../../support/time/eventually.js';

async function rigged(options?: RedisClusterOptions): Promise<RedisClusterRig> {
  const rig = await RedisClusterRig.start(options);
  opened.push(rig);
  return rig;
}

async function open(rig: RedisClusterRig): Promise<RedisConnection> {
  const nodes = rig.addresses.slice(0, 1);
  const { redis } = connection({ host: undefined, nodes, commandTimeout: 500 });
  await redis.start();
  await eventually('every master is there', () => redis.status === 'ready');
  return redis;
}

/** Collects what sharded channels say, and what is told. */
async function listen(
  redis: RedisConnection,
  ...channels: string[]
): Promise<{ readonly story: string[]; readonly subscription: ISubscription }> {
  const story: string[] = [];
  const subscription = await redis.subscribe(
    { channels, sharded: true },
    ({ channel, payload }) => void story.push(`${channel} ${payload}`),
    { onGap: () => void story.push('gap') },
  );
  return { story, subscription };
}

/** Publishes until a subscriber hears it, and returns how long that took. */
async function heardAfter(
  rig: RedisClusterRig,
  channel: string,
  text: string,
  story: string[],
): Promise<number> {
  const beganAt = performance.now();
  await eventually(
    `${text} is heard`,
    async () => {
      await (await rig.masterOf(channel)).cli('SPUBLISH', channel, text).catch(() => undefined);
      return story.includes(`${channel} ${text}`);
    },
    { withinMs: 15_000 },
  );
  return performance.now() - beganAt;
}

async function twoMasters(rig: RedisClusterRig): Promise<[RedisServer, RedisServer]> {
  const [one, other] = await rig.masters();
  if (one === undefined || other === undefined) throw new Error('there are no two masters');
  return [one, other];
}

/** Redis 6.2 has none. */
const hasSharded = redisMajor() >= 7;

if (hasSharded)
  describe('sharded channels of a cluster', { timeout: 60_000 }, () => {
    it('a sharded subscription follows the replica that takes the place of a killed master, and is told once', async () => {
      const nodeTimeoutMs = 1500;
      const rig = await rigged({ replicas: 1, nodeTimeoutMs });
      const redis = await open(rig);
      const [victim, other] = await twoMasters(rig);
      const [lost, alike, kept] = [
        await rig.keyAt(victim, 'lost'),
        await rig.keyAt(victim, 'alike'),
        await rig.keyAt(other, 'kept'),
      ];
      const { story, subscription } = await listen(redis, lost, alike, kept);
      await victim.kill();
      await eventually('the loss is noticed', () => !subscription.active);
      await other.cli('SPUBLISH', kept, 'meanwhile');
      await eventually('another master is heard on', () => story.includes(`${kept} meanwhile`));
      const ms = await heardAfter(rig, lost, 'after', story);
      expect(ms).toBeLessThan(2 * nodeTimeoutMs + 2000 + 1500);
      await heardAfter(rig, alike, 'after', story);
      expect(subscription.active).toBe(true);
      expect(story.filter((each) => each === 'gap')).toEqual(['gap']);
      expect(story.indexOf('gap')).toBeLessThan(story.indexOf(`${lost} after`));
    });

    it('a sharded subscription follows a failover that its old master survives', async () => {
      const rig = await rigged({ replicas: 1 });
      const redis = await open(rig);
      const [former] = await twoMasters(rig);
      const channel = await rig.keyAt(former);
      const { story } = await listen(redis, channel);
      for (const text of ['there', 'back']) {
        await rig.failover(await rig.replicaOf(channel));
        await heardAfter(rig, channel, text, story);
      }
      await (await rig.masterOf(channel)).cli('SPUBLISH', channel, 'once');
      await heardAfter(rig, channel, 'last', story);
      expect(story.filter((each) => each === `${channel} once`)).toHaveLength(1);
    });

    it('a node that has not heard of a move takes no sharded subscription back', async () => {
      const rig = await rigged();
      const redis = await open(rig);
      const [from, to] = await twoMasters(rig);
      const late = rig.nodes.find((node) => node !== from && node !== to) as RedisServer;
      const ids = new Map<RedisServer, string>();
      for (const node of rig.nodes) ids.set(node, await node.text('CLUSTER', 'MYID'));
      const assign = async (
        node: RedisServer,
        slot: number,
        how: string,
        owner: RedisServer,
      ): Promise<unknown> => node.cli('CLUSTER', 'SETSLOT', slot, how, ids.get(owner) ?? '');
      const move = async (slot: number, told: readonly RedisServer[]): Promise<void> => {
        await assign(to, slot, 'IMPORTING', from);
        await assign(from, slot, 'MIGRATING', to);
        for (const node of told) await assign(node, slot, 'NODE', to);
      };
      const mapReads = async (node: RedisServer): Promise<number> => {
        const calls = /cmdstat_cluster\|slots:calls=(\d+)/.exec(await node.text('INFO', 'commandstats'));
        return Number(calls?.[1] ?? 0);
      };
      const channel = await rig.keyAt(from);
      const { story, subscription } = await listen(redis, channel);
      // A node ignores what others say of a slot that it imports.
      await assign(late, await rig.slotOf(channel), 'IMPORTING', from);
      await move(await rig.slotOf(channel), [to, from]);
      await heardAfter(rig, channel, 'there', story);
      const readsBefore = await mapReads(late);
      for (let index = 0; (await mapReads(late)) < readsBefore + 2; index++) {
        const key = await rig.keyAt(from, `other${index}`);
        await move(await rig.slotOf(key), [to, from, late]);
        const before = await Promise.all(rig.nodes.map(mapReads));
        await redis.execute(['GET', key], { keys: [key] });
        await eventually('the map is read', async () => {
          const after = await Promise.all(rig.nodes.map(mapReads));
          return after.some((count, at) => count > (before[at] ?? 0));
        });
      }
      await heardAfter(rig, channel, 'last', story);
      expect(subscription.active).toBe(true);
      expect(story.filter((each) => each === 'gap')).toEqual(['gap']);
    });

    it('a notice of a moved slot that arrives behind a heartbeat is not lost', async () => {
      const rig = await rigged({ args: ['--cluster-require-full-coverage', 'no'] });
      const redis = await open(rig);
      const [from] = await twoMasters(rig);
      const channel = await rig.keyAt(from);
      const slot = await rig.slotOf(channel);
      const { story } = await listen(redis, channel);
      for (let round = 0; round < 3; round++) {
        const door = await from.connect();
        // Written before the server stops, and run before the heartbeat that arrives meanwhile.
        from.freeze();
        const moving = [door.command('CLUSTER', 'DELSLOTS', slot), door.command('CLUSTER', 'ADDSLOTS', slot)];
        // Heartbeats have been sent on all links when the first of them is missed.
        await eventually('the silence is noticed', () => redis.status !== 'ready');
        from.thaw();
        await Promise.all(moving);
        door.close();
        await eventually('the nodes serve', () => redis.status === 'ready', { withinMs: 10_000 });
        await heardAfter(rig, channel, `round ${round}`, story);
      }
      expect(story.filter((each) => each === 'gap').length).toBeGreaterThanOrEqual(3);
    });

    it('a channel that comes back to a server before its old link has noticed is heard', async () => {
      const rig = await rigged();
      const redis = await open(rig);
      const [one, other] = await twoMasters(rig);
      const channel = await rig.keyAt(one);
      const stays = await rig.keyAt(one, 'stays');
      const slot = await rig.slotOf(channel);
      const { story } = await listen(redis, channel, stays);
      for (let round = 0; round < 10; round++) {
        await rig.moveSlots(one, other, [slot]);
        if (round % 2 === 0) await heardAfter(rig, channel, `there ${round}`, story);
        await rig.moveSlots(other, one, [slot]);
        await heardAfter(rig, channel, `back ${round}`, story);
      }
      await heardAfter(rig, stays, 'last', story);
      expect(story.filter((each) => each === `${stays} last`)).toHaveLength(1);
    });
  });

describe('sharded channels of a server without them', () => {
  it('a server that is too old for sharded channels is named with the version that it takes', async () => {
    const args = ['SSUBSCRIBE', 'SPUBLISH'].flatMap((command) => ['--rename-command', command, '']);
    const { host, port } = await server({ args: redisMajor() < 7 ? [] : args });
    const { redis } = connection({ host, port });
    await redis.start();
    const expected = { code: 'E_OPERATION_REFUSED', outcome: 'refused' };
    const refusals = [
      await errorOf(redis.subscribe({ channel: 'c', sharded: true }, () => undefined)),
      await errorOf(redis.execute(['SPUBLISH', 'c', 'x'], { keys: ['c'] })),
    ];
    for (const refusal of refusals) {
      expect(refusal).toMatchObject(expected);
      expect(refusal.message).toContain('sharded channels require Redis 7.0 or later');
    }
  });
});
