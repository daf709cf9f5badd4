import dns from 'node:dns';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TcpProxy } from '../../support/network/tcp-proxy.js';
import { connection, errorOf, listener, opened, server } from '../../support/redis/stage/connection-rig.js';
import { settlesInTime } from '../../support/time/in-time.js';

/** A name that no resolver knows. */
const NAME = 'redis.test.invalid';

afterEach(() => vi.restoreAllMocks());

/** Lets the name lead to these addresses, in this order. */
function resolves(...addresses: readonly string[]): void {
  const found = addresses.map((address) => ({ address, family: 4 }));
  vi.spyOn(dns, 'lookup').mockImplementation(((_: string, __: unknown, done: (...of: unknown[]) => void) =>
    setImmediate(() => done(null, found))) as unknown as typeof dns.lookup);
}

/** Keeps the event loop busy, as a computation of the application does. */
function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** A door to a server at another address, on the same port. */
async function door(host: string, port: number, target: number): Promise<void> {
  const sockets = new Set<Socket>();
  const doorway = createServer((socket) => {
    const inner = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [socket, inner],
      [inner, socket],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => doorway.listen(port, host, resolve));
  opened.push({
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => doorway.close(resolve));
    },
  });
}

describe('opening of a link', () => {
  it('a good address far away is not given up for a dead one', async () => {
    const redisServer = await server();
    const proxy = await TcpProxy.start(redisServer);
    opened.push({ stop: () => proxy.close() });
    proxy.delay('down', 300);
    resolves('127.0.0.1', '127.0.0.2');
    const { redis } = connection({ host: NAME, port: proxy.port, commandTimeout: '5s' });
    await redis.start();
    expect(redis.status).toBe('ready');
    expect(await redis.transaction([['INCR', 'n']])).toEqual([1]);
    expect(proxy.accepted).toBe(2);
  });

  it('an address that never answers does not keep a link from the next one', async () => {
    const redisServer = await server();
    const silent = await listener(() => undefined);
    await door('127.0.0.2', silent, redisServer.port);
    resolves('127.0.0.1', '127.0.0.2');
    const { redis } = connection({ host: NAME, port: silent });
    await settlesInTime(1000, 'start', () => redis.start());
    expect(redis.status).toBe('ready');
  });

  it('every address is tried, and one error tells that none answers', async () => {
    resolves('127.0.0.1', '127.0.0.2', '127.0.0.3');
    const { redis } = connection({ host: NAME, port: 1 });
    await settlesInTime(1000, 'start', () => redis.start());
    const error = await errorOf(redis.execute(['PING']));
    expect(error).toMatchObject({ code: 'E_CONNECTION_REFUSED', outcome: 'not-sent' });
    expect(error.message).toContain('nothing listens there');
  });

  it('a name that is not known is refused with a reason', async () => {
    const { redis } = connection({ host: NAME, port: 1 });
    await redis.start();
    expect((await errorOf(redis.execute(['PING']))).message).toContain('no such host');
  });

  it('an event loop that is busy while a link opens uses up no connectTimeout', async () => {
    const redisServer = await server();
    const port = await listener((socket) => {
      block(300);
      const inner = connect(redisServer.port, redisServer.host);
      opened.push({ stop: async () => inner.destroy() });
      inner.on('error', () => undefined);
      socket.pipe(inner);
      inner.pipe(socket);
    });
    const { redis } = connection({ port, connectTimeout: 250 });
    const started = redis.start();
    setImmediate(() => block(300));
    await started;
    expect(redis.status).toBe('ready');
  });
});
