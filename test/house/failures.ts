import { type ICache, RedisCache, type RedisCacheOptions } from '../../src/index.js';
import { RecordingLoggerSite } from '../support/logs/recording-logger.js';
import { RedisServer, type RedisServerOptions } from '../support/redis/server/redis-server.js';

/** A failure of network or server, as the pages name it. */
interface Failure {
  readonly shown: string;
  readonly server?: RedisServerOptions;
  readonly options?: Pick<
    RedisCacheOptions & { connection?: undefined },
    'port' | 'password' | 'db' | 'loggerSite'
  >;
  /** Call that fails. Default: a read. */
  readonly provoke?: (cache: ICache, server: RedisServer) => Promise<unknown>;
}

const KEY = 'a';
const BYTES = new Uint8Array(1);
const UNREACHABLE = { port: 1, loggerSite: new RecordingLoggerSite() };

const FAILURES: readonly Failure[] = [
  { shown: 'nothing listens on that port', options: UNREACHABLE },
  {
    shown: 'the password is wrong or missing',
    server: { password: 'right' },
    options: { password: 'wrong' },
  },
  { shown: 'the database number does not exist', options: { db: 99 } },
  {
    shown: 'Redis does not answer in time',
    provoke: (cache, server) => {
      server.freeze();
      return cache.getValue(KEY);
    },
  },
  {
    shown: 'Redis dies during the call',
    provoke: async (cache, server) => {
      server.freeze();
      const reading = cache.getValue(KEY);
      reading.catch(() => undefined);
      await server.kill();
      return reading;
    },
  },
  {
    shown: 'Redis is full',
    server: { maxmemory: '1kb' },
    provoke: (cache) => cache.setValue(KEY, BYTES, '1m'),
  },
  {
    shown: 'the key holds a list, not a string',
    provoke: async (cache, server) => {
      await server.cli('LPUSH', KEY, 'x');
      return cache.getValue(KEY);
    },
  },
];

let thrown: Promise<string[][]> | undefined;

/** Rejections with `failureMode: throw`, provoked once: what happens, error, outcome, message. */
export function failureRows(): Promise<string[][]> {
  thrown ??= provokeAll();
  return thrown;
}

function provokeAll(): Promise<string[][]> {
  return Promise.all(
    FAILURES.map(
      async ({ shown, server: wanted = {}, options, provoke = (cache) => cache.getValue(KEY) }) => {
        await using server = await RedisServer.start(wanted);
        const { host, port } = server;
        const loggerSite = new RecordingLoggerSite();
        const cache = new RedisCache({ host, port, failureMode: 'throw', loggerSite, ...options });
        await cache.start();
        try {
          const answer = await provoke(cache, server);
          throw new Error(`${shown}: expected a rejection, got ${String(answer)}`);
        } catch (error) {
          const { name, code, outcome, message } = error as Error & { code?: string; outcome?: string };
          if (outcome === undefined) throw error;
          return [
            shown,
            `\`${name}\` \`${code}\``,
            `\`${outcome}\``,
            message.replace(/redis:\/\/[^/]+/, 'redis://host:6379'),
          ];
        } finally {
          await cache.close();
        }
      },
    ),
  );
}

/** Answers of the calls while no store answers, grouped by the answer: calls, answer. */
export async function degradedRows(): Promise<string[][]> {
  const cache = new RedisCache({ ...UNREACHABLE, prefix: 'app:' });
  await cache.start();
  const keys: string[] = [];
  for await (const key of cache.keys()) keys.push(key);
  const answers: Readonly<Record<string, unknown>> = {
    getValue: await cache.getValue(KEY),
    getExpiry: await cache.getExpiry(KEY),
    getValues: await cache.getValues([KEY, KEY]),
    setValue: await cache.setValue(KEY, BYTES, '1m'),
    setValues: await cache.setValues([[KEY, BYTES]], '1m'),
    setExpiry: await cache.setExpiry(KEY, '1m'),
    hasValue: await cache.hasValue(KEY),
    deleteValue: await cache.deleteValue(KEY),
    deleteValues: await cache.deleteValues([KEY]),
    clear: await cache.clear(),
    keys,
    connected: cache.connected,
  };
  await cache.close();
  const calls = new Map<string, string[]>();
  for (const [call, answer] of Object.entries(answers)) {
    const text = JSON.stringify(answer);
    calls.set(text, [...(calls.get(text) ?? []), call]);
  }
  return [...calls].map(([answer, names]) => [names.map((name) => `\`${name}\``).join(' '), `\`${answer}\``]);
}
