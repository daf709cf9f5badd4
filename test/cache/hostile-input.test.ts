import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryCache } from '../../src/implements/cache/memory/memory-cache.js';
import { RedisCache } from '../../src/implements/cache/redis/redis-cache.js';
import { RedisServer } from '../support/redis/server/redis-server.js';
import { listener, opened } from '../support/redis/stage/connection-rig.js';

/** An array with a false length. */
class Liar extends Uint8Array {
  claimed = 0;

  override get byteLength(): number {
    return this.claimed;
  }
}

function liar(real: number, claimed: number): Liar {
  const array = new Liar(real).fill(1);
  array.claimed = claimed;
  return array;
}

describe('hostile arguments', () => {
  let server: RedisServer;
  const caches: Record<string, MemoryCache | RedisCache> = {};
  beforeAll(async () => {
    server = await RedisServer.start();
    caches.memory = new MemoryCache({ maxValueBytes: '64KiB' });
    caches.redis = new RedisCache({
      host: server.host,
      port: server.port,
      prefix: 'h:',
      maxValueBytes: '64KiB',
    });
    await caches.redis.start();
  });
  afterAll(async () => {
    for (const cache of Object.values(caches)) await cache.close();
    await server.stop();
  });

  describe.each(['memory', 'redis'])('%s', (name) => {
    const cache = () => caches[name] as RedisCache;

    it('the bytes that a value really has are stored, whatever length it claims', async () => {
      await cache().setValue('other', Buffer.alloc(6000, 'secret'), '1m');
      await cache().setValue('k', liar(2, 5000), '1m');
      expect((await cache().getValue('k'))?.byteLength).toBe(2);
      await expect(cache().setValue('k', liar(100_000, 1), '1m')).rejects.toMatchObject({
        code: 'E_ARGUMENT',
      });
      await cache().setValues([['k', liar(3, 5000)]], '1m');
      expect((await cache().getValue('k'))?.byteLength).toBe(3);
    });

    it('each entry of an iterable is stored as it was, even if the iterable reuses one buffer', async () => {
      const scratch = Buffer.alloc(1);
      function* entries(): Iterable<[string, Uint8Array]> {
        for (let value = 0; value < 3; value++) {
          scratch[0] = value;
          yield [`e${value}`, scratch];
        }
      }
      await cache().setValues(entries(), '1m');
      expect((await cache().getValues(['e0', 'e1', 'e2'])).map((bytes) => bytes?.[0])).toEqual([0, 1, 2]);
    });

    it('a list of keys is read once, and the checked keys are used', async () => {
      await cache().setValue('good', Buffer.from('x'), '1m');
      let reads = 0;
      const keys = new Proxy(['good'], {
        get: (target, property, receiver) =>
          property === '0' && reads++ > 0 ? '' : Reflect.get(target, property, receiver),
      });
      expect((await cache().getValues(keys)).map(String)).toEqual(['x']);
    });

    it('a hole in a list of keys is refused', async () => {
      // biome-ignore lint/suspicious/noSparseArray: the hole is the point.
      await expect(cache().getValues(['a', , 'b'] as string[])).rejects.toMatchObject({ code: 'E_ARGUMENT' });
    });

    it('a token with a lone surrogate is refused, because two such tokens would collide', async () => {
      await expect(cache().acquireLease('k', '\ud800', '1m')).rejects.toMatchObject({ code: 'E_ARGUMENT' });
    });

    it('an error names the type of the argument, and nothing of its content', async () => {
      const hostile = JSON.parse('{"constructor":{"name":"SECRET"}}');
      await expect(cache().setValue('k', hostile, '1m')).rejects.toThrow(/got an object$/);
      await expect(cache().getValue(Promise.resolve('k') as never)).rejects.toThrow(/got a promise$/);
    });
  });

  it('a prefix with a lone surrogate, or too long as UTF-8, is refused', () => {
    for (const prefix of ['\ud800:', 'é'.repeat(600)]) {
      expect(() => new RedisCache({ prefix })).toThrow(
        /prefix: expected a prefix of at most 1024 bytes as UTF-8/,
      );
    }
  });

  it('a fence stays unchanged when the write that would advance it is refused', async () => {
    const cache = new MemoryCache({ maxBytes: 1000 });
    const { entries } = await cache.read({ keys: ['k'], capture: { life: '1m' } });
    await expect(cache.write('k', Buffer.alloc(2000), '1m')).rejects.toMatchObject({
      code: 'E_OPERATION_REFUSED',
    });
    expect(await cache.write('k', Buffer.from('x'), '1m', entries[0]?.fence ?? '')).toBe('stored');
  });

  it('a write that advances a fence is refused by a server whose memory is full', async () => {
    const full = await RedisServer.start({ maxmemory: '2mb', args: ['--maxmemory-policy', 'noeviction'] });
    const cache = new RedisCache({ host: full.host, port: full.port, prefix: 'f:', failureMode: 'throw' });
    await cache.start();
    const write = (index: number) => cache.write(`k${index}`, Buffer.alloc(50_000), '1m');
    const results = await Promise.allSettled(Array.from({ length: 100 }, (_, index) => write(index)));
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeLessThan(50);
    expect(results.at(-1)).toMatchObject({ reason: { code: 'E_OPERATION_REFUSED', reason: 'OOM' } });
    await cache.close();
    await full.stop();
  });

  it('a closed cache rejects every call, even one that needs no server', async () => {
    const cache = new RedisCache({ host: server.host, port: server.port, prefix: 'c:' });
    await cache.start();
    await cache.setValues(
      [
        ['a', null],
        ['b', null],
      ],
      '1m',
    );
    const names = cache.keys()[Symbol.asyncIterator]();
    await names.next();
    await cache.close();
    expect(cache.connected).toBe(false);
    for (const call of [
      () => cache.getValues([]),
      () => cache.setValues([], '1m'),
      () => cache.deleteValues([]),
      () => cache.setValue('k', null, 0),
      () => cache.setExpiry('k', 0),
      () => cache.clear('x'),
      () => cache.keys('x')[Symbol.asyncIterator]().next(),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'E_DISPOSED' });
    }
  });
});

describe('nonsense from a server', () => {
  it.each([
    ['a number', ':5\r\n'],
    ['a simple string', '+OK\r\n'],
    ['a list', '*1\r\n$1\r\nx\r\n'],
  ])('a reply of the wrong type gives no value to the caller: %s', async (_, reply) => {
    const port = await listener((socket) => {
      socket.on('data', (data) => {
        const command = data.toString();
        if (command.includes('HELLO')) socket.write('%0\r\n');
        else if (command.includes('PING')) socket.write('+PONG\r\n');
        else socket.write(reply);
      });
    });
    const cache = new RedisCache({ host: '127.0.0.1', port, failureMode: 'throw' });
    opened.push({ stop: () => cache.close() });
    await cache.start();
    await expect(cache.getValue('k')).rejects.toMatchObject({ code: 'E_CONNECTION_LOST' });
    await expect(cache.getValues(['k', 'l'])).rejects.toMatchObject({ code: 'E_CONNECTION_LOST' });
  });
});
