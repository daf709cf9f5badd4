import assert from 'node:assert/strict';
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest';
import {
  RedisRateLimiter,
  type RedisRateLimiterOptions,
} from '../../../src/implements/coordination/rate-limiter/redis-rate-limiter.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import { ConnectionError } from '../../../src/interfaces/errors.js';
import { admitted, EACH } from '../../contract/rate-limiter/steps.js';
import { withTime } from '../../subjects/rate-limiter/rate-limiter.subjects.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { keySpace } from '../../support/redis/server/redis-for-tests.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';
import { ManualClock } from '../../support/time/manual-clock.js';

const HOUR_MS = 3_600_000;
const ONE = [{ name: 'a', algorithm: 'fixedWindow', limit: 8, per: '1h' }] as const;

describe('RedisRateLimiter', () => {
  let server: RedisServer;
  let loggerSite: RecordingLoggerSite;
  const open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server?.stop());
  beforeEach(() => {
    loggerSite = new RecordingLoggerSite();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });

  type Rest = Partial<Omit<RedisRateLimiterOptions, 'connection'>> & Pick<RedisRateLimiterOptions, 'limits'>;

  async function limiterWith(options: Rest): Promise<RedisRateLimiter> {
    const { host, port } = server;
    const own = { host, port, prefix: keySpace(), commandTimeout: 300, loggerSite };
    const limiter = new RedisRateLimiter({ ...own, ...options } as RedisRateLimiterOptions);
    open.push(limiter);
    await limiter.start();
    await eventually('Redis answers', async () => (await limiter.health()).status === 'ready');
    return limiter;
  }

  async function calls(name: string): Promise<number> {
    const stats = await server.text('INFO', 'commandstats');
    return Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  }

  describe('order of calls', () => {
    it('a reset and a block keep their place behind calls whose script the server does not know', async () => {
      const limiter = await limiterWith({ limits: ONE, onUnavailable: 'deny' });
      const allowed = async (): Promise<boolean> => (await limiter.consume('k', { cost: 8 })).allowed;
      await server.cli('SCRIPT', 'FLUSH');
      const reset = [allowed(), allowed(), limiter.reset('k'), allowed()];
      assert.deepEqual(await Promise.all(reset), [true, false, true, true]);
      await limiter.reset('k');
      await server.cli('SCRIPT', 'FLUSH');
      const blocked = await Promise.all([allowed(), limiter.block('k', '1h'), limiter.reset('k'), allowed()]);
      assert.deepEqual(blocked, [true, undefined, true, true]);
      assert.equal(await limiter.reset('k'), true);
      await server.cli('SCRIPT', 'FLUSH');
      assert.deepEqual(await Promise.all([limiter.block('k', '1h'), allowed()]), [undefined, false]);
      await limiter.reset('k');
    });
  });

  describe('outages', () => {
    it.each([
      ['allow', [true, 'policy'], 20],
      ['deny', [false, 'policy'], 0],
      ['local', [true, 'local'], 2],
    ] as const)(
      'a frozen Redis lets `onUnavailable: %s` decide in time',
      async (onUnavailable, first, all) => {
        const limiter = await limiterWith({ limits: ONE, onUnavailable, localShare: 0.25 });
        assert.equal((await limiter.consume('k')).source, 'redis');
        server.freeze();
        try {
          const decision = await settlesInTime(350, 'consume', () => limiter.consume('k'));
          assert.deepEqual([decision.allowed, decision.source, decision.degraded], [...first, true]);
          const more = await settlesInTime(350, 'many calls', () => admitted(limiter, 'other', 20));
          assert.equal(more, all);
          await assert.rejects(
            settlesInTime(350, 'reset', () => limiter.reset('k')),
            ConnectionError,
          );
        } finally {
          server.thaw();
        }
        const [warning, ...others] = loggerSite.of('warning').filter(({ topic }) => topic.includes('rate'));
        assert.match(warning?.message ?? '', new RegExp(`onUnavailable: ${onUnavailable}`));
        assert.ok(others.length <= 1, 'one warning for each kind of failure');
        await eventually('Redis decides again', async () => (await limiter.peek('k')).source === 'redis');
        const after = await limiter.consume('k');
        assert.deepEqual([after.source, after.degraded], ['redis', false]);
      },
    );

    it('a denial never reaches what `onUnavailable` declares', async () => {
      const limiter = await limiterWith({ limits: ONE, onUnavailable: 'allow' });
      assert.equal(await admitted(limiter, 'k', 30), 8);
      const { allowed, source, degraded } = await limiter.consume('k');
      assert.deepEqual([allowed, source, degraded], [false, 'redis', false]);
    });

    it('a process on its own denies what costs more than its share', async () => {
      const limiter = await limiterWith({ limits: EACH, onUnavailable: 'local', localShare: 0.2 });
      server.freeze();
      try {
        const { allowed, source, retryAfterMs } = await limiter.consume('k', { cost: 3 });
        assert.deepEqual([allowed, source, retryAfterMs], [false, 'local', 1000]);
      } finally {
        server.thaw();
      }
    });
  });

  describe('denials that are kept', () => {
    it('a denial is repeated without a command, and forgotten by `reset`', async () => {
      const limiter = await limiterWith({ limits: ONE, denyCache: '1m' });
      await limiter.consume('k', { cost: 7 });
      assert.equal((await limiter.consume('k', { cost: 5 })).source, 'redis');
      const before = await calls('evalsha');
      const again = await limiter.consume('k', { cost: 5 });
      assert.deepEqual([again.allowed, again.source, again.degraded], [false, 'local', false]);
      assert.equal(await calls('evalsha'), before);
      assert.equal((await limiter.consume('k', { cost: 1 })).allowed, true, 'a smaller cost is asked for');
      await limiter.reset('k');
      assert.equal((await limiter.consume('k', { cost: 5 })).allowed, true);
    });
  });

  describe('keys in Redis', () => {
    it('a call is one command', async () => {
      const limiter = await limiterWith({ limits: EACH });
      await limiter.consume('k');
      const before = await calls('evalsha');
      for (let call = 0; call < 10; call += 1) await limiter.consume('k');
      assert.equal(await calls('evalsha'), before + 10);
      assert.equal(await calls('eval'), 0 + (await calls('eval')));
    });

    it('a key that lost its expiry gets it back, even from a call that is denied', async () => {
      const prefix = keySpace();
      const limiter = await limiterWith({ limits: EACH, prefix });
      await limiter.consume('k', { cost: 5 });
      const keys = (await server.cli('KEYS', `${prefix}*`)) as Buffer[];
      assert.equal(keys.length, 2);
      for (const key of keys) await server.cli('PERSIST', key);
      assert.equal((await limiter.consume('k')).allowed, false);
      for (const key of keys) assert.ok(Number(await server.cli('PTTL', key)) > 0);
    });

    it('a key takes some 200 bytes', async () => {
      const prefix = keySpace();
      const limits = EACH.filter(({ algorithm }) => algorithm !== 'slidingWindow');
      const limiter = await limiterWith({ limits, prefix });
      await limiter.consume('user:1234567');
      const [key] = (await server.cli('KEYS', `${prefix}*`)) as Buffer[];
      const bytes = Number(await server.cli('MEMORY', 'USAGE', key ?? ''));
      assert.ok(bytes <= 300, `${bytes} bytes`);
    });
  });

  it('a clock of the server that was set back blocks nobody for longer than a window', async () => {
    for (const limit of EACH) {
      const { host, port } = server;
      const connection = new RedisConnection({ host, port, loggerSite });
      open.push(connection);
      await connection.start();
      const prefix = keySpace();
      const at = (clock: ManualClock) =>
        new RedisRateLimiter({ connection: withTime(connection, clock), prefix, limits: [limit] });
      const start = 1_700_000_000_000;
      assert.equal(await admitted(at(new ManualClock(start + HOUR_MS)), 'k', 9), 5);
      const clock = new ManualClock(start);
      const limiter = at(clock);
      const { retryAfterMs } = await limiter.consume('k', { cost: 5 });
      assert.ok(retryAfterMs <= 2000, `${limit.algorithm}: ${retryAfterMs}`);
      clock.advance(2000);
      assert.equal((await limiter.consume('k', { cost: 5 })).allowed, true, limit.algorithm);
    }
  });

  it('limiters over ten connections admit the limit together, however they overlap', async () => {
    const prefix = keySpace();
    const limits = [{ name: 'a', algorithm: 'slidingWindow', limit: 1000, per: '1h' }] as const;
    const limiters = await Promise.all(
      Array.from({ length: 10 }, () => limiterWith({ limits, prefix, commandTimeout: '5s' })),
    );
    const counts = await Promise.all(limiters.map((limiter) => admitted(limiter, 'k', 300)));
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      1000,
    );
  });
});
