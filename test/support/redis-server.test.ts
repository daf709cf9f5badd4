import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'vitest';
import { settlesWithin } from './eventually.js';
import { RedisServer, type RedisServerOptions } from './redis-server.js';

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

  it('answers once it has started, and not any more once it has stopped', async () => {
    const server = await start();
    assert.equal(await server.cli('PING'), 'PONG');
    const pid = server.pid;
    assert.ok(pid !== undefined);
    await server.stop();
    assert.throws(() => process.kill(pid, 0));
    await assert.rejects(server.connect());
  });

  it('comes back empty on the same port after a kill', async () => {
    const server = await start();
    await server.cli('SET', 'a', '1');
    await server.kill();
    await assert.rejects(server.connect(), /ECONNREFUSED/);
    await server.restart();
    assert.equal(await server.cli('GET', 'a'), null);
  });

  it('answers nothing while it is frozen, and goes on afterwards', async () => {
    const server = await start();
    await server.cli('PING');
    server.freeze();
    const answer = server.cli('PING');
    await assert.rejects(settlesWithin(50, 'the PING', answer));
    server.thaw();
    assert.equal(await answer, 'PONG');
  });

  it('stops also while it is frozen', async () => {
    const server = await start();
    server.freeze();
    await server.stop();
    assert.equal(server.pid, undefined);
  });

  it('serves all slots of a cluster of its own, also after a restart', async () => {
    const server = await start({ cluster: true });
    assert.equal(await server.cli('SET', 'a', '1'), 'OK');
    await server.restart();
    assert.equal(await server.cli('SET', 'b', '1'), 'OK');
  });

  it('asks for its password', async () => {
    const server = await start({ password: 'p@ss' });
    assert.equal(await server.cli('PING'), 'PONG');
    assert.ok(server.url.includes('p%40ss'));
  });

  it('knows the users that it was given', async () => {
    const server = await start({
      users: ['user default on nopass ~* &* +@all', 'user app on >pw ~app:* +get'],
    });
    assert.match(String(await server.cli('ACL', 'LIST')), /user app on/);
  });
});
