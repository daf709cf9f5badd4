import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { TieredCache } from '../../../src/implements/cache/tiered/tiered-cache.js';
import { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import {
  keySpace,
  openRedis,
  openRedisServer,
  type RedisForTests,
} from '../../support/redis/server/redis-for-tests.js';
import { CAMPAIGN_TIMEOUT_MS, runs } from '../../support/redis/stage/runs.js';
import { eventually } from '../../support/time/eventually.js';
import { OverlappingProgram, programs } from './campaign/overlapping-program.js';

const VALUE = Buffer.from('value');
const NEWER = Buffer.from('newer');

describe('TieredCache on a stream', () => {
  const closing: (() => Promise<unknown>)[] = [];
  let redis: RedisForTests;

  beforeAll(async () => {
    redis = await openRedis();
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  afterAll(() => redis.close());

  /** Tiered caches of several processes, with a bound that no message can wait for. */
  async function tiers(
    count: number,
    coherence: 'bus' | 'tracking' | 'none' = 'bus',
    { url = redis.url, prefix = keySpace(), stalenessBound = 3_600_000 } = {},
  ): Promise<TieredCache[]> {
    return Promise.all(
      Array.from({ length: count }, async () => {
        const loggerSite = new RecordingLoggerSite();
        const l2 = new RedisCache({ url, prefix, loggerSite });
        await l2.start();
        const cache = new TieredCache({ l2, coherence, stalenessBound, loggerSite });
        closing.push(
          () => l2.close(),
          () => cache.close(),
        );
        await cache.start();
        if (coherence !== 'none') await eventually('the stream stands', () => cache.stats().era > 0);
        return cache;
      }),
    );
  }

  const modes = ['bus', 'tracking'] as const;
  it.each(modes)(
    'a change by another process reaches copies long before the bound, with coherence %s',
    async (mode) => {
      const [reader, writer] = (await tiers(2, mode)) as [TieredCache, TieredCache];
      const reads = async (value: Uint8Array | null) =>
        eventually('the change is read', async () => {
          const read = await reader.getValue('a');
          return read === null ? value === null : value !== null && Buffer.compare(read, value) === 0;
        });
      await writer.setValue('a', VALUE, '1m');
      await reads(VALUE);
      await writer.setValue('a', NEWER, '1m');
      await reads(NEWER);
      await writer.deleteValue('a');
      await reads(null);
      await writer.setValues([['a', VALUE]], '1m');
      await reads(VALUE);
      await writer.clear();
      await reads(null);
    },
  );

  it.each(['none', ...modes] as const)(
    'calls that overlap see and leave what their order says, with coherence %s',
    async (mode) => {
      const [cache, other] = (await tiers(2, mode)) as [TieredCache, TieredCache];
      await fc.assert(
        fc.asyncProperty(programs, async (turns) => {
          const program = new OverlappingProgram(cache);
          await program.reset();
          for (const calls of turns) await program.run(calls);
          if (mode !== 'none') {
            await eventually('the other process has it, too', async () => program.isLeftIn(other));
          }
        }),
        runs(15, 1000),
      );
    },
    CAMPAIGN_TIMEOUT_MS,
  );

  it('a process reads what it has just written from its memory', async () => {
    const [cache] = (await tiers(1)) as [TieredCache];
    await cache.setValue('a', VALUE, '1m');
    assert.deepEqual(await cache.getValue('a'), VALUE);
    const { l1Hits, l2Hits } = cache.stats();
    assert.deepEqual([l1Hits, l2Hits], [1, 0]);
  });

  it('a tiered cache is up while it hears of changes, and degraded while its server is away', async () => {
    const server = await openRedisServer();
    closing.push(() => server.close());
    const [cache] = (await tiers(1, 'bus', { url: server.url })) as [TieredCache];
    const { status, reasons, masters, audit } = await cache.health();
    assert.deepEqual([status, reasons, masters.length, audit.late], ['up', [], 1, 0]);
    await server.close();
    await eventually('the loss is noticed', async () => (await cache.health()).reasons.length > 1);
    const lost = await cache.health();
    assert.equal(lost.status, 'degraded');
    assert.match(lost.reasons.join('\n'), /^l2: .*\nno changes are heard from 127\.0\.0\.1:\d+$/s);
    await cache.close();
    assert.deepEqual((await cache.health()).status, 'down');
  });

  it('an audit finds copies that another program has changed without announcing it', async () => {
    const prefix = keySpace();
    const [cache] = (await tiers(1, 'bus', { prefix, stalenessBound: 250 })) as [TieredCache];
    await cache.setValue('a', VALUE, '1m');
    await redis.client.command('SET', `${prefix}a`, 'newer', 'PX', 60_000);
    await eventually('the audit has found it', () => cache.stats().audit.late > 0);
    const { differing, late } = cache.stats().audit;
    assert.deepEqual([differing, late], [1, 1]);
    assert.equal(String(await cache.getValue('a')), 'newer');
    assert.match((await cache.health()).reasons.join(), /copies that were older than stalenessBound: 1/);
  });

  it.each(modes)(
    'tags and clears of typed caches reach the copies of other processes, with coherence %s',
    async (mode) => {
      const [reader, writer] = (await tiers(2, mode)) as [TieredCache, TieredCache];
      const users = [reader, writer].map((store) => {
        const loggerSite = new RecordingLoggerSite();
        const typed = new TypedCache<number>({ store, namespace: 'u', expire: '1m', loggerSite });
        closing.push(() => typed.close());
        return typed;
      }) as [TypedCache<number>, TypedCache<number>];
      let loads = 0;
      const load = () => users[0].getOrSet(7, () => ++loads, { tags: ['staff'] });
      assert.equal(await load(), 1);
      assert.equal(await load(), 1);
      await users[1].invalidateTags('staff');
      await eventually('the tag is invalidated here', async () => (await load()) === 2);
      await users[1].clear();
      await eventually('the namespace is cleared here', async () => (await load()) === 3);
    },
  );
});
