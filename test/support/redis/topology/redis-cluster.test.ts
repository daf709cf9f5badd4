import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import { CertificateAuthority } from '../../network/certificates.js';
import { eventually } from '../../time/eventually.js';
import type { RedisServer } from '../server/redis-server.js';
import { redisMajor } from '../server/redis-version.js';
import { RespClient, type RespReply } from '../server/resp-client.js';
import { announcements, RedisClusterRig } from './redis-cluster.js';

describe('RedisClusterRig', { timeout: 30_000 }, () => {
  /** Address of the first slots, according to the first node. */
  async function firstHome(rig: RedisClusterRig): Promise<[host: string | null, port: number]> {
    const [node] = rig.nodes as [RedisServer];
    const [range] = (await node.cli('CLUSTER', 'SLOTS')) as [RespReply[]];
    const [host, port] = range[2] as [Buffer | null, number];
    return [host === null ? null : String(host), port];
  }

  it.concurrent('the cluster has three masters that redirect clients to each other', async () => {
    await using rig = await RedisClusterRig.start();
    assert.equal(rig.nodes.length, 3);
    for (const node of rig.nodes) {
      const key = await rig.keyAt(node);
      assert.equal(await rig.masterOf(key), node);
      const moved = new RegExp(`MOVED ${await rig.slotOf(key)} .*:${node.port}`);
      for (const other of rig.nodes) {
        if (other === node) assert.equal(await other.cli('SET', key, '1'), 'OK');
        else await assert.rejects(other.cli('SET', key, '1'), moved);
      }
    }
  });

  it.concurrent('a slot moves step by step, with ASK and TRYAGAIN during the move', async () => {
    await using rig = await RedisClusterRig.start();
    const [from, to] = rig.nodes as [RedisServer, RedisServer];
    const tag = await rig.keyAt(from);
    const [one, other] = [`{${tag}}1`, `{${tag}}2`];
    await from.cli('MSET', one, '1', other, '2');
    const slot = await rig.slotOf(tag);
    const move = await rig.beginMove(slot, to);
    assert.equal(await from.text('GET', one), '1');
    await assert.rejects(from.cli('GET', `{${tag}}3`), new RegExp(`ASK ${slot} .*:${to.port}`));
    assert.equal(await move.moveKeys([one]), 1);
    // Redis 6.2 answers ASK as soon as one of the keys has moved.
    await assert.rejects(from.cli('MGET', one, other), redisMajor() < 7 ? /ASK/ : /TRYAGAIN/);
    await assert.rejects(from.cli('GET', one), /ASK/);
    await assert.rejects(to.cli('GET', one), /MOVED/);
    await to.cli('ASKING');
    assert.equal(await to.text('GET', one), '1');
    await move.finish();
    await rig.settled();
    assert.equal(await rig.masterOf(slot), to);
    assert.equal(await to.text('GET', other), '2');
    await assert.rejects(from.cli('GET', other), /MOVED/);
  });

  it.concurrent('slots move with their keys, and a slot already in place stays', async () => {
    await using rig = await RedisClusterRig.start();
    const [from, to] = rig.nodes as [RedisServer, RedisServer];
    const slots = await rig.moveSlots(from, to, 50);
    assert.deepEqual([slots[0], slots.length], [0, 50]);
    assert.equal(await rig.masterOf(49), to);
    assert.equal(await rig.masterOf(50), from);
    await (await rig.beginMove(50, to)).cancel();
    await rig.settled();
    assert.equal(await rig.masterOf(50), from);
  });

  // Redis 6.2 does not lose messages on demand.
  if (redisMajor() >= 7)
    it.concurrent('slots that move to and fro have one owner, although nodes hear late of each other', async () => {
      await using rig = await RedisClusterRig.start({ args: ['--cluster-link-sendbuf-limit', '1'] });
      const [home] = rig.nodes as [RedisServer];
      const keys = await Promise.all(['a', 'b', 'c'].map((prefix) => rig.keyAt(home, prefix)));
      for (let round = 0; round < 40; round++) {
        const key = keys[round % 3] as string;
        const slot = await rig.slotOf(key);
        const from = await rig.masterOf(slot);
        const to = rig.nodes.filter((node) => node !== from)[round % 7 === 0 ? 1 : 0] as RedisServer;
        await rig.moveSlots(from, to, [slot]);
        for (const node of rig.nodes) {
          if (node === to) assert.equal(await node.cli('GET', key), null);
          else await assert.rejects(node.cli('GET', key), new RegExp(`MOVED ${slot} .*:${to.port}`));
        }
      }
    });

  it.concurrent('a replica replaces a killed master, which follows it after its restart', async () => {
    await using rig = await RedisClusterRig.start({ replicas: 1 });
    const former = rig.nodes[0] as RedisServer;
    const replica = await rig.replicaOf(former);
    const key = await rig.keyAt(former);
    await former.cli('SET', key, '1');
    await former.kill();
    assert.equal(await rig.masterAfter(former, key), replica);
    assert.equal(await replica.text('GET', key), '1');
    await former.restart();
    await rig.settled();
    assert.equal(await rig.replicaOf(key), former);
  });

  it.concurrent('a replica replaces a frozen master, which follows it when thawed', async () => {
    await using rig = await RedisClusterRig.start({ replicas: 1, nodeTimeoutMs: 1000 });
    const former = rig.nodes[1] as RedisServer;
    const key = await rig.keyAt(former);
    former.freeze();
    const master = await rig.masterAfter(former, key);
    former.thaw();
    await rig.settled();
    assert.equal(await rig.masterOf(key), master);
    await assert.rejects(former.cli('SET', key, '1'), /MOVED/);
  });

  it.concurrent('a replica takes over on demand', async () => {
    await using rig = await RedisClusterRig.start({ replicas: 1 });
    const former = rig.nodes[2] as RedisServer;
    const key = await rig.keyAt(former);
    const replica = await rig.replicaOf(key);
    await rig.failover(replica);
    assert.equal(await rig.masterOf(key), replica);
    assert.equal(await rig.replicaOf(key), former);
  });

  it.concurrent('the cluster is down as a whole without one master, until that master returns', async () => {
    await using rig = await RedisClusterRig.start({ nodeTimeoutMs: 500 });
    const [first, second] = rig.nodes as [RedisServer, RedisServer];
    const key = await rig.keyAt(second);
    await first.kill();
    await eventually('the others notice', () =>
      second.cli('GET', key).then(
        () => false,
        (error) => /CLUSTERDOWN/.test(error),
      ),
    );
    await first.restart();
    await rig.settled();
    assert.equal(await second.cli('GET', key), null);
  });

  for (const [how, options] of [
    ['a password', { password: 'p w' }],
    ['users, and TLS', { users: ['user default off', 'user app on >pw ~* &* +@all'] }],
  ] as const) {
    it.concurrent(`the cluster requires ${how}`, async () => {
      using authority = new CertificateAuthority();
      const ca = authority.cert;
      const tls = 'users' in options ? { ...authority.issue('node', 'IP:127.0.0.1'), ca } : undefined;
      await using rig = await RedisClusterRig.start({ ...options, ...(tls && { tls }), replicas: 1 });
      const [from, to] = rig.nodes as [RedisServer, RedisServer];
      const key = await rig.keyAt(from);
      const address = { host: from.host, port: from.port, ...(tls && { tls: { ca: readFileSync(ca) } }) };
      const stranger = await RespClient.open(address);
      await assert.rejects(stranger.command('GET', key), /NOAUTH/);
      stranger.close();
      await from.cli('SET', key, '1');
      await (await rig.beginMove(await rig.slotOf(key), to)).finish();
      assert.equal(await to.text('GET', key), '1');
    });
  }

  it.concurrent('the cluster announces proxies in front of its nodes', async () => {
    await using rig = await RedisClusterRig.start({ announce: 'proxies', replicas: 1 });
    const [node] = rig.nodes as [RedisServer];
    assert.deepEqual(rig.addresses[0], { host: '127.0.0.1', port: rig.proxies[0]?.port });
    assert.deepEqual(await firstHome(rig), ['127.0.0.1', rig.proxies[0]?.port]);
    await node.restart();
    await rig.settled();
    assert.deepEqual(await firstHome(rig), ['127.0.0.1', rig.proxies[0]?.port]);
  });

  if (announcements().length > 1) {
    it.concurrent('the cluster announces names that only natMap can resolve', async () => {
      await using rig = await RedisClusterRig.start({ announce: 'hidden' });
      const [node] = rig.nodes as [RedisServer];
      assert.deepEqual(await firstHome(rig), ['node-0.hidden.test', node.port]);
      assert.deepEqual(rig.natMap[`node-0.hidden.test:${node.port}`], { host: node.host, port: node.port });
    });

    it.concurrent('the cluster announces ports without addresses', async () => {
      await using rig = await RedisClusterRig.start({ announce: 'unknown' });
      assert.deepEqual(await firstHome(rig), [null, rig.nodes[0]?.port]);
    });
  }
});
