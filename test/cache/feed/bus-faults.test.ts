import { describe, expect, it } from 'vitest';
import { TcpProxy } from '../../support/network/tcp-proxy.js';
import { BEAT_MS, openFeed } from '../../support/redis/feed/open-feed.js';
import type { RedisServer } from '../../support/redis/server/redis-server.js';
import { opened, server } from '../../support/redis/stage/connection-rig.js';
import { eventually } from '../../support/time/eventually.js';

async function proxyTo(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const proxy = await TcpProxy.start(target);
  opened.push({ stop: () => proxy.close() });
  return proxy;
}

/** A feed whose stream takes a path of its own to the server, which the test can cut and freeze. */
async function onOwnPath(redis: RedisServer, options: object = {}) {
  const streams = await proxyTo(redis);
  const all = await proxyTo(redis);
  const open = await openFeed({ host: all.host, port: all.port, ...options }, 'bus', () =>
    all.retarget({ host: streams.host, port: streams.port }),
  );
  expect(streams.connections).toBe(1);
  return { ...open, streams, all };
}

const bytes = Buffer.from('1');

describe('faults of the stream of one server', { timeout: 30_000 }, () => {
  it('a stream that is cut alone is a gap, and stands again while the data path goes on', async () => {
    const redis = await server();
    const { feed, heard, streams } = await onOwnPath(redis);
    const other = await openFeed({ url: redis.url });
    streams.refuse();
    streams.cut();
    await eventually('the gap is seen', () => heard.events.includes('gap link'));
    expect(feed.status().masters).toMatchObject([{ standingSince: null }]);
    expect(await other.feed.store.setValue('a', bytes, '1m')).toBe(true);
    const { provenAt } = heard;
    streams.heal();
    await eventually('it stands again', () => heard.stands && heard.provenAt > provenAt);
    expect(heard.take()).toEqual(['standing', 'gap link', 'standing']);
    await other.feed.store.setValue('b', bytes, '1m');
    await eventually('changes are heard again', () => heard.events.includes('keys b foreign'));
  });

  it.each(['up', 'down'] as const)(
    'a stream that is black-holed %s proves nothing any more',
    async (direction) => {
      const redis = await server();
      const { heard, streams, cache } = await onOwnPath(redis, { commandTimeout: '300ms' });
      await eventually('there is a proof', () => heard.provenAt > 0);
      const before = performance.now();
      streams.blackHole(direction);
      await cache.setValue('a', bytes, '1m');
      await eventually('the stream is given up', () => heard.events.includes('gap link'), {
        withinMs: 10_000,
      });
      expect(heard.provenAt).toBeLessThanOrEqual(before + BEAT_MS);
      streams.heal();
      await eventually('it stands again', () => heard.stands && heard.provenAt > before + BEAT_MS, {
        withinMs: 10_000,
      });
    },
  );

  it('a proof is never later than a change that has not arrived', async () => {
    const redis = await server();
    const { heard, streams } = await onOwnPath(redis);
    const other = await openFeed({ url: redis.url });
    await eventually('there is a proof', () => heard.provenAt > 0);
    heard.take();
    streams.hold('down');
    await other.feed.store.setValue('a', bytes, '1m');
    const changedBefore = performance.now();
    const proofs: number[] = [];
    streams.heal();
    await eventually('proofs go on', () => {
      if (!heard.events.includes('keys a foreign')) proofs.push(heard.provenAt);
      return heard.provenAt > changedBefore;
    });
    for (const provenAt of proofs) expect(provenAt).toBeLessThan(changedBefore);
    expect(heard.events[0]).toBe('keys a foreign');
  });

  it('a data path that is replaced ends the stream, which may lead elsewhere', async () => {
    const redis = await server();
    const { heard, streams, all } = await onOwnPath(redis);
    const accepted = streams.accepted;
    all.retarget(redis);
    const streamSockets = streams.connections;
    expect(streamSockets).toBe(1);
    await redis.cli('CLIENT', 'KILL', 'ID', String(await dataClient(redis)));
    await eventually('the gap is seen', () => heard.events.includes('gap link'));
    await eventually('it stands again', () => heard.stands);
    expect(streams.accepted).toBe(accepted);
    expect(streams.connections).toBe(0);
  });

  it('a server that restarts empty is a gap', async () => {
    const redis = await server();
    const { heard, feed } = await openFeed({ url: redis.url });
    await redis.restart();
    await eventually('it stands again', () => heard.events.includes('gap link') && heard.stands);
    await feed.store.setValue('a', bytes, '1m');
    await eventually('changes are heard', () => heard.events.includes('keys a own'));
  });

  it.each(['FLUSHALL', 'FLUSHDB'])('a key space that %s empties is heard of with a beat', async (command) => {
    const redis = await server();
    const { heard } = await openFeed({ url: redis.url });
    expect(heard.take()).toEqual(['standing']);
    for (let round = 0; round < 2; round++) {
      const before = heard.provenAt;
      await eventually('a beat is answered', () => heard.provenAt > before);
      expect(heard.take()).toEqual([]);
      await redis.cli(command);
      const emptiedAt = performance.now();
      await eventually('it is proven', () => heard.provenAt >= emptiedAt);
      expect(heard.take()).toEqual(['everything']);
    }
  });

  it('a message that nobody understands is a gap', async () => {
    const redis = await server();
    const { heard } = await openFeed({ url: redis.url });
    await redis.cli('PUBLISH', 'feed:\0inv1\x000', Buffer.from('02', 'hex'));
    await eventually('it stands again', () => heard.events.length === 3 && heard.stands);
    expect(heard.events).toEqual(['standing', 'gap message', 'standing']);
  });

  it('a user who may not hear the channel never stands, and calls go on', async () => {
    const redis = await server({
      users: ['user default on nopass ~* &* +@all', 'user app on >pw ~* resetchannels +@all'],
    });
    const { feed, heard } = await openFeed({
      host: redis.host,
      port: redis.port,
      username: 'app',
      password: 'pw',
    });
    expect(heard.events).toEqual([]);
    expect(feed.status().masters).toMatchObject([{ standingSince: null }]);
  });

  it('a user who may not announce is told that the change was made all the same', async () => {
    const redis = await server({
      users: ['user default on nopass ~* &* +@all', 'user app on >pw ~* &* +@all -publish'],
    });
    const { feed, heard } = await openFeed({
      host: redis.host,
      port: redis.port,
      username: 'app',
      password: 'pw',
    });
    expect(heard.stands).toBe(false);
    await expect(feed.store.setValue('a', bytes, '1m')).rejects.toMatchObject({ outcome: 'unknown' });
    expect(String(await redis.cli('GET', 'feed:a'))).toBe('1');
  });

  it('a server without RESP3 is followed by pings', async () => {
    const redis = await server({ args: ['--rename-command', 'HELLO', ''] });
    const { feed, heard } = await openFeed({ url: redis.url });
    await eventually('there is a proof', () => heard.provenAt > 0);
    await feed.store.setValue('a', bytes, '1m');
    await eventually('the change is heard', () => heard.events.includes('keys a own'));
    expect(heard.events).toEqual(['standing', 'keys a own']);
  });

  it('a server that becomes a replica ends the stream', async () => {
    const redis = await server();
    const master = await server();
    const { heard } = await openFeed({ url: redis.url });
    await redis.cli('REPLICAOF', master.host, master.port);
    await eventually('the gap is seen', () => heard.events.includes('gap link'));
    expect(heard.stands).toBe(false);
    await redis.cli('REPLICAOF', 'NO', 'ONE');
    await eventually('it stands again', () => heard.stands);
  });

  it('a call that ends with an unknown outcome makes its late echo foreign', async () => {
    const redis = await server();
    const writer = await openFeed({ url: redis.url, commandTimeout: '200ms' });
    await writer.feed.store.setValue('a', bytes, '1m'); // The server knows the script from now on.
    await eventually('it is heard', () => writer.heard.events.includes('keys a own'));
    await redis.cli('CLIENT', 'PAUSE', '600', 'WRITE');
    await expect(writer.feed.store.setValue('a', bytes, '1m')).rejects.toMatchObject({ outcome: 'unknown' });
    await eventually('the change runs late', () => writer.heard.events.includes('keys a foreign'));
    await writer.feed.store.setValue('b', bytes, '1m');
    await eventually('the next one is its own', () => writer.heard.events.includes('keys b own'));
  });

  it('a feed that is closed opens nothing more, and hears nothing', async () => {
    const redis = await server();
    const { feed, heard, streams } = await onOwnPath(redis);
    await feed.close();
    await eventually('its link has ended', () => streams.connections === 0);
    heard.take();
    await feed.store.setValue('a', bytes, '1m');
    expect(heard.events).toEqual([]);
  });
});

/** Id of the client that carries commands. */
async function dataClient(redis: RedisServer): Promise<string> {
  const lines = (await redis.text('CLIENT', 'LIST')).split('\n');
  const line = lines.find(
    (each) =>
      / sub=0 /.test(each) &&
      / cmd=(publish|hello|evalsha|ping|client)/.test(each) &&
      / name=inversify/.test(each),
  );
  return /id=(\d+)/.exec(line ?? '')?.[1] ?? '';
}
