import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { defineScript } from '../../src/implements/redis/script.js';
import { RedisConnection, type RedisConnectionOptions } from '../../src/implements/redis/redis-connection.js';
import { ConnectionError, type OperationError } from '../../src/interfaces/errors.js';
import { eventually, settlesWithin } from '../support/eventually.js';
import { settlesInTime } from '../support/in-time.js';
import { RecordingLoggerSite } from '../support/recording-logger.js';
import { RedisServer, type RedisServerOptions } from '../support/redis-server.js';

/** What a call may take beyond its timeout. */
const SLACK_MS = 50;
const opened: { stop(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const resource of opened.splice(0).reverse()) await resource.stop();
});

async function server(options?: RedisServerOptions): Promise<RedisServer> {
  const redis = await RedisServer.start(options);
  opened.push(redis);
  return redis;
}

/** A listener that is not Redis, or not any more. */
async function listener(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const net: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => net.listen(0, '127.0.0.1', resolve));
  opened.push({
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => net.close(resolve));
    },
  });
  return (net.address() as { port: number }).port;
}

function connection(options: RedisConnectionOptions): { redis: RedisConnection; log: RecordingLoggerSite } {
  const log = new RecordingLoggerSite();
  const redis = new RedisConnection({ host: '127.0.0.1', loggerSite: log, ...options });
  opened.push({ stop: () => redis.close() });
  return { redis, log };
}

async function errorOf(promise: Promise<unknown>): Promise<ConnectionError | OperationError> {
  return promise.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error as ConnectionError,
  );
}

describe('a connection that opens', () => {
  it('is ready once the server has answered, and says so to those who listen', async () => {
    const { port } = await server();
    const { redis } = connection({ port });
    const seen: string[] = [];
    const stop = redis.on('status', (status) => seen.push(status));
    expect(redis.status).toBe('idle');
    await redis.start();
    expect(await redis.ping()).toBeGreaterThan(0);
    stop();
    await redis.close();
    expect(redis.status).toBe('closed');
    expect(seen).toEqual(['connecting', 'ready']);
  });

  it('uses host, port, database and user as they are given', async () => {
    const { port } = await server({ users: ['user app on >pass ~* +@all', 'user default off'] });
    const { redis } = connection({ port, db: 3, username: 'app', password: 'pass' });
    await redis.start();
    expect(String(await redis.execute(['ACL', 'WHOAMI']))).toBe('app');
    expect(String(await redis.execute(['CLIENT', 'INFO']))).toContain(' db=3 ');
    expect(redis.database).toBe(`redis://127.0.0.1:${port}/3`);
  });

  it('takes all of that from a URL', async () => {
    const { port } = await server({ users: ['user app on >p%40ss ~* +@all', 'user default off'] });
    const { redis } = connection({ host: undefined, url: `redis://app:p%2540ss@127.0.0.1:${port}/2` });
    await redis.start();
    expect(String(await redis.execute(['ACL', 'WHOAMI']))).toBe('app');
    expect(redis.database).toBe(`redis://127.0.0.1:${port}/2`);
  });

  it('answers binary strings as the bytes that they are', async () => {
    const { port } = await server();
    const { redis } = connection({ port });
    await redis.start();
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    await redis.execute(['SET', 'k', bytes]);
    expect(await redis.execute(['GET', 'k'])).toEqual(bytes);
  });

  it('runs a script that the server has forgotten', async () => {
    const { port } = await server();
    const { redis } = connection({ port });
    await redis.start();
    const script = defineScript("return redis.call('INCRBY', KEYS[1], ARGV[1])");
    expect(await redis.script(script, ['n'], ['2'])).toBe(2);
    await redis.execute(['SCRIPT', 'FLUSH']);
    expect(await redis.script(script, ['n'], ['3'])).toBe(5);
  });

  it('finds every key of a pattern', async () => {
    const { port } = await server();
    const { redis } = connection({ port });
    await redis.start();
    await Promise.all(Array.from({ length: 2500 }, (_, i) => redis.execute(['SET', `k${i}`, 'v'])));
    await redis.execute(['SET', 'other', 'v']);
    const found = new Set<string>();
    for await (const page of redis.scan('k*')) for (const key of page) found.add(key.toString());
    expect(found.size).toBe(2500);
  });

  it('refuses arguments that are no arguments, and harms nobody else by it', async () => {
    const { port } = await server();
    const { redis } = connection({ port });
    await redis.start();
    const [good, bad] = await Promise.allSettled([
      redis.execute(['PING']),
      redis.execute(['SET', 'k', 5 as unknown as string]),
    ]);
    expect(good.status).toBe('fulfilled');
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'E_ARGUMENT' } });
    await expect(redis.execute(['PING'], { timeout: '5 parsecs' as '5s' })).rejects.toMatchObject({
      code: 'E_ARGUMENT',
    });
  });

  it('waits for its own calls only: a refusal is the refused one’s', async () => {
    const { port } = await server();
    const { redis } = connection({ port });
    await redis.start();
    await redis.execute(['LPUSH', 'list', 'x']);
    const error = await errorOf(redis.execute(['GET', 'list']));
    expect(error).toMatchObject({ code: 'E_OPERATION_REFUSED', outcome: 'refused', reason: 'WRONGTYPE' });
    expect(await redis.execute(['PING'])).toBe('PONG');
  });
});

describe('a server that is not there', () => {
  it('leaves the connection trying, which refuses calls at once, and one line in the log', async () => {
    const { port } = await server();
    await opened.pop()?.stop();
    const { redis, log } = connection({ port });
    await redis.start();
    expect(redis.status).toBe('connecting');
    const began = performance.now();
    expect(await errorOf(redis.execute(['PING']))).toMatchObject({
      code: 'E_CONNECTION_REFUSED',
      outcome: 'not-sent',
    });
    expect(performance.now() - began).toBeLessThan(SLACK_MS);
    expect(log.of('warning')).toHaveLength(1);
    expect(log.records[0]?.message).toBe(
      `cannot reach redis://127.0.0.1:${port}/0: nobody listens there (ECONNREFUSED)`,
    );
  });

  it('is found when it comes, and that ends the incident', async () => {
    const redisServer = await server();
    await redisServer.kill();
    const { redis, log } = connection({ port: redisServer.port });
    await redis.start();
    await redisServer.restart();
    await eventually('the connection is ready', () => redis.status === 'ready', { withinMs: 2000 });
    expect(log.records.map(({ level }) => level)).toEqual(['warning', 'info']);
  });

  it('fails the start of a connection that is required, and closes it', async () => {
    const { port } = await server();
    await opened.pop()?.stop();
    const { redis } = connection({ port, required: true, connectTimeout: 200 });
    const error = await errorOf(settlesWithin(200 + 500, 'start', redis.start()));
    expect(error).toMatchObject({ code: 'E_CONNECTION_REFUSED', outcome: 'not-sent' });
    expect(redis.status).toBe('closed');
  });

  it('fails a required start in time, and without a warning of Node, when every attempt would take too long', async () => {
    const port = await listener(() => undefined);
    const warnings: string[] = [];
    const listen = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', listen);
    const { redis } = connection({ port, required: true, connectTimeout: 600 });
    const error = await errorOf(settlesInTime(600 + SLACK_MS, 'start', () => redis.start()));
    expect(error.message).toBe(`no connection to redis://127.0.0.1:${port}/0: no connection within 600 ms`);
    await opened.pop()?.stop();
    const closed = connection({ port: 1, required: true, connectTimeout: 1500 });
    await errorOf(closed.redis.start());
    process.off('warning', listen);
    expect(warnings).toEqual([]);
  });

  it('is waited for by a connection that is required, for as long as one attempt may take', async () => {
    const redisServer = await server();
    await redisServer.kill();
    const { redis } = connection({ port: redisServer.port, required: true, connectTimeout: 5000 });
    const started = redis.start();
    await redisServer.restart();
    await started;
    expect(redis.status).toBe('ready');
  });

  it.each([
    ['says nothing', () => undefined, 'E_CONNECTION_TIMEOUT', /within 200 ms/],
    [
      'speaks HTTP',
      (socket: Socket) => socket.on('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')),
      'E_CONNECTION_REFUSED',
      /not Redis/,
    ],
    [
      'hangs up',
      (socket: Socket) => socket.end(),
      'E_CONNECTION_REFUSED',
      /broke before Redis answered|ECONNRESET/,
    ],
  ])('is not mistaken for a listener that %s', async (_, behave, code, message) => {
    const port = await listener(behave as (socket: Socket) => void);
    const { redis, log } = connection({ port, connectTimeout: 200 });
    await settlesInTime(200 + SLACK_MS, 'start', () => redis.start());
    expect(redis.status).toBe('connecting');
    expect(log.of('warning')).toMatchObject([
      { message: expect.stringMatching(message), attributes: { code } },
    ]);
  });

  it.each([
    ['has no such database', { db: 99 }, {}, /no database of that number/],
    ['has reached its maxclients', {}, { args: ['--maxclients', '1'] }, /maxclients/],
  ])('says why when it %s', async (_, options, serverOptions, message) => {
    const redisServer = await server(serverOptions);
    const holder = 'args' in serverOptions ? await redisServer.connect() : undefined;
    const { redis, log } = connection({ port: redisServer.port, connectTimeout: 500, ...options });
    await settlesInTime(500 + SLACK_MS, 'start', () => redis.start());
    holder?.close();
    expect(log.of('warning')[0]?.message).toMatch(message);
  });

  it('is as good as away while it is LOADING', async () => {
    const port = await listener((socket) => {
      socket.on('data', (data) => {
        const loading = data.toString().includes('PING');
        socket.write(loading ? '-LOADING Redis is loading the dataset in memory\r\n' : '%0\r\n');
      });
    });
    const { redis, log } = connection({ port, connectTimeout: 500 });
    await redis.start();
    expect(redis.status).toBe('connecting');
    expect(log.of('warning')[0]?.message).toMatch(/LOADING/);
  });
});

describe('a server that goes', () => {
  it('is missed at once when it is killed, and calls in flight may have run', async () => {
    const redisServer = await server();
    const { redis, log } = connection({ port: redisServer.port });
    await redis.start();
    redisServer.freeze();
    const inFlight = errorOf(redis.execute(['INCR', 'n']));
    await new Promise((resolve) => setImmediate(resolve));
    await redisServer.kill();
    expect(await settlesInTime(SLACK_MS, 'the call', () => inFlight)).toMatchObject({
      code: 'E_CONNECTION_LOST',
      outcome: 'unknown',
    });
    await eventually('the loss is noticed', () => redis.status === 'connecting');
    expect(log.of('warning')).toHaveLength(1);
    await redisServer.restart();
    await eventually('the connection heals', () => redis.status === 'ready', { withinMs: 2000 });
    expect(await redis.execute(['GET', 'n'])).toBeNull();
  });

  it('keeps no call longer than its timeout when it is frozen, and then has none waiting', async () => {
    const redisServer = await server();
    const { redis } = connection({ port: redisServer.port, commandTimeout: 200 });
    await redis.start();
    redisServer.freeze();
    const began = performance.now();
    const calls = Array.from({ length: 200 }, () => errorOf(redis.execute(['GET', 'k'])));
    const errors = await Promise.all(calls);
    const tookMs = performance.now() - began;
    for (const error of errors) expect(error.outcome).toBe('unknown');
    expect(errors[0]?.code).toBe('E_OPERATION_TIMEOUT');
    expect(tookMs).toBeLessThan(200 + SLACK_MS);
    expect(redis.status).toBe('connecting');
    expect(await errorOf(redis.execute(['GET', 'k']))).toMatchObject({ outcome: 'not-sent' });
    redisServer.thaw();
    await eventually('the connection heals', () => redis.status === 'ready', { withinMs: 2000 });
  });

  it('is missed when it freezes while nobody calls', async () => {
    const redisServer = await server();
    const { redis } = connection({ port: redisServer.port, commandTimeout: 200 });
    await redis.start();
    redisServer.freeze();
    await eventually('the silence is noticed', () => redis.status === 'connecting', { withinMs: 3000 });
  });

  it('never runs later what failed as not sent', async () => {
    const redisServer = await server();
    const { redis } = connection({ port: redisServer.port, commandTimeout: 100 });
    await redis.start();
    redisServer.freeze();
    await errorOf(redis.execute(['INCR', 'sent']));
    const refused = await Promise.all(
      Array.from({ length: 50 }, () => errorOf(redis.execute(['INCR', 'unsent']))),
    );
    for (const error of refused) expect(error.outcome).toBe('not-sent');
    redisServer.thaw();
    await eventually('the connection heals', () => redis.status === 'ready');
    expect(await redis.execute(['GET', 'unsent'])).toBeNull();
  });

  it('is not given up for one slow command when others were answered meanwhile', async () => {
    const port = await listener((socket) => {
      socket.on('data', (data) => {
        const command = data.toString();
        if (command.includes('HELLO')) socket.write('%0\r\n');
        for (const _ of command.matchAll(/PING/g)) socket.write('+PONG\r\n');
      });
    });
    const { redis } = connection({ port, commandTimeout: 100 });
    await redis.start();
    const [answered, slow] = [redis.ping(), errorOf(redis.execute(['GET', 'slow']))];
    expect(await slow).toMatchObject({ code: 'E_OPERATION_TIMEOUT', outcome: 'unknown' });
    await answered;
    expect(redis.status).toBe('ready');
  });

  it('is not blamed for a pause of the application itself', async () => {
    const { port } = await server();
    const { redis, log } = connection({ port, commandTimeout: 100 });
    await redis.start();
    const calls = [redis.execute(['PING']), redis.execute(['ECHO', 'x'])];
    const end = performance.now() + 1000;
    while (performance.now() < end);
    await expect(Promise.all(calls)).resolves.toBeDefined();
    expect(redis.status).toBe('ready');
    expect(log.records).toEqual([]);
  });
});

describe('credentials', () => {
  it('that are refused are a state of their own, tried again slowly', async () => {
    const { port } = await server({ password: 'right' });
    const { redis, log } = connection({ port, password: 'wrong' });
    await redis.start();
    expect(redis.status).toBe('auth-failed');
    expect(await errorOf(redis.execute(['PING']))).toMatchObject({
      code: 'E_CONNECTION_AUTH',
      outcome: 'not-sent',
    });
    expect(log.of('warning')).toHaveLength(1);
  });

  it.each([
    ['a wrong password', 'wrong'],
    ['no password', undefined],
  ])('fail a required connection at once: %s', async (_, password) => {
    const { port } = await server({ password: 'right' });
    const { redis } = connection({ port, required: true, ...(password !== undefined && { password }) });
    expect(await errorOf(settlesWithin(1000, 'start', redis.start()))).toMatchObject({
      code: 'E_CONNECTION_AUTH',
    });
  });

  it('that were changed never let a command run as somebody else', async () => {
    const redisServer = await server({
      users: ['user default on nopass ~* +@all', 'user app on >old ~app:* +@all'],
    });
    const { redis } = connection({
      port: redisServer.port,
      username: 'app',
      password: 'old',
      commandTimeout: 200,
    });
    await redis.start();
    await redisServer.cli('ACL', 'SETUSER', 'app', 'resetpass', '>new');
    await redisServer.cli('CLIENT', 'KILL', 'USER', 'app');
    const writes: Promise<unknown>[] = [];
    await eventually('the new handshake is refused', () => {
      writes.push(redis.execute(['SET', 'other', 'written']).catch(() => undefined));
      return redis.status === 'auth-failed';
    });
    await Promise.all(writes);
    expect(await redisServer.cli('EXISTS', 'other')).toBe(0);
  });

  it('need no right to PING', async () => {
    const { port } = await server({ users: ['user default off', 'user app on >pw ~app:* +get +set'] });
    const { redis } = connection({ port, username: 'app', password: 'pw' });
    await redis.start();
    expect(redis.status).toBe('ready');
    expect(await errorOf(redis.execute(['GET', 'other']))).toMatchObject({ reason: 'NOPERM' });
  });
});

describe('a connection that closes', () => {
  it('rejects what is in flight and what comes, and may be closed again', async () => {
    const redisServer = await server();
    const { redis } = connection({ port: redisServer.port });
    await redis.start();
    redisServer.freeze();
    const inFlight = errorOf(redis.execute(['GET', 'k']));
    await settlesWithin(1000, 'close', redis.close());
    expect(await inFlight).toMatchObject({ code: 'E_DISPOSED', outcome: 'unknown' });
    expect(await errorOf(redis.execute(['GET', 'k']))).toMatchObject({
      code: 'E_DISPOSED',
      outcome: 'not-sent',
    });
    expect(await errorOf(redis.start())).toMatchObject({ code: 'E_DISPOSED' });
    await redis.close();
  });

  it('leaves no socket behind while it is still connecting', async () => {
    let connected = 0;
    let gone = 0;
    const port = await listener((socket) => {
      connected++;
      socket.resume().on('close', () => gone++);
    });
    const { redis } = connection({ port });
    const started = errorOf(redis.start());
    await eventually('the socket is open', () => connected === 1);
    await redis.close();
    expect(await started).toMatchObject({ code: 'E_DISPOSED' });
    await eventually('the socket is closed', () => gone === 1);
  });

  it('does not come back', async () => {
    const redisServer = await server();
    await redisServer.kill();
    const { redis } = connection({ port: redisServer.port });
    await redis.start();
    await redis.close();
    await redisServer.restart();
    const clients = String(await redisServer.cli('CLIENT', 'LIST'))
      .trim()
      .split('\n');
    expect(clients).toHaveLength(1); // Our own, that asks.
    expect(redis.status).toBe('closed');
  });

  it('can be opened and closed a hundred times', async () => {
    const redisServer = await server();
    for (let round = 0; round < 100; round++) {
      const { redis } = connection({ port: redisServer.port });
      const started = redis.start().catch((error: unknown) => expect(ConnectionError.is(error)).toBe(false));
      if (round % 2 === 0) await started;
      await redis.close();
      await started;
    }
    await eventually('every client has gone', async () => {
      const clients = String(await redisServer.cli('CLIENT', 'LIST'))
        .trim()
        .split('\n');
      return clients.length === 1;
    });
  });
});
