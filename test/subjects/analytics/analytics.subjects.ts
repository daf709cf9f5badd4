import { MemoryAnalytics } from '../../../src/implements/recipes/analytics/memory-analytics.js';
import { RedisAnalytics } from '../../../src/implements/recipes/analytics/redis-analytics.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { RedisConnectionOptions } from '../../../src/implements/redis/redis-connection-options.js';
import type { AnalyticsSubject, ClosableAnalytics } from '../../contract/analytics/subject.js';
import { startedUp } from '../../contract/redis-connection/subject.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { keySpace } from '../../support/redis/server/redis-for-tests.js';
import { accessLog, type RedisStage, type Topology } from '../../support/redis/stage/redis-stage.js';
import { ManualClock } from '../../support/time/manual-clock.js';
import { RedisView } from '../cache/redis-view.js';

/** Changes what analytics answer. */
export type AnalyticsFlaw = (analytics: ClosableAnalytics) => ClosableAnalytics;

/** A `MemoryAnalytics`. */
export function memoryAnalytics(change: AnalyticsFlaw = (one) => one): AnalyticsSubject {
  return {
    name: 'MemoryAnalytics',
    supports: [],
    skip: {},
    open: async (options) => {
      const clock = new ManualClock();
      const before = clock.now();
      const nowMs = Date.now();
      const analytics = change(new MemoryAnalytics({ clock, ...options }));
      return {
        analytics,
        twin: analytics,
        now: () => nowMs + clock.now() - before,
        advance: async (ms) => clock.advance(ms),
        inspect: async () => undefined,
        close: () => analytics.close(),
      };
    },
  };
}

/** A `RedisAnalytics` on a Redis of some topology; time passes by shortening what remains of the lives of its keys. */
export function redisAnalytics(
  { name }: Topology,
  stage: () => RedisStage,
  change: AnalyticsFlaw = (one) => one,
): AnalyticsSubject {
  return {
    name: `RedisAnalytics on ${name}`,
    supports: ['shared'],
    skip: {},
    open: async (options) => {
      const loggerSite = new RecordingLoggerSite();
      const where = { ...stage().options, commandTimeout: '9s', loggerSite } as RedisConnectionOptions;
      const connection = new RedisConnection(where);
      await startedUp(connection);
      const prefix = keySpace();
      const view = new RedisView(stage().masters, prefix);
      const [analytics, twin] = [0, 1].map(() =>
        change(new RedisAnalytics({ connection, prefix, loggerSite, ...options })),
      ) as [ClosableAnalytics, ClosableAnalytics];
      return {
        analytics,
        twin,
        now: () => Date.now(),
        advance: async (ms) => {
          for (const key of await view.names()) {
            const life = Number(await stage().masters.at(key.toString(), 'PTTL', key.toString()));
            const left = String(Math.floor(life - ms));
            await stage().masters.at(key.toString(), 'PEXPIRE', key.toString(), left);
          }
        },
        inspect: async () => {
          await view.inspect();
          const refused = await accessLog(stage());
          if (refused.length > 0) throw new Error(`the access rules refused ${refused.join(', ')}`);
        },
        close: async () => {
          await Promise.all([analytics.close(), twin.close()]);
          await connection.close();
          await view.close();
        },
      };
    },
  };
}
