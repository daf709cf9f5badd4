import { describe, expect, it } from 'vitest';
import { type OpenFeed, openFeed } from '../../support/redis/feed/open-feed.js';
import { connection, server } from '../../support/redis/stage/connection-rig.js';
import { eventually } from '../../support/time/eventually.js';

/** A feed that changes a store, and another one that listens to it. */
async function two(options: object): Promise<{ writer: OpenFeed; reader: OpenFeed }> {
  const writer = await openFeed(options);
  const reader = await openFeed(options);
  expect(writer.heard.take()).toEqual(['standing']);
  expect(reader.heard.take()).toEqual(['standing']);
  return { writer, reader };
}

const bytes = (text: string): Buffer => Buffer.from(text);

describe('messages of one server', { timeout: 30_000 }, () => {
  it('every change of entries is heard by all feeds, and its own is known to its writer', async () => {
    const redis = await server();
    const { writer, reader } = await two({ url: redis.url });
    const { store } = writer.feed;
    const steps: [() => Promise<unknown>, ...string[]][] = [
      [() => store.setValue('a', bytes('1'), '1m'), 'keys a'],
      [() => store.setValue('b', null, '150ms'), 'keys b'],
      [() => store.setExpiry('a', '2m'), 'keys a'],
      [() => store.deleteValue('a'), 'keys a'],
      [() => store.deleteValue('absent'), 'keys absent'],
      [() => store.deleteValues(['c', 'd']), 'keys c,d'],
      [() => store.setValues([['e', bytes('1')]], '1m'), 'keys e'],
      [() => store.write('f', bytes('1'), '1m'), 'keys f'],
      [() => store.invalidate(['g', 'h']), 'keys g,h'],
      [() => store.advance(['tag', 'other']), 'generations tag,other'],
      [() => store.advance(['space'], 'everywhere'), 'generations space'],
    ];
    for (const [change, ...expected] of steps) {
      await change();
      await eventually('both have heard of it', () => {
        expect(writer.heard.events).toEqual(expected.map((event) => `${event} own`));
        expect(reader.heard.events).toEqual(expected.map((event) => `${event} foreign`));
        return true;
      });
      writer.heard.take();
      reader.heard.take();
    }
  });

  it('many entries of one call are announced by one message for at most 128 of them, or 256 KiB', async () => {
    const redis = await server();
    const { writer, reader } = await two({ url: redis.url });
    const sizes = async (count: number, size: number): Promise<number[]> => {
      const value = Buffer.alloc(size, 'v');
      const entries = Array.from({ length: count }, (_, index) => [`k${index}`, value] as const);
      expect(await writer.feed.store.setValues(entries, '1m')).toBe(true);
      const names = () => reader.heard.events.map((event) => event.split(' ')[1]?.split(',') ?? []);
      await eventually('all are heard of', () => names().flat().length === count);
      const heard = names().map(({ length }) => length);
      reader.heard.take();
      return heard;
    };
    expect(await sizes(300, 1)).toEqual([128, 128, 44]);
    expect(await sizes(5, 100 * 1024)).toEqual([2, 2, 1]);
    const stored = await redis.text('GET', 'feed:k299');
    expect(stored).toBe('v');
  });

  it('a call that changes nothing is not announced', async () => {
    const redis = await server();
    const { writer, reader } = await two({ url: redis.url });
    const { store } = writer.feed;
    expect(await store.write('a', bytes('1'), '1m', 'no-fence')).toBe('fenced');
    expect(await store.setExpiry('absent', '1m')).toBe(false);
    await store.read({ keys: ['a'], capture: { life: '1m', of: 'all' } });
    await store.setValue('end', bytes('1'), '1m');
    await eventually('the last change is heard', () => reader.heard.events.length > 0);
    expect(reader.heard.take()).toEqual(['keys end foreign']);
  });

  it('a read that shortens a life is announced, and one that prolongs it is not', async () => {
    const redis = await server();
    const { writer, reader } = await two({ url: redis.url });
    const { store } = writer.feed;
    await store.setValue('a', bytes('1'), '1m');
    await store.read({ keys: ['a'], extend: '2m' });
    await store.read({ keys: ['a', 'absent'], extend: '1s' });
    await store.deleteValue('end');
    await eventually('the last change is heard', () => reader.heard.events.length === 3);
    expect(reader.heard.take()).toEqual(['keys a foreign', 'keys a,absent foreign', 'keys end foreign']);
  });

  it('clearing the key space or a pattern ends all copies, because some may outlive entries that were evicted', async () => {
    const redis = await server();
    const { writer, reader } = await two({ url: redis.url });
    const { store } = writer.feed;
    await store.setValue('a1', bytes('1'), '1m');
    await store.setValue('b1', bytes('1'), '1m');
    expect(await store.clear('a*')).toBe(1);
    expect(await store.clear()).toBe(1);
    await eventually(
      'the end is heard',
      () => reader.heard.events.at(-1) === 'everything' && reader.heard.events.length === 6,
    );
    const pattern = ['keys a1 foreign', 'everything'];
    expect(reader.heard.take().slice(2)).toEqual([...pattern, 'keys b1 foreign', 'everything']);
  });

  it('a change that a full server refuses is not announced', async () => {
    const redis = await server({ args: ['--maxmemory-policy', 'noeviction'] });
    const { writer, reader } = await two({ url: redis.url });
    const { store } = writer.feed;
    await redis.configure('maxmemory', 1);
    const refused = [store.setValue('a', bytes('1'), '1m'), store.write('b', bytes('1'), '1m')];
    for (const call of refused)
      await expect(call).rejects.toMatchObject({ reason: 'OOM', outcome: 'refused' });
    await redis.configure('maxmemory', 0);
    await store.setValue('end', bytes('1'), '1m');
    await eventually('both have heard of the last change', () => {
      expect(reader.heard.events).toEqual(['keys end foreign']);
      expect(writer.heard.events).toEqual(['keys end own']);
      return true;
    });
  });

  it('proofs follow the clock as long as the stream stands', async () => {
    const redis = await server();
    const { heard, feed } = await openFeed({ url: redis.url });
    await eventually('there is a proof', () => heard.provenAt > 0);
    const first = heard.provenAt;
    await eventually('there is a later one', () => heard.provenAt > first + 500);
    expect(heard.events).toEqual(['standing']);
    expect(feed.status().masters).toMatchObject([{ standingSince: expect.any(Number) }]);
  });

  it('databases and prefixes of one server do not hear each other', async () => {
    const redis = await server();
    const others = [
      await openFeed({ url: `${redis.url.replace(/\/\d*$/, '')}/1` }),
      await openFeed({ url: redis.url, prefix: 'feed:x' }),
      await openFeed({ url: redis.url, prefix: '' }),
    ];
    const { writer, reader } = await two({ url: redis.url });
    await writer.feed.store.setValue('a', bytes('1'), '1m');
    await eventually('it is heard', () => reader.heard.events.length > 0);
    for (const { heard } of others) expect(heard.events).toEqual(['standing']);
  });

  it('a shared connection carries feeds, and one of another kind is refused with a remedy', async () => {
    const redis = await server();
    const { redis: shared } = connection({ port: redis.port });
    await shared.start();
    const { heard } = await openFeed({ connection: shared });
    expect(heard.events).toEqual(['standing']);
    const foreign = { database: 'redis://elsewhere/0', sharded: false, on: () => () => undefined };
    await expect(openFeed({ connection: foreign })).rejects.toThrow('choose coherence: none');
  });
});
