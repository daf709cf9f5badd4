import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { afterEach, describe, it } from 'vitest';
import { freePort, isReserved } from '../../network/free-port.js';
import { eventually, settlesWithin } from '../../time/eventually.js';
import { RedisServer, type RedisServerOptions } from './redis-server.js';
import { RespClient } from './resp-client.js';

describe('RedisServer', () => {
  const servers: RedisServer[] = [];
  const start = async (options?: RedisServerOptions): Promise<RedisServer> => {
    const server = await RedisServer.start(options);
    servers.push(server);
    return server;
  };
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  it('the server answers once it has started, and no longer once it has stopped', async () => {
    const server = await start();
    assert.equal(await server.cli('PING'), 'PONG');
    const pid = server.pid;
    assert.ok(pid !== undefined);
    await server.stop();
    assert.throws(() => process.kill(pid, 0));
    await assert.rejects(server.connect());
  });

  it('a killed server restarts empty on the same port', async () => {
    const server = await start();
    await server.cli('SET', 'a', '1');
    await server.kill();
    await assert.rejects(server.connect(), /ECONNREFUSED/);
    await server.restart();
    assert.equal(await server.cli('GET', 'a'), null);
  });

  it('a restarted server waits for its port while another process holds it', async () => {
    const server = await start();
    await server.kill();
    const other = createServer().listen(server.port, server.host);
    await once(other, 'listening');
    const restarting = server.restart();
    await assert.rejects(settlesWithin(300, 'the restart', restarting));
    other.close();
    await restarting;
    assert.equal(await server.cli('PING'), 'PONG');
  });

  it('the port of a killed server is given to no other test', async () => {
    const server = await start();
    await server.kill();
    const others = await Promise.all(Array.from({ length: 50 }, () => freePort()));
    assert.ok(!others.includes(server.port));
    assert.ok(isReserved(server.port));
    await server.stop();
    assert.ok(!isReserved(server.port));
  });

  it('a restarted server does not load a file that a child of the previous one saved later', async () => {
    const server = await start();
    await server.cli('SET', 'a', '1');
    await server.save();
    const former = server.dataFile;
    const data = readFileSync(former);
    await server.restart();
    writeFileSync(former, data);
    await server.restart({ keepsData: true });
    assert.equal(await server.cli('GET', 'a'), null);
  });

  it('a frozen server answers nothing, and continues when it is thawed', async () => {
    const server = await start();
    await server.cli('PING');
    server.freeze();
    const answer = server.cli('PING');
    await assert.rejects(settlesWithin(50, 'the PING', answer));
    server.thaw();
    assert.equal(await answer, 'PONG');
  });

  it('a frozen server can be stopped', async () => {
    const server = await start();
    server.freeze();
    await server.stop();
    assert.equal(server.pid, undefined);
  });

  it('a server in cluster mode serves all slots, even after a restart', async () => {
    const server = await start({ cluster: true });
    assert.equal(await server.cli('SET', 'a', '1'), 'OK');
    await server.restart();
    assert.equal(await server.cli('SET', 'b', '1'), 'OK');
  });

  it('the server requires its password', async () => {
    const server = await start({ password: 'p@ss' });
    assert.equal(await server.cli('PING'), 'PONG');
    assert.ok(server.url.includes('p%40ss'));
  });

  it('the server knows its configured users', async () => {
    const server = await start({
      users: ['user default on nopass ~* &* +@all', 'user app on >pw ~app:* +get'],
    });
    assert.match(String(await server.cli('ACL', 'LIST')), /user app on/);
  });

  it('the connection of the test is renewed when the server has ended it', async () => {
    const server = await start();
    const other = await server.connect();
    await server.cli('PING');
    await other.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await eventually('it answers again', async () => (await server.cli('PING')) === 'PONG');
    other.close();
  });

  it('the server restarts with its saved data when configured to', async () => {
    const server = await start();
    await server.cli('SET', 'a', '1');
    await server.save();
    await server.restart({ keepsData: true });
    assert.equal(await server.text('GET', 'a'), '1');
    await server.restart();
    assert.equal(await server.cli('GET', 'a'), null);
  });

  for (const cluster of [false, true]) {
    it(`the server stays in LOADING for the configured time${cluster ? ', in a cluster too' : ''}`, async () => {
      const server = await start({ cluster, password: 'secret' });
      await server.cli('SET', 'a', '1');
      const finish = await server.restartLoading();
      // While loading, a cluster has no slots, and reports that first.
      for (let looks = 0; looks < 3; looks += 1) {
        await assert.rejects(server.cli('GET', 'a'), cluster ? /CLUSTERDOWN|LOADING/ : /^Error: LOADING /);
        await assert.rejects(server.cli('PING'), /^Error: LOADING /);
      }
      await finish();
      assert.equal(await server.text('GET', 'a'), '1');
      assert.equal(await server.cli('DBSIZE'), 1);
    }, 30_000);
  }

  it('the server accepts the configured number of clients', async () => {
    const server = await start();
    await server.configure('maxclients', 2);
    const second = await server.answering();
    const third = await server.connect();
    await assert.rejects(third.command('PING'));
    await server.configure('maxclients', 10);
    const fourth = await server.answering();
    assert.equal(await fourth.command('PING'), 'PONG');
    for (const client of [second, third, fourth]) client.close();
  });

  it('the server listens on a Unix socket', async () => {
    const server = await start({ unixSocket: true });
    const socket = connect(server.path);
    const [answer] = await Promise.all([once(socket, 'data'), socket.write('PING\r\n')]);
    assert.equal(String(answer[0]), '+PONG\r\n');
    socket.destroy();
  });

  it('users, passwords and access can change while the server runs', async () => {
    const server = await start({ password: 'first' });
    const old = await server.connect();
    await server.setPassword('second');
    assert.equal(await old.command('PING'), 'PONG');
    assert.ok(Number(await server.dropConnections()) >= 1);
    await eventually('the old connection has ended', () => old.isClosed);
    const renewed = await server.connect();
    await server.setUser('app', 'on', '>one', '~app:*', '+get');
    const app = { host: server.host, port: server.port, username: 'app' };
    const user = await RespClient.open({ ...app, password: 'one' });
    await server.setUser('app', 'on', '>two', '~app:*', '+get');
    await assert.rejects(RespClient.open({ ...app, password: 'one' }), /WRONGPASS/);
    assert.equal(await user.command('GET', 'app:a'), null);
    assert.equal(await server.dropConnections('app'), 1);
    for (const client of [old, renewed, user]) client.close();
  });

  it('a test inspects the server as another user when the default user is disabled', async () => {
    const login = { username: 'rig', password: 'pw' };
    const server = await start({ users: ['user default off', 'user rig on >pw ~* &* +@all'], login });
    assert.equal(await server.text('ACL', 'WHOAMI'), 'rig');
    await server.restart();
    assert.equal(await server.text('ACL', 'WHOAMI'), 'rig');
  });

  it('the server keeps a rewritten configuration when configured to', async () => {
    const server = await start({ keepsConfig: true, password: 'a "b" c' });
    await server.configure('maxclients', 77);
    await server.cli('CONFIG', 'REWRITE');
    await server.restart();
    assert.equal(String(((await server.cli('CONFIG', 'GET', 'maxclients')) as Buffer[])[1]), '77');
  });

  it('the server can be stopped while a test waits to connect', async () => {
    const server = await start({ password: 'pw' });
    server.freeze();
    assert.equal(server.isAlive, false);
    const lost = server.cli('PING').catch((error: unknown) => error);
    await server.stop();
    assert.ok((await lost) instanceof Error);
  });
});
