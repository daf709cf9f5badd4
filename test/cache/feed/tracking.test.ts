import { describe, expect, it } from 'vitest';
import { TcpProxy } from '../../support/network/tcp-proxy.js';
import { openFeed } from '../../support/redis/feed/open-feed.js';
import { opened, server } from '../../support/redis/stage/connection-rig.js';
import { RedisClusterRig } from '../../support/redis/topology/redis-cluster.js';
import { RedisSentinelRig } from '../../support/redis/topology/redis-sentinel.js';
import { eventually } from '../../support/time/eventually.js';

const bytes = Buffer.from('1');
const PATIENT = { withinMs: 20_000 };

describe('pushes of one server', { timeout: 30_000 }, () => {
  it('every change is heard, whoever makes it', async () => {
    const redis = await server();
    const { feed, heard, cache } = await openFeed({ url: redis.url }, 'tracking');
    expect(heard.take()).toEqual(['standing']);
    const { store } = feed;
    const steps: [() => Promise<unknown>, ...string[]][] = [
      [() => store.setValue('a', bytes, '1m'), 'keys a foreign'],
      [() => cache.setValue('ä', bytes, '1m'), 'keys ä foreign'],
      [() => redis.cli('PEXPIRE', 'feed:a', 60_000), 'keys a foreign'],
      [() => redis.cli('RENAME', 'feed:a', 'feed:b'), 'keys a foreign', 'keys b foreign'],
      [() => redis.cli('SET', 'feed:c', 'v', 'PX', 50), 'keys c foreign', 'keys c foreign'],
      [() => store.deleteValue('b'), 'keys b foreign'],
      [() => redis.cli('FLUSHALL'), 'everything'],
    ];
    for (const [change, ...expected] of steps) {
      await change();
      await eventually('it is heard', () => heard.events.length >= expected.length);
      expect(heard.take().sort()).toEqual([...expected].sort());
    }
  });

  it.each(['feed:', 'feed{tag}:'])(
    'generations are told from entries, fences and leases: %s',
    async (prefix) => {
      const redis = await server();
      const { feed, heard, cache } = await openFeed({ url: redis.url, prefix }, 'tracking');
      heard.take();
      const capture = { life: '1m', of: 'all' } as const;
      await cache.read({ keys: ['k}x'], generations: ['tag{1}', 't}'], capture });
      await cache.acquireLease('k', 'token', '1m');
      await feed.store.advance(['tag{1}']);
      await cache.setValue('end', bytes, '1m');
      await eventually('the last change is heard', () => heard.events.includes('keys end foreign'));
      expect(new Set(heard.take())).toEqual(
        new Set(['generations tag{1} foreign', 'generations t} foreign', 'keys end foreign']),
      );
    },
  );

  it('tokens that are captured again and again are told of once', async () => {
    const redis = await server();
    const { heard, cache } = await openFeed({ url: redis.url }, 'tracking');
    heard.take();
    const capture = { life: '1m', of: 'all' } as const;
    for (let loads = 0; loads < 5; loads++) await cache.read({ keys: ['k'], generations: ['g'], capture });
    await cache.setValue('end', bytes, '1m');
    await eventually('the last change is heard', () => heard.events.includes('keys end foreign'));
    expect(heard.take()).toEqual(['generations g foreign', 'keys end foreign']);
  });

  it('other prefixes are not heard of, and a cache without a prefix is refused with a remedy', async () => {
    const redis = await server();
    const { heard, feed } = await openFeed({ url: redis.url }, 'tracking');
    heard.take();
    await redis.cli('SET', 'other', 'v');
    await feed.store.setValue('a', bytes, '1m');
    await eventually('its own is heard', () => heard.events.length > 0);
    expect(heard.events).toEqual(['keys a foreign']);
    await expect(openFeed({ url: redis.url, prefix: '' }, 'tracking')).rejects.toThrow('declare a prefix');
  });

  it('a proof is never later than a change that has not arrived, though answers precede pushes', async () => {
    const redis = await server();
    const streams = await TcpProxy.start(redis);
    const all = await TcpProxy.start(redis);
    opened.push({ stop: () => streams.close() }, { stop: () => all.close() });
    const { heard, cache } = await openFeed({ host: all.host, port: all.port }, 'tracking', () =>
      all.retarget({ host: streams.host, port: streams.port }),
    );
    await eventually('there is a proof', () => heard.provenAt > 0);
    heard.take();
    streams.hold('down');
    await cache.setValue('a', bytes, '1m');
    const changedBefore = performance.now();
    streams.heal();
    await eventually('proofs go on', () => {
      if (!heard.events.includes('keys a foreign')) expect(heard.provenAt).toBeLessThan(changedBefore);
      return heard.provenAt > changedBefore;
    });
    streams.refuse();
    streams.cut();
    await eventually('the gap is seen', () => heard.events.includes('gap link'));
    streams.heal();
    await eventually('it stands again', () => heard.stands);
    await cache.setValue('b', bytes, '1m');
    await eventually('changes are heard again', () => heard.events.includes('keys b foreign'));
  });

  it('a server that restarts empty is a gap of its pushes', async () => {
    const redis = await server();
    const { heard, feed } = await openFeed({ url: redis.url }, 'tracking');
    await redis.restart();
    await eventually('it stands again', () => heard.events.includes('gap link') && heard.stands);
    await feed.store.setValue('a', bytes, '1m');
    await eventually('changes are heard', () => heard.events.includes('keys a foreign'));
  });

  it('a server or user without tracking never stands, and calls go on', async () => {
    const redis = await server({
      users: ['user default on nopass ~* &* +@all', 'user app on >pw ~* &* +@all -client +client|setname'],
    });
    const access = { host: redis.host, port: redis.port, username: 'app', password: 'pw' };
    const { feed, heard } = await openFeed(access, 'tracking');
    expect(heard.events).toEqual([]);
    expect(await feed.store.setValue('a', bytes, '1m')).toBe(true);
    const old = await server({ args: ['--rename-command', 'HELLO', ''] });
    const other = await openFeed({ url: old.url }, 'tracking');
    expect(other.heard.events).toEqual([]);
    expect(await other.feed.store.setValue('a', bytes, '1m')).toBe(true);
  });
});

describe('pushes of several masters', { timeout: 60_000 }, () => {
  it.each(['feed:', 'feed{one}:'])(
    'all masters of a cluster are heard, also after slots moved: %s',
    async (prefix) => {
      const rig = await RedisClusterRig.start();
      opened.push(rig);
      const { heard, feed } = await openFeed(
        { nodes: rig.addresses, prefix, commandTimeout: '500ms' },
        'tracking',
      );
      await eventually('it stands', () => heard.stands && heard.provenAt > 0, PATIENT);
      for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
        await feed.store.setValue(name, bytes, '1m');
        await eventually('it is heard', () => heard.events.includes(`keys ${name} foreign`));
      }
      const from = await rig.masterOf(`${prefix}a`);
      const to = rig.nodes.find((node) => node !== from) as (typeof rig.nodes)[number];
      await rig.moveSlots(from, to, [await rig.slotOf(`${prefix}a`)]);
      await eventually('the gap is seen', () => heard.events.includes('gap map'), PATIENT);
      await eventually('it stands again', () => heard.stands, PATIENT);
      heard.take();
      await feed.store.setValue('a', bytes, '1m');
      await eventually('it is heard', () => heard.events.includes('keys a foreign'), PATIENT);
    },
  );

  it('the stream follows the master of Sentinels through a failover', async () => {
    const rig = await RedisSentinelRig.start();
    opened.push(rig);
    const options = { sentinels: rig.addresses, name: rig.name, commandTimeout: '500ms' };
    const { heard, feed } = await openFeed(options, 'tracking');
    await eventually('it stands', () => heard.stands, PATIENT);
    await rig.failover();
    await eventually('the gap is seen', () => heard.events.includes('gap link'), PATIENT);
    await eventually('it stands again', () => heard.stands, PATIENT);
    await feed.store.setValue('a', bytes, '1m');
    await eventually('it is heard', () => heard.events.includes('keys a foreign'), PATIENT);
  });
});
