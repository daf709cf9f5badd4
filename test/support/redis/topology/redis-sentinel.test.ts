import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { CertificateAuthority } from '../../network/certificates.js';
import type { RedisServer } from '../server/redis-server.js';
import { RespClient } from '../server/resp-client.js';
import { RedisSentinelRig } from './redis-sentinel.js';

describe('RedisSentinelRig', { timeout: 30_000 }, () => {
  it.concurrent('replicas follow the master, and the Sentinels know all of them', async () => {
    await using rig = await RedisSentinelRig.start();
    const master = await rig.master();
    assert.equal(master, rig.nodes[0]);
    await master.cli('SET', 'a', '1');
    assert.equal(await master.cli('WAIT', 2, 2000), 2);
    for (const replica of await rig.replicas()) {
      assert.equal(await replica.text('GET', 'a'), '1');
      await assert.rejects(replica.cli('SET', 'a', '2'), /READONLY/);
    }
    for (const { host, port } of rig.addresses) {
      const client = await RespClient.open({ host, port });
      const known = (await client.command('SENTINEL', 'SENTINELS', rig.name)) as unknown[];
      assert.equal(known.length, 2);
      client.close();
    }
  });

  it.concurrent('a failover on demand loses no data', async () => {
    await using rig = await RedisSentinelRig.start();
    const former = await rig.master();
    await former.cli('SET', 'a', '1');
    const master = await rig.failover();
    assert.notEqual(master, former);
    assert.equal(await master.text('GET', 'a'), '1');
    await assert.rejects(former.cli('SET', 'a', '2'), /READONLY/);
  });

  it.concurrent('a killed master is replaced, and follows the new one after its restart', async () => {
    await using rig = await RedisSentinelRig.start();
    const former = await rig.master();
    await former.kill();
    const master = await rig.masterAfter(former);
    await master.cli('SET', 'a', '1');
    await rig.restart(former);
    await rig.settled();
    assert.equal(await former.text('GET', 'a'), '1');
    assert.equal(await rig.master(), master);
  });

  it.concurrent('a frozen master is replaced, and accepts writes for a moment when thawed', async () => {
    await using rig = await RedisSentinelRig.start();
    const former = await rig.master();
    former.freeze();
    const master = await rig.masterAfter(former);
    former.thaw();
    assert.equal(await former.cli('SET', 'a', 'lost'), 'OK');
    await rig.settled();
    assert.equal(await rig.master(), master);
    assert.equal(await former.cli('GET', 'a'), null);
  });

  it.concurrent('two of three Sentinels fail over, and the third learns of it later', async () => {
    await using rig = await RedisSentinelRig.start();
    const [first, second] = rig.sentinels as [RedisServer, RedisServer];
    first.freeze();
    const former = await rig.master();
    await former.kill();
    const master = await rig.masterAfter(former);
    first.thaw();
    await second.kill();
    await Promise.all([rig.restart(second), rig.restart(former)]);
    await rig.settled();
    assert.equal(await rig.master(), master);
  });

  it.concurrent('nodes and Sentinels require passwords, and accept users', async () => {
    await using rig = await RedisSentinelRig.start({
      users: ['user default off', 'user app on >app-pw ~* &* +@all'],
      sentinelPassword: 'watch',
    });
    const [{ host, port }] = rig.addresses as [{ host: string; port: number }];
    const stranger = await RespClient.open({ host, port });
    await assert.rejects(stranger.command('SENTINEL', 'MASTERS'), /NOAUTH/);
    const friend = await RespClient.open({ host, port, password: 'watch' });
    assert.ok(await friend.command('SENTINEL', 'MASTERS'));
    const master = await rig.failover();
    const app = await RespClient.open({
      ...{ host: master.host, port: master.port },
      ...{ username: 'app', password: 'app-pw' },
    });
    assert.equal(await app.command('SET', 'a', '1'), 'OK');
    for (const client of [stranger, friend, app]) client.close();
  });

  it.concurrent('Sentinels can require a user while nodes require a password', async () => {
    await using rig = await RedisSentinelRig.start({
      password: 'p w',
      sentinelUsers: ['user default off', 'user app on >pw ~* &* +@all'],
    });
    const [{ host, port }] = rig.addresses as [{ host: string; port: number }];
    const app = await RespClient.open({ host, port, username: 'app', password: 'pw' });
    assert.ok(await app.command('SENTINEL', 'MASTERS'));
    app.close();
    await rig.failover();
  });

  it.concurrent('nodes and Sentinels speak TLS', async () => {
    using authority = new CertificateAuthority();
    await using rig = await RedisSentinelRig.start({
      tls: { ...authority.issue('node', 'IP:127.0.0.1'), ca: authority.cert },
    });
    const former = await rig.master();
    await former.cli('SET', 'a', '1');
    assert.equal(await (await rig.failover()).text('GET', 'a'), '1');
  });
});
