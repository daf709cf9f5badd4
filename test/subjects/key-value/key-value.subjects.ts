import { MemoryKeyValue } from '../../../src/implements/data/key-value/memory-key-value.js';
import { RedisKeyValue } from '../../../src/implements/data/key-value/redis/redis-key-value.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { IRedisConnection } from '../../../src/interfaces/redis-connection.js';
import type { KeyValueOptions, KeyValueSubject } from '../../contract/key-value/subject.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { keySpace } from '../../support/redis/server/redis-for-tests.js';
import type { RedisStage } from '../../support/redis/stage/redis-stage.js';
import { eventually } from '../../support/time/eventually.js';
import { ManualClock } from '../../support/time/manual-clock.js';

export const memoryKeyValue: KeyValueSubject = {
  name: 'MemoryKeyValue',
  supports: [],
  skip: {},
  open: async ({ maxValueBytes } = {}) => {
    const clock = new ManualClock();
    const values = new MemoryKeyValue({ clock, ...(maxValueBytes !== undefined && { maxValueBytes }) });
    const alone = (): never => {
      throw new Error('nobody else has access to these values');
    };
    return {
      values,
      advance: async (ms) => clock.advance(ms),
      twin: alone,
      command: alone,
      inspect: async () => undefined,
      close: () => values.close(),
    };
  },
};

/** Values in Redis; time passes by shortening what remains of their lives. */
export function redisKeyValue(stage: () => RedisStage): KeyValueSubject {
  return {
    name: 'RedisKeyValue',
    supports: ['shared'],
    skip: {},
    open: async (options = {}) => {
      const loggerSite = new RecordingLoggerSite();
      const connection = new RedisConnection({ ...stage().options, commandTimeout: '5s', loggerSite });
      await connection.start();
      await eventually('the connection is there', () => connection.status === 'ready');
      const prefix = keySpace();
      const make = ({ maxValueBytes, chunk }: KeyValueOptions = {}) =>
        new RedisKeyValue({
          connection,
          prefix,
          ...(maxValueBytes !== undefined && { maxValueBytes }),
          ...(chunk !== undefined && { chunk }),
        });
      const values = make(options);
      return {
        values,
        advance: (ms) => pass(connection, prefix, ms),
        twin: make,
        command: (name, key, ...words) => stage().masters.at(prefix + key, name, prefix + key, ...words),
        inspect: async () => undefined,
        close: async () => {
          await values.close();
          await connection.close();
        },
      };
    },
  };
}

/** Lets time pass for the lives of keys, which the server measures by its own clock. */
async function pass(connection: IRedisConnection, prefix: string, ms: number): Promise<void> {
  for await (const page of connection.scan(`${prefix}*`)) {
    for (const key of page) {
      const life = Number(await connection.execute(['PTTL', key], { keys: [key] }));
      if (life < 0) continue;
      const left = Math.max(0, Math.floor(life - ms));
      await connection.execute(['PEXPIRE', key, String(left)], { keys: [key] });
    }
  }
}
