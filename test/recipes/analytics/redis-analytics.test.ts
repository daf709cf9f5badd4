import assert from 'node:assert/strict';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import {
  RedisAnalytics,
  type RedisAnalyticsOptions,
} from '../../../src/implements/recipes/analytics/redis-analytics.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import { OperationError } from '../../../src/interfaces/errors.js';
import { DAY, range } from '../../contract/analytics/subject.js';
import { rejectsWith } from '../../contract/expectations.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { keySpace } from '../../support/redis/server/redis-for-tests.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';
import { ManualClock } from '../../support/time/manual-clock.js';

describe('RedisAnalytics', () => {
  let server: RedisServer;
  const open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server?.stop());
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });

  async function analyticsWith(options: Partial<RedisAnalyticsOptions> = {}): Promise<RedisAnalytics> {
    const { host, port } = server;
    const own = { host, port, prefix: keySpace(), loggerSite: new RecordingLoggerSite(), ...options };
    const analytics = new RedisAnalytics({ commandTimeout: 2000, ...own } as RedisAnalyticsOptions);
    open.push(analytics);
    await analytics.start();
    await eventually('Redis answers', async () => (await analytics.health()).status === 'ready');
    return analytics;
  }

  async function keysOf(prefix: string): Promise<string[]> {
    const keys = (await server.cli('KEYS', `${prefix}*`)) as Buffer[];
    return keys.map((key) => key.toString().slice(prefix.length)).sort();
  }

  /** Commands that the server has run for clients, scripts by their name. */
  async function scripts(): Promise<number> {
    const stats = await server.text('INFO', 'commandstats');
    const calls = (name: string) => Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
    return calls('evalsha') + calls('eval') + calls('pfcount') + calls('hgetall');
  }

  it('every bucket is a key that tells its event and its time, and expires', async () => {
    const prefix = keySpace();
    const at = new Date('2026-11-28T13:05:59.999Z');
    const options = { keepMinutes: '9000d', keepHours: '9000d', keepDays: '9000d' } as const;
    const kept = await analyticsWith({ prefix, ...options });
    await kept.record('page-view', { at, user: 'ada', values: { page: '/' } });
    const buckets = ['2026-11-28', '2026-11-28T13', '2026-11-28T1305'];
    const expected = buckets.flatMap((bucket) =>
      ['', ':top:page', ':users'].map((end) => `{page-view}:${bucket}${end}`),
    );
    assert.deepEqual(await keysOf(prefix), [...expected, '{ada}:user'].sort());
    const ends: Record<string, string> = {
      '2026-11-28': '2026-11-29T00:00:00Z',
      '2026-11-28T13': '2026-11-28T14:00:00Z',
      '2026-11-28T1305': '2026-11-28T13:06:00Z',
    };
    for (const [bucket, end] of Object.entries(ends)) {
      const [seconds, micros] = ((await server.cli('TIME')) as Buffer[]).map(Number) as [number, number];
      const life = Number(await server.text('PTTL', `${prefix}{page-view}:${bucket}`));
      const expiresAt = seconds * 1000 + micros / 1000 + life;
      assert.ok(Math.abs(expiresAt - Date.parse(end) - 9000 * DAY) < 2000, bucket);
    }
  });

  it('every call of analytics is one command', async () => {
    const analytics = await analyticsWith();
    const at = new Date();
    const day = range(Date.now() - DAY, Date.now() + DAY);
    const calls = [
      () => analytics.record('e', { at, user: 'ada', values: { page: '/', country: 'DE' } }),
      () => analytics.series('e', { ...day, per: 'hour' }),
      () => analytics.total('e', day),
      () => analytics.uniques('e', day),
      () => analytics.top('e', 'page', 3, day),
      () => analytics.ofUser('ada'),
    ];
    for (const call of calls) await call(); // The server knows the scripts from now on.
    for (const call of calls) {
      const before = await scripts();
      await call();
      assert.equal((await scripts()) - before, 1);
    }
  });

  it('the clock of the server tells the minute, whatever that of the process says', async () => {
    const prefix = keySpace();
    const clock = new ManualClock();
    const connection = new RedisConnection({ host: server.host, port: server.port, commandTimeout: '5s' });
    open.push(connection);
    await connection.start();
    const analytics = new RedisAnalytics({ connection, prefix, clock });
    open.push(analytics);
    await analytics.record('e');
    clock.advance(40 * DAY); // The process believes that as much time has passed.
    await analytics.record('e');
    const [seconds] = ((await server.cli('TIME')) as Buffer[]).map(Number) as [number];
    const now = seconds * 1000;
    assert.equal(await analytics.total('e', range(now - DAY, now + 2 * 60_000)), 2);
    assert.equal(await analytics.total('e', range(now + DAY, now + 50 * DAY, 'day')), 0);
  });

  it('a value of another type in the place of a count is an error, and never 0', async () => {
    const prefix = keySpace();
    const analytics = await analyticsWith({ prefix });
    const start = Date.parse('2026-11-28');
    const day = range(start, start + DAY);
    for (const [key, call] of [
      ['{e}:2026-11-28', () => analytics.total('e', day)],
      ['{e}:2026-11-28:users', () => analytics.uniques('e', day)],
      ['{e}:2026-11-28:top:page', () => analytics.top('e', 'page', 1, day)],
      ['{ada}:user', () => analytics.ofUser('ada')],
      ['{ada}:user', () => analytics.record('e', { user: 'ada' })],
    ] as const) {
      await server.cli('RPUSH', prefix + key, 'x');
      const error = await rejectsWith('E_OPERATION_REFUSED', key, call);
      assert.ok(OperationError.is(error) && error.reason === 'WRONGTYPE');
    }
    assert.deepEqual((await keysOf(prefix)).length, 4, 'nothing of the refused event was counted');
  });

  it('a server without memory refuses an event as a whole', async () => {
    const prefix = keySpace();
    const analytics = await analyticsWith({ prefix });
    await analytics.record('e');
    const before = await keysOf(prefix);
    await server.cli('CONFIG', 'SET', 'maxmemory', '1');
    try {
      const error = await rejectsWith('E_OPERATION_REFUSED', 'record', () =>
        analytics.record('other', { user: 'ada', values: { page: '/' } }),
      );
      assert.ok(OperationError.is(error) && error.reason === 'OOM');
      assert.deepEqual(await keysOf(prefix), before);
    } finally {
      await server.cli('CONFIG', 'SET', 'maxmemory', '0');
    }
  });

  it('a server that may evict counts is warned of at the start', async () => {
    await server.cli('CONFIG', 'SET', 'maxmemory', '1gb', 'maxmemory-policy', 'allkeys-lru');
    try {
      const loggerSite = new RecordingLoggerSite();
      await analyticsWith({ loggerSite });
      await eventually('a warning tells of it', () =>
        loggerSite.records.some(({ message }) => /allkeys-lru.*it evicts counts/.test(message)),
      );
    } finally {
      await server.cli('CONFIG', 'SET', 'maxmemory', '0', 'maxmemory-policy', 'noeviction');
    }
  });

  it('a frozen Redis lets every call of analytics fail in time', async () => {
    const analytics = await analyticsWith({ commandTimeout: 300 });
    const day = range(Date.now() - DAY, Date.now() + DAY);
    await analytics.record('e');
    server.freeze();
    try {
      const calls = [
        () => analytics.record('e', { user: 'ada' }),
        () => analytics.total('e', day),
        () => analytics.uniques('e', day),
        () => analytics.top('e', 'page', 3, day),
        () => analytics.ofUser('ada'),
      ];
      await Promise.all(
        calls.map((call) =>
          settlesInTime(350, 'a call', () => assert.rejects(call(), /./).then(() => undefined)),
        ),
      );
    } finally {
      server.thaw();
    }
  });
});
