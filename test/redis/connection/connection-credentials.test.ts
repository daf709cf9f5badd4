import { describe, expect, it } from 'vitest';
import { connection, errorOf, server } from '../../support/redis/stage/connection-rig.js';
import { eventually, settlesWithin } from '../../support/time/eventually.js';

describe('credentials of RedisConnection', () => {
  it.each([
    [{ username: 'app' }, 'username'],
    [{ username: 'app', password: '' }, 'username'],
    [{ host: undefined, url: 'redis://app@localhost' }, 'url'],
  ])(
    'a user name without a password is refused, because calls would run as the default user: %j',
    (options, path) => {
      expect(() => connection(options)).toThrow(
        `options of RedisConnection: ${path}: a user name requires a password`,
      );
    },
  );

  it('refused credentials have their own status, and are retried slowly', async () => {
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
  ])('refused credentials fail a required connection at once: %s', async (_, password) => {
    const { port } = await server({ password: 'right' });
    const { redis } = connection({ port, required: true, ...(password !== undefined && { password }) });
    expect(await errorOf(settlesWithin(1000, 'start', redis.start()))).toMatchObject({
      code: 'E_CONNECTION_AUTH',
    });
  });

  it('changed credentials never let a command run as another user', async () => {
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

  it('a user without the right to PING can connect', async () => {
    const { port } = await server({ users: ['user default off', 'user app on >pw ~app:* +get +set'] });
    const { redis } = connection({ port, username: 'app', password: 'pw' });
    await redis.start();
    expect(redis.status).toBe('ready');
    expect(await errorOf(redis.execute(['GET', 'other']))).toMatchObject({ reason: 'NOPERM' });
  });
});
