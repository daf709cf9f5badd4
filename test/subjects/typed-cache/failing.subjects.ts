import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { TypedCacheOptions } from '../../../src/implements/typed-cache/policy/component-options.js';
import { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import type { AnyCache, OpenTyped, TypedOptions, TypedSubject } from '../../contract/typed-cache/subject.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { TcpProxy } from '../../support/network/tcp-proxy.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';
import { eventually } from '../../support/time/eventually.js';

const PREFIX = 'typed:';
const COMMAND_TIMEOUT_MS = 150;

/** A typed cache with a separate Redis: with a network that breaks, a server that stops, and a server that refuses. */
async function open(options: TypedOptions = {}): Promise<OpenTyped> {
  const server = await RedisServer.start({
    users: ['user default on nopass ~* &* +@all', 'user app on >secret ~* &* +@all'],
  });
  const proxy = await TcpProxy.start(server);
  const closing: (() => Promise<void>)[] = [];
  const loggerSite = new RecordingLoggerSite();
  const build = async (port: number, wanted: TypedOptions): Promise<[RedisCache, AnyCache]> => {
    const connection = new RedisConnection({
      host: server.host,
      port,
      username: 'app',
      password: 'secret',
      commandTimeout: COMMAND_TIMEOUT_MS,
      connectTimeout: '10s',
      loggerSite,
    });
    await connection.start();
    const store = new RedisCache({ connection, prefix: PREFIX, loggerSite });
    const cache = new TypedCache({
      namespace: 'typed',
      expire: '1m',
      ...wanted,
      store,
      loggerSite,
    } as unknown as TypedCacheOptions);
    closing.unshift(async () => {
      await cache.close();
      await store.close();
      await connection.close();
    });
    return [store, cache];
  };
  let end = async (): Promise<void> => {};
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= (async () => {
      server.thaw();
      for (const step of closing) await step();
      await proxy.close();
      await server.stop();
    })();
    return closed;
  };
  try {
    const [store, cache] = await build(proxy.port, options);
    return {
      cache,
      still: false,
      advance: (ms) => {
        // By the machine's clock: a server that is frozen does not tell the time.
        const end = performance.now() + ms + 1;
        return eventually('time passes', () => performance.now() > end, { everyMs: Math.max(1, ms / 4) });
      },
      peer: async (others = options) => (await build(server.port, others))[1],
      shut: async () => closing[0]?.(),
      outage: {
        begin: async (how) => {
          if (how === 'gone') {
            proxy.refuse();
            proxy.cut();
            await eventually('the cache notices that its server is gone', () => !store.connected);
            end = async () => {
              proxy.heal();
              await eventually('the cache notices that its server is back', () => store.connected);
            };
          } else if (how === 'frozen') {
            server.freeze();
            end = async () => server.thaw();
          } else {
            await server.cli('ACL', 'SETUSER', 'app', '-@all');
            end = async () => void (await server.cli('ACL', 'SETUSER', 'app', '+@all'));
          }
        },
        end: () => end(),
      },
      inspect: async () => {},
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

export const failingTypedCache: TypedSubject = {
  name: 'TypedCache over a Redis that fails',
  supports: ['fenced', 'outage'],
  skip: {},
  open,
};
