import { describe, expect, it } from 'vitest';
import { ConnectionError } from '../../../src/interfaces/errors.js';
import { connection, errorOf, listener, server } from '../../support/redis/stage/connection-rig.js';
import { eventually, settlesWithin } from '../../support/time/eventually.js';

describe('RedisConnection while it closes', () => {
  it('close rejects calls in flight and later calls, and may be called again', async () => {
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

  it('close during connecting leaves no socket behind', async () => {
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

  it('a closed connection does not reconnect', async () => {
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

  it('a hundred connections can be opened and closed in turn', async () => {
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
