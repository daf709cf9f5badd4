import { describe, expect, it } from 'vitest';
import { type OpenFeed, openFeed } from '../../support/redis/feed/open-feed.js';
import { opened } from '../../support/redis/stage/connection-rig.js';
import { type RedisClusterOptions, RedisClusterRig } from '../../support/redis/topology/redis-cluster.js';
import { RedisSentinelRig } from '../../support/redis/topology/redis-sentinel.js';
import { eventually } from '../../support/time/eventually.js';

const bytes = Buffer.from('1');
const PATIENT = { withinMs: 20_000 };

async function cluster(options?: RedisClusterOptions): Promise<RedisClusterRig> {
  const rig = await RedisClusterRig.start(options);
  opened.push(rig);
  return rig;
}

async function feedOf(rig: RedisClusterRig, options: object = {}): Promise<OpenFeed> {
  const open = await openFeed({ nodes: rig.addresses, commandTimeout: '500ms', ...options });
  await eventually('it stands', () => open.heard.stands && open.heard.provenAt > 0);
  return open;
}

/** Hears a change of a key by its name, once it is proven that all streams are up to date. */
async function isHeard({ heard }: OpenFeed, event: string): Promise<void> {
  await eventually(`it hears: ${event}`, () => heard.events.includes(event), PATIENT);
}

describe('messages of a cluster', { timeout: 60_000 }, () => {
  it('changes on every master are heard once, from the master that made them', async () => {
    const rig = await cluster();
    const writer = await feedOf(rig);
    const reader = await feedOf(rig);
    expect(reader.feed.status().masters).toHaveLength(3);
    reader.heard.take();
    const keys = await Promise.all(rig.nodes.map((node) => rig.keyAt(node, 'feed:')));
    const names = keys.map((key) => key.slice('feed:'.length));
    for (const name of names) await writer.feed.store.setValue(name, bytes, '1m');
    for (const name of names) await isHeard(reader, `keys ${name} foreign`);
    expect(reader.heard.take().sort()).toEqual(names.map((name) => `keys ${name} foreign`).sort());
    expect(await writer.feed.store.deleteValues(names)).toBe(3);
    for (const name of names) await isHeard(reader, `keys ${name} foreign`);
    expect(reader.heard.take()).toHaveLength(3);
    await writer.feed.store.clear();
    await isHeard(reader, 'everything');
  });

  it('a generation that advances everywhere is heard', async () => {
    const rig = await cluster();
    const prefix = 'feed{one}:';
    const writer = await feedOf(rig, { prefix });
    const reader = await feedOf(rig, { prefix });
    await writer.feed.store.advance(['space'], 'everywhere');
    await isHeard(reader, 'generations space foreign');
  });

  it('a master that dies ends the proofs until the replica in its place is followed', async () => {
    const rig = await cluster({ replicas: 1, nodeTimeoutMs: 1000 });
    const writer = await feedOf(rig);
    const reader = await feedOf(rig);
    const victim = rig.nodes[0] as (typeof rig.nodes)[number];
    const name = (await rig.keyAt(victim, 'feed:')).slice('feed:'.length);
    await victim.kill();
    const killedAt = performance.now();
    await eventually('the gap is seen', () => !reader.heard.stands, PATIENT);
    await rig.masterAfter(victim, `feed:${name}`);
    await eventually(
      'it stands again',
      () => reader.heard.stands && reader.heard.provenAt > killedAt,
      PATIENT,
    );
    reader.heard.take();
    await eventually('writes work again', async () => writer.feed.store.setValue(name, bytes, '1m'), PATIENT);
    await isHeard(reader, `keys ${name} foreign`);
    expect(reader.feed.status().masters).toHaveLength(3);
  });

  it('slots that move are a gap, and their changes are heard from the new master', async () => {
    const rig = await cluster();
    const writer = await feedOf(rig);
    const reader = await feedOf(rig);
    const [from, to] = rig.nodes as [(typeof rig.nodes)[number], (typeof rig.nodes)[number]];
    const key = await rig.keyAt(from, 'feed:');
    const name = key.slice('feed:'.length);
    const slot = await rig.slotOf(key);
    reader.heard.take();
    await rig.moveSlots(from, to, [slot]);
    await eventually('the gap is seen', () => reader.heard.events.includes('gap map'), PATIENT);
    await eventually('it stands again', () => reader.heard.stands, PATIENT);
    await writer.feed.store.setValue(name, bytes, '1m');
    await isHeard(reader, `keys ${name} foreign`);
  });

  it('nothing is proven while no node tells who serves the slots', async () => {
    const rig = await cluster({ announce: 'proxies' });
    const reader = await feedOf(rig);
    for (const proxy of rig.proxies.slice(1)) proxy.blackHole('down');
    const at = performance.now();
    await eventually('a gap is seen', () => !reader.heard.stands, PATIENT);
    expect(reader.heard.provenAt).toBeLessThan(at + 100);
  });
});

describe('messages of a master behind Sentinels', { timeout: 60_000 }, () => {
  it('the stream follows the master through a failover', async () => {
    const rig = await RedisSentinelRig.start();
    opened.push(rig);
    const options = { sentinels: rig.addresses, name: rig.name, commandTimeout: '500ms' };
    const writer = await openFeed(options);
    const reader = await openFeed(options);
    await eventually('both stand', () => writer.heard.stands && reader.heard.stands);
    await rig.failover();
    await eventually('the gap is seen', () => reader.heard.events.includes('gap link'), PATIENT);
    await eventually('both stand again', () => writer.heard.stands && reader.heard.stands, PATIENT);
    const master = await rig.master();
    await writer.feed.store.setValue('a', bytes, '1m');
    await isHeard(reader, 'keys a foreign');
    expect(String(await master.cli('GET', 'feed:a'))).toBe('1');
  });

  it('a master that dies ends the proofs until another one is followed', async () => {
    const rig = await RedisSentinelRig.start({ downAfterMs: 500 });
    opened.push(rig);
    const reader = await openFeed({ sentinels: rig.addresses, name: rig.name, commandTimeout: '500ms' });
    const former = await rig.master();
    await former.kill();
    const killedAt = performance.now();
    await eventually('the gap is seen', () => reader.heard.events.includes('gap link'), PATIENT);
    expect(reader.heard.provenAt).toBeLessThan(killedAt);
    await rig.masterAfter(former);
    await eventually(
      'it stands again',
      () => reader.heard.stands && reader.heard.provenAt > killedAt,
      PATIENT,
    );
  });
});
