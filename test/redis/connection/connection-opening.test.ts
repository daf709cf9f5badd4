import { describe, expect, it } from 'vitest';
import { defineScript } from '../../../src/implements/redis/commands/script.js';
import type { RedisConnectionOptions } from '../../../src/implements/redis/redis-connection-options.js';
import { connection, errorOf, server } from '../../support/redis/stage/connection-rig.js';
import { eventually } from '../../support/time/eventually.js';

describe('RedisConnection while it opens', () => {
  it('a connection is ready once the server has answered, and tells its listeners', async () => {
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

  it('all clients share one class of node-redis, because building the class takes tens of milliseconds', async () => {
    const { port } = await server();
    const classOf = async (options: RedisConnectionOptions): Promise<unknown> => {
      const { redis } = connection(options);
      await redis.start();
      return (redis.client as object).constructor;
    };
    const first = await classOf({ port, clientName: 'one' });
    expect(first).toBeTypeOf('function');
    expect(await classOf({ port, clientName: 'another', db: 1 })).toBe(first);
  });

  it('a connection uses the given host, port, database and user', async () => {
    const { port } = await server({ users: ['user app on >pass ~* +@all', 'user default off'] });
    const { redis } = connection({ port, db: 3, username: 'app', password: 'pass' });
    await redis.start();
    expect(String(await redis.execute(['ACL', 'WHOAMI']))).toBe('app');
    expect(String(await redis.execute(['CLIENT', 'INFO']))).toContain(' db=3 ');
    expect(redis.database).toBe(`redis://127.0.0.1:${port}/3`);
  });

  it('a connection takes host, port, database and user from a URL', async () => {
    const { port } = await server({ users: ['user app on >p%40ss ~* +@all', 'user default off'] });
    const { redis } = connection({ host: undefined, url: `redis://app:p%2540ss@127.0.0.1:${port}/2` });
    await redis.start();
    expect(String(await redis.execute(['ACL', 'WHOAMI']))).toBe('app');
    expect(redis.database).toBe(`redis://127.0.0.1:${port}/2`);
  });

  it('an opened connection returns binary strings as bytes', async () => {
    const { port } = await server();
    const { redis } = connection({ port });
    await redis.start();
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    await redis.execute(['SET', 'k', bytes]);
    expect(await redis.execute(['GET', 'k'])).toEqual(bytes);
  });

  it('an opened connection runs a script that the server has forgotten', async () => {
    const { port } = await server();
    const { redis } = connection({ port });
    await redis.start();
    const script = defineScript("return redis.call('INCRBY', KEYS[1], ARGV[1])");
    expect(await redis.script(script, ['n'], ['2'])).toBe(2);
    await redis.execute(['SCRIPT', 'FLUSH']);
    expect(await redis.script(script, ['n'], ['3'])).toBe(5);
  });

  it('scan of an opened connection finds every key of a pattern', async () => {
    const { port } = await server();
    const { redis } = connection({ port });
    await redis.start();
    await Promise.all(Array.from({ length: 2500 }, (_, i) => redis.execute(['SET', `k${i}`, 'v'])));
    await redis.execute(['SET', 'other', 'v']);
    const found = new Set<string>();
    for await (const page of redis.scan('k*')) for (const key of page) found.add(key.toString());
    expect(found.size).toBe(2500);
  });

  it('an invalid argument is refused, without effect on other calls', async () => {
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

  it.each([
    [[]],
    ['PING'],
    [undefined],
    [['MULTI']],
    [['select', '5']],
    [['SUBSCRIBE', 'channel']],
    [['CLIENT', 'reply', 'SKIP']],
    [[Buffer.from('MONITOR')]],
  ])('a call that would mix up the answers of callers is refused: %j', async (command) => {
    const { port } = await server();
    const { redis } = connection({ port });
    await redis.start();
    await Promise.all([redis.execute(['SET', 'a', '1']), redis.execute(['SET', 'b', '2'])]);
    const [bad, a, b] = await Promise.allSettled([
      redis.execute(command as string[]),
      redis.execute(['GET', 'a']),
      redis.execute(['GET', 'b']),
    ]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'E_ARGUMENT' } });
    expect([a, b].map((result) => String((result as PromiseFulfilledResult<unknown>).value))).toEqual([
      '1',
      '2',
    ]);
  });

  it('maps are answered as flat lists of pairs, whatever their fields are called', async () => {
    const { port } = await server();
    const { redis } = connection({ port });
    await redis.start();
    await redis.execute(['HSET', 'h', '__proto__', 'x', 'a', 'y']);
    expect(((await redis.execute(['HGETALL', 'h'])) as Buffer[]).map(String)).toEqual([
      '__proto__',
      'x',
      'a',
      'y',
    ]);
  });

  it('a command is sent as it was when the call was made', async () => {
    const { port } = await server();
    const { redis } = connection({ port });
    await redis.start();
    const command = ['SET', 'k', 'before'];
    const call = redis.execute(command);
    command[2] = 'after';
    await call;
    expect(String(await redis.execute(['GET', 'k']))).toBe('before');
  });

  it('every listener is called, even when one of them fails', async () => {
    const { port } = await server();
    const { redis, log } = connection({ port });
    const seen: string[] = [];
    const listener = (status: string): void => void seen.push(status);
    const stop = [redis.on('status', listener), redis.on('status', listener)];
    redis.on('status', () => {
      throw new Error('at once');
    });
    redis.on('status', async () => {
      throw new Error('later');
    });
    stop[0]?.();
    await redis.start();
    expect(seen).toEqual(['connecting', 'ready']);
    await eventually('both failures are in the log', () => log.of('error').length === 4);
  });

  it('a refusal rejects only the refused call', async () => {
    const { port } = await server();
    const { redis } = connection({ port });
    await redis.start();
    await redis.execute(['LPUSH', 'list', 'x']);
    const error = await errorOf(redis.execute(['GET', 'list']));
    expect(error).toMatchObject({ code: 'E_OPERATION_REFUSED', outcome: 'refused', reason: 'WRONGTYPE' });
    expect(await redis.execute(['PING'])).toBe('PONG');
  });
});
