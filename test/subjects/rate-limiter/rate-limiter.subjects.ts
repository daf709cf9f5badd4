import { createHash } from 'node:crypto';
import { MemoryRateLimiter } from '../../../src/implements/coordination/rate-limiter/memory-rate-limiter.js';
import { RedisRateLimiter } from '../../../src/implements/coordination/rate-limiter/redis-rate-limiter.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { RedisScript } from '../../../src/interfaces/redis-command.js';
import type { IRedisConnection } from '../../../src/interfaces/redis-connection.js';
import type { LimiterOptions, LimiterSubject } from '../../contract/rate-limiter/subject.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { keySpace } from '../../support/redis/server/redis-for-tests.js';
import type { RedisStage } from '../../support/redis/stage/redis-stage.js';
import { eventually } from '../../support/time/eventually.js';
import { ManualClock } from '../../support/time/manual-clock.js';

/** Real time that one law may take. */
const SLACK_MS = 60_000;

/** Changes the source of a script: a mutant. */
export type Flaw = (source: string) => string;

export const memoryLimiter: LimiterSubject = {
  name: 'MemoryRateLimiter',
  supports: [],
  skip: {},
  open: async (options) => {
    const clock = new ManualClock();
    const limiter = new MemoryRateLimiter({ clock, ...withLimits(options) });
    return {
      limiter,
      advance: async (ms) => clock.advance(ms),
      inspect: async () => undefined,
      close: () => limiter.close(),
    };
  },
};

/** A limiter in Redis, whose script reads the time of the law in place of the server's. */
export function redisLimiter(stage: () => RedisStage, flaw: Flaw = (source) => source): LimiterSubject {
  return {
    name: 'RedisRateLimiter',
    supports: ['shared'],
    skip: {},
    open: async (options) => {
      const loggerSite = new RecordingLoggerSite();
      const connection = new RedisConnection({ ...stage().options, commandTimeout: '5s', loggerSite });
      await connection.start();
      await eventually('the connection is there', () => connection.status === 'ready');
      const prefix = keySpace();
      const clock = new ManualClock(1_700_000_000_123);
      const timed = withTime(connection, clock, flaw);
      const make = () =>
        new RedisRateLimiter({ connection: timed, prefix, loggerSite, ...withLimits(options) });
      const limiter = make();
      return {
        limiter,
        advance: async (ms) => {
          clock.advance(ms);
          await pass(connection, prefix, ms);
        },
        twin: async () => make(),
        inspect: async () => {
          for await (const page of connection.scan(`${prefix}*`)) {
            for (const key of page) {
              const life = await connection.execute(['PTTL', key], { keys: [key] });
              if (life === -1) throw new Error(`${key} has no expiry`);
            }
          }
        },
        close: async () => {
          await limiter.close();
          await connection.close();
        },
      };
    },
  };
}

function withLimits({ limits, ...others }: LimiterOptions = { limits: [] }) {
  return { limits, ...others };
}

/** Lets time pass for the expiries of keys, which the server measures by its own clock. */
async function pass(connection: IRedisConnection, prefix: string, ms: number): Promise<void> {
  for await (const page of connection.scan(`${prefix}*`)) {
    for (const key of page) {
      const life = Number(await connection.execute(['PTTL', key], { keys: [key] }));
      const left = String(Math.floor(life - ms));
      await connection.execute(['PEXPIRE', key, left], { keys: [key] });
    }
  }
}

/** The same connection, on which the script that decides reads the time of a clock. */
export function withTime(
  connection: IRedisConnection,
  clock: ManualClock,
  flaw: Flaw = (source) => source,
): IRedisConnection {
  const timed = ({ source }: RedisScript): RedisScript => {
    const us = Math.round(clock.now() * 1000);
    const [seconds, rest] = [Math.floor(us / 1_000_000), us % 1_000_000];
    const written = flaw(
      source
        .replace("redis.call('TIME')", `{ '${seconds}', '${rest}' }`)
        // Expiries only free memory: on a slow machine they must not come before the time of the law.
        .replaceAll(/'PEXPIRE', (\S+), (\w+)\)/g, `'PEXPIRE', $1, $2 + ${SLACK_MS})`),
    );
    return { source: written, digest: createHash('sha1').update(written).digest('hex') };
  };
  return new Proxy(connection, {
    get: (target, name) => {
      if (name === 'script') {
        return (
          script: RedisScript,
          ...rest: Parameters<IRedisConnection['script']> extends [unknown, ...infer R] ? R : never
        ) => target.script(timed(script), ...rest);
      }
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
