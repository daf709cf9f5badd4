import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { ComponentSite } from '../../../src/implements/site/component-site.js';
import { ComponentSiteBuilder } from '../../../src/implements/site/component-site-builder.js';
import { ICache } from '../../../src/interfaces/cache.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { connection, errorOf, listener, opened, server } from '../../support/redis/stage/connection-rig.js';
import { eventually } from '../../support/time/eventually.js';

/** Clients of a server that our connections have named, as maps of the fields of CLIENT LIST. */
function ours(list: string): Map<string, string>[] {
  const fieldsOf = (line: string) =>
    new Map(line.split(' ').map((field) => [field.replace(/=.*/s, ''), field.replace(/^[^=]*=/, '')]));
  return list
    .split('\n')
    .map(fieldsOf)
    .filter((client) => client.get('name') === 'inversify-cache');
}

describe('effects of a connection at its server', () => {
  it('two databases of one server keep apart in one site, under the same prefix', async () => {
    const redis = await server();
    const site = new ComponentSite();
    opened.push({ stop: () => site.close() });
    const declared = [0, 5].map(
      (db) =>
        `- {class: RedisCache, entries: [{interface: ICache, name: "${db}"}], port: ${redis.port}, host: 127.0.0.1, db: ${db}, prefix: "app:"}`,
    );
    await new ComponentSiteBuilder().loads(site, declared.join('\n'));
    const [none, five] = ['0', '5'].map((name) => site.getComponent(ICache, name)) as [ICache, ICache];
    await none.setValue('k', Buffer.from('in 0'), '1m');
    await five.setValue('k', Buffer.from('in 5'), '1m');
    await five.setValue('only', Buffer.from('in 5'), '1m');
    expect(String(await none.getValue('k'))).toBe('in 0');
    expect(await none.getValue('only')).toBeNull();
    expect(await redis.text('INFO', 'keyspace')).toMatch(/db0:keys=1,.*db5:keys=2,/s);
    await five.clear();
    expect(String(await none.getValue('k'))).toBe('in 0');
    expect(await redis.text('INFO', 'keyspace')).toMatch(/db0:keys=1,(?!.*db5)/s);
  });

  it.each([
    ['of a server', 3, ({ port }: { port: number }) => `redis://127.0.0.1:${port}/3`],
    ['of a socket', 4, ({ path }: { path: string }) => `unix://${path}?db=4`],
  ])('every link of a connection is in the database of the URL %s', async (_, db, urlOf) => {
    const redisServer = await server({ unixSocket: true });
    const { redis } = connection({ host: undefined, url: urlOf(redisServer), dataConnections: 2 });
    await redis.start();
    await redis.execute(['SET', 'shared', 'v']);
    await redis.execute(['SET', 'shared too', 'v']);
    await redis.transaction([['SET', 'transacted', 'v']]);
    await using _subscription = await redis.subscribe({ channel: 'news' }, () => undefined);
    const clients = ours(await redisServer.text('CLIENT', 'LIST'));
    expect(clients.length).toBeGreaterThanOrEqual(4);
    expect([...new Set(clients.map((client) => client.get('db')))]).toEqual([String(db)]);
    expect(await redisServer.text('INFO', 'keyspace')).toMatch(
      new RegExp(`^# Keyspace\\r\\ndb${db}:keys=3,[^\\r]*\\r\\n$`),
    );
  });

  it('a cache and a connection that were constructed and not started open no socket', async () => {
    let sockets = 0;
    const port = await listener(() => (sockets += 1));
    const cache = new RedisCache({ port, prefix: 'app:', loggerSite: new RecordingLoggerSite() });
    const { redis } = connection({ port });
    expect(await cache.getValue('k')).toBeNull();
    expect((await errorOf(redis.ping())).code).toBe('E_CONNECTION_REFUSED');
    await cache.close();
    expect(sockets).toBe(0);
  });

  it('a connection that is switched off opens no socket', async () => {
    let sockets = 0;
    const port = await listener(() => (sockets += 1));
    const at = { host: '127.0.0.1', port };
    const ways = [
      { ...at },
      { ...at, required: true },
      { host: undefined, sentinels: [at], name: 'main' },
      { host: undefined, nodes: [at] },
    ];
    for (const way of ways) {
      const { redis } = connection({ fromEnv: true, env: { ENABLE_REDIS: 'false' }, ...way });
      await redis.start();
      expect(await errorOf(redis.ping())).toMatchObject({ outcome: 'not-sent' });
      expect(await errorOf(redis.subscribe({ channel: 'news' }, () => undefined))).toMatchObject({
        outcome: 'not-sent',
      });
      await redis.health();
      await redis.close();
    }
    // One that is opened last is also accepted last.
    const last = connect(port, '127.0.0.1');
    await eventually('the listener has accepted', () => sockets > 0);
    last.destroy();
    expect(sockets).toBe(1);
  });

  it.each([
    ['says nothing', ''],
    ['answers in plain text', '-ERR unknown command\r\n'],
  ])('nothing but a ClientHello reaches a plain port under TLS, which %s', async (_, answer) => {
    const heard: Buffer[][] = [];
    const port = await listener((socket) => {
      const chunks: Buffer[] = [];
      heard.push(chunks);
      socket.on('data', (chunk) => {
        chunks.push(chunk);
        if (answer !== '') socket.write(answer);
      });
    });
    const access = { username: 'someone', password: 'canary-of-a-test', tls: { insecure: true } };
    const { redis } = connection({ port, ...access, connectTimeout: 400 });
    await redis.start();
    await errorOf(redis.execute(['SET', 'canary', 'canary']));
    await eventually(
      'it has tried twice',
      () => heard.length >= 2 && heard.every((chunks) => chunks.length > 0),
    );
    await redis.close();
    for (const chunks of heard) {
      const bytes = Buffer.concat(chunks);
      // Record of a handshake (22), a ClientHello (1); then nothing, or an alert (21) about the plain text.
      const end = 5 + bytes.readUInt16BE(3);
      expect([bytes[0], bytes[1], bytes[5]]).toEqual([22, 3, 1]);
      const rest = bytes.subarray(end);
      if (rest.length > 0) expect([rest[0], rest.length]).toEqual([21, 7]);
      expect(bytes.includes('canary')).toBe(false);
    }
  });

  it('five silent seconds leave a subscription alive, on the same link', async () => {
    const redisServer = await server();
    const { redis } = connection({ port: redisServer.port });
    await redis.start();
    const heard: string[] = [];
    const gaps: unknown[] = [];
    await redis.subscribe({ channel: 'news' }, ({ payload }) => heard.push(String(payload)), {
      onGap: (gap) => gaps.push(gap),
    });
    const subscriber = async () => ours(await redisServer.text('CLIENT', 'LIST', 'TYPE', 'pubsub'))[0];
    const before = await subscriber();
    // The age of a link at the server is the condition: nobody can advance the clock of a socket.
    const isOld = async () => Number((await subscriber())?.get('age')) >= 6;
    await eventually('the link is 6 s old', isOld, { withinMs: 20_000, everyMs: 250 });
    expect((await subscriber())?.get('id')).toBe(before?.get('id'));
    expect([heard, gaps]).toEqual([[], []]);
    await redisServer.cli('PUBLISH', 'news', 'hello');
    await eventually('the message has come', () => heard.length === 1);
  }, 40_000);

  it('info of a user who may not run it names the access rules', async () => {
    const redisServer = await server({
      users: ['user default on nopass ~* &* +@all', 'user limited on >pw ~* &* +@all -info'],
    });
    const { redis } = connection({ port: redisServer.port, username: 'limited', password: 'pw' });
    await redis.start();
    for (const section of [undefined, 'memory']) {
      expect(await errorOf(redis.info(section))).toMatchObject({
        code: 'E_OPERATION_REFUSED',
        outcome: 'refused',
        reason: 'NOPERM',
        message: expect.stringMatching(/^Redis refused: NOPERM: .*access rules \(ACL\)/),
      });
    }
  });
});
