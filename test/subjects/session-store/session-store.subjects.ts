import { createHash } from 'node:crypto';
import { MemorySessionStore } from '../../../src/implements/data/session-store/memory-session-store.js';
import { RedisSessionStore } from '../../../src/implements/data/session-store/redis-session-store.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { RedisConnectionOptions } from '../../../src/implements/redis/redis-connection-options.js';
import type { RedisScript } from '../../../src/interfaces/redis-command.js';
import type { IRedisConnection } from '../../../src/interfaces/redis-connection.js';
import { startedUp } from '../../contract/redis-connection/subject.js';
import type { ClosableStore, SessionSubject } from '../../contract/session-store/subject.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { keySpace } from '../../support/redis/server/redis-for-tests.js';
import { accessLog, type RedisStage, type Topology } from '../../support/redis/stage/redis-stage.js';
import { ManualClock } from '../../support/time/manual-clock.js';
import { RedisView } from '../cache/redis-view.js';

/** Flaw of a subject. */
export interface SessionFlaw {
  /** Changes what a store answers. */
  readonly store?: (store: ClosableStore) => ClosableStore;
  /** Changes the source of a script. */
  readonly script?: (source: string) => string;
}

/** A `MemorySessionStore`. */
export function memorySessions({ store: change = (store) => store }: SessionFlaw = {}): SessionSubject {
  return {
    name: 'MemorySessionStore',
    supports: [],
    skip: {},
    open: async (options) => {
      const clock = new ManualClock();
      const store = change(new MemorySessionStore({ clock, ...options }));
      return {
        store,
        twin: store,
        advance: async (ms) => clock.advance(ms),
        inspect: async () => undefined,
        close: () => store.close(),
      };
    },
  };
}

/** A `RedisSessionStore` on a Redis of some topology, whose scripts read the time of the law in place of the server's. */
export function redisSessions(
  { name }: Topology,
  stage: () => RedisStage,
  { store: change = (store) => store, script = (source) => source }: SessionFlaw = {},
): SessionSubject {
  return {
    name: `RedisSessionStore on ${name}`,
    supports: ['shared'],
    skip: {},
    open: async (options) => {
      const loggerSite = new RecordingLoggerSite();
      const connect = async (): Promise<RedisConnection> => {
        const where = { ...stage().options, commandTimeout: '5s', loggerSite } as RedisConnectionOptions;
        const connection = new RedisConnection(where);
        await startedUp(connection);
        return connection;
      };
      const connections = await Promise.all([connect(), connect()]);
      const prefix = keySpace();
      const view = new RedisView(stage().masters, prefix);
      const clock = new ManualClock(1_700_000_000_123);
      const [store, twin] = connections.map((connection) =>
        change(
          new RedisSessionStore({ connection: withTime(connection, clock, script), prefix, ...options }),
        ),
      ) as [ClosableStore, ClosableStore];
      return {
        store,
        twin,
        advance: async (ms) => {
          clock.advance(ms);
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
          await Promise.all([store.close(), twin.close()]);
          await Promise.all(connections.map((connection) => connection.close()));
          await view.close();
        },
      };
    },
  };
}

/** The same connection, on which scripts read the time of a clock. */
function withTime(
  connection: IRedisConnection,
  clock: ManualClock,
  flaw: (source: string) => string,
): IRedisConnection {
  const timed = ({ source }: RedisScript): RedisScript => {
    const ms = Math.floor(clock.now());
    const time = `{ '${Math.floor(ms / 1000)}', '${(ms % 1000) * 1000}' }`;
    const written = flaw(source).replace("redis.call('TIME')", time);
    return { source: written, digest: createHash('sha1').update(written).digest('hex') };
  };
  return new Proxy(connection, {
    get: (target, name) => {
      if (name === 'script') {
        const script: IRedisConnection['script'] = (asked, keys, args, options) =>
          target.script(timed(asked), keys, args, options);
        return script;
      }
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
