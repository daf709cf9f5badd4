import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { RedisConnectionOptions } from '../../../src/implements/redis/redis-connection-options.js';
import { loadComponentSite } from '../../../src/implements/site/load-component-site.js';
import { ICache } from '../../../src/interfaces/cache.js';
import { ConfigurationError } from '../../../src/interfaces/errors.js';
import { IRedisConnection } from '../../../src/interfaces/redis-connection.js';
import { folderWith } from '../../site/folder.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';

const SECRET = 'secret-of-a-test';

function make(
  env: Record<string, string | undefined>,
  options: RedisConnectionOptions = {},
): RedisConnection {
  const connection = new RedisConnection({
    fromEnv: true,
    env,
    loggerSite: new RecordingLoggerSite(),
    ...options,
  });
  onTestFinished(() => connection.close());
  return connection;
}

async function ready(
  env: Record<string, string>,
  options?: RedisConnectionOptions,
): Promise<RedisConnection> {
  const connection = make(env, options);
  await connection.start();
  await eventually('it is ready', () => connection.status === 'ready');
  return connection;
}

const database = (env: Record<string, string | undefined>, options?: RedisConnectionOptions): string =>
  make(env, options).database;

/** Messages for the refused variables; checks that no message contains their values. */
function issuesOf(env: Record<string, string>, options?: RedisConnectionOptions): string[] {
  try {
    make(env, options);
  } catch (error) {
    if (!ConfigurationError.is(error)) throw error;
    expect(error.code).toBe('E_CONFIG_ENV');
    const shown = inspect(error, { depth: 8, showHidden: true });
    for (const text of Object.values(env)) if (text.length > 3) expect(shown).not.toContain(text);
    return error.issues.map(({ path, message }) => `${path}: ${message}`);
  }
  return expect.unreachable(`${JSON.stringify(Object.keys(env))} were taken`);
}

async function server(users?: readonly string[]): Promise<RedisServer> {
  const redis = await RedisServer.start(users === undefined ? {} : { users });
  onTestFinished(() => redis.stop());
  return redis;
}

describe('connection options from the environment', () => {
  it('the environment is ignored unless the options name it', () => {
    const env = { REDIS_HOST: 'elsewhere', REDIS_PORT: 'wrong', ENABLE_REDIS: 'no' };
    expect(database(env, { fromEnv: undefined })).toBe('redis://localhost:6379/0');
    expect(database(env, { fromEnv: false })).toBe('redis://localhost:6379/0');
  });

  it.each<[Record<string, string>, string]>([
    [{}, 'redis://localhost:6379/0'],
    [{ REDIS_HOST: 'a' }, 'redis://a:6379/0'],
    [{ REDIS_PORT: '7000' }, 'redis://localhost:7000/0'],
    [{ REDIS_DB: '3' }, 'redis://localhost:6379/3'],
    [{ REDIS_URL: 'rediss://:pass@a:1/2' }, 'rediss://a:1/2'],
    [{ REDIS_URL: 'unix:///run/redis.sock?db=2' }, 'unix:///run/redis.sock?db=2'],
    [{ REDIS_HOST: '', REDIS_PORT: '', REDIS_DB: '', REDIS_URL: '' }, 'redis://localhost:6379/0'],
    [{ CACHE_HOST: 'a' }, 'redis://localhost:6379/0'],
  ])('environment variables fill in undeclared options: %j', (env, expected) => {
    expect(database(env)).toBe(expected);
  });

  it('environment variables are read with the given prefix', () => {
    const env = { REDIS_HOST: 'a', REDIS_DB: '1', SESSIONS_REDIS_HOST: 'b', SESSIONS_REDIS_PORT: '7000' };
    expect(database(env, { fromEnv: 'SESSIONS_REDIS_' })).toBe('redis://b:7000/0');
    expect(issuesOf({ SESSIONS_REDIS_PORT: 'wrong' }, { fromEnv: 'SESSIONS_REDIS_' })).toEqual([
      'SESSIONS_REDIS_PORT: expected a whole number from 1 to 65535, got a string of 5 characters',
    ]);
    for (const prefix of ['redis_', 'REDIS', '', '_', 'A B_']) {
      expect(() => make({}, { fromEnv: prefix })).toThrow('fromEnv');
    }
  });

  it.each<[RedisConnectionOptions, Record<string, string>, string]>([
    [{ host: 'a' }, { REDIS_HOST: 'b', REDIS_PORT: '7000' }, 'redis://a:7000/0'],
    [{ port: 1 }, { REDIS_HOST: 'b', REDIS_PORT: '7000' }, 'redis://b:1/0'],
    [{ db: 1 }, { REDIS_DB: '2' }, 'redis://localhost:6379/1'],
    [{ url: 'redis://a:1/2' }, { REDIS_HOST: 'b', REDIS_PORT: '7000', REDIS_DB: '3' }, 'redis://a:1/2'],
    [{ url: 'redis://a' }, { REDIS_PORT: '7000', REDIS_DB: '3' }, 'redis://a:7000/3'],
    [{ host: 'a' }, { REDIS_URL: 'rediss://b:1/2' }, 'rediss://a:1/2'],
    [{ path: '/a' }, { REDIS_HOST: 'b', REDIS_PORT: '7000', REDIS_DB: '2' }, 'unix:///a?db=2'],
    [{ host: 'a' }, { REDIS_URL: 'unix:///run/redis.sock?db=2' }, 'redis://a:6379/2'],
    [{ nodes: [{ host: 'a' }] }, { REDIS_HOST: 'b', REDIS_PORT: '7000' }, 'redis-cluster://a:6379/0'],
    [
      { sentinels: [{ host: 'a' }], name: 'main' },
      { REDIS_HOST: 'b', REDIS_DB: '2' },
      'redis-sentinel://a:26379/main/2',
    ],
  ])('declared options %j override the environment %j', (options, env, expected) => {
    expect(database(env, options)).toBe(expected);
  });

  it('user and password come from the environment, and declared ones override each', async () => {
    const users = ['user default off', 'user app on >right ~* +@all', 'user other on >else ~* +@all'];
    const { host, port } = await server(users);
    const env = {
      REDIS_HOST: host,
      REDIS_PORT: String(port),
      REDIS_USERNAME: 'app',
      REDIS_PASSWORD: 'right',
    };
    const whoami = async (options?: RedisConnectionOptions): Promise<unknown> =>
      (await ready(env, { commandTimeout: '5s', ...options })).execute(['ACL', 'WHOAMI'], { reply: 'text' });
    expect(await whoami()).toBe('app');
    expect(await whoami({ username: 'other', password: 'else' })).toBe('other');
    const credentials = { getCredentials: async () => ({ username: 'other', password: 'else' }) };
    expect(await whoami({ credentials })).toBe('other');
  });

  it('limits and timeouts come from the environment, and a declared one overrides it', async () => {
    const redis = await server();
    const { host, port } = redis;
    const env = {
      ...{ REDIS_HOST: host, REDIS_PORT: String(port), REDIS_MAX_CONNECTIONS: '1' },
      ...{ REDIS_SOCKET_TIMEOUT: '0.5', REDIS_SOCKET_CONNECT_TIMEOUT: '2' },
    };
    const wait = (connection: RedisConnection, block: number): Promise<unknown> =>
      connection.blocking(['BLPOP', 'list', String(block / 1000)], { block });
    const connection = await ready(env);
    await eventually('there is a connection for it', async () => (await wait(connection, 10)) === null);
    const busy = wait(connection, 5000).catch(() => undefined);
    const second = (): Promise<unknown> => wait(connection, 10);
    await settlesInTime(550, 'the second', () =>
      expect(second()).rejects.toMatchObject({ code: 'E_OVERLOADED' }),
    );
    const roomy = await ready(env, { commandTimeout: '5s', maxConnections: 2 });
    const both = [wait(roomy, 1000), wait(roomy, 1000)];
    await eventually('both wait', async () => /blocked_clients:3/.test(await redis.text('INFO', 'clients')));
    expect(await Promise.all(both)).toEqual([null, null]);
    await connection.close();
    await busy;
    const hurried = await ready(env);
    redis.freeze();
    const call = (): Promise<unknown> => hurried.execute(['PING']);
    await settlesInTime(550, 'a call', () =>
      expect(call()).rejects.toMatchObject({ code: 'E_OPERATION_TIMEOUT' }),
    );
    await settlesInTime(2050, 'start', () => make(env).start());
    await settlesInTime(1000, 'start', () => make(env, { connectTimeout: 300 }).start());
    redis.thaw();
  });

  it('a user name in the environment requires a password', () => {
    expect(issuesOf({ REDIS_USERNAME: 'somebody' })).toEqual([
      'REDIS_PASSWORD: expected a password for the user name, got nothing',
    ]);
    expect(issuesOf({}, { username: 'somebody' })).toEqual([
      'REDIS_PASSWORD: expected a password for the user name, got nothing',
    ]);
    expect(database({ REDIS_USERNAME: 'somebody' }, { password: SECRET })).toBe('redis://localhost:6379/0');
  });
});

describe('invalid environment variable', () => {
  const text = (name: string, expected: string, value: string): [Record<string, string>, string] => [
    { [name]: value },
    `${name}: expected ${expected}, got a string of ${value.length} characters`,
  ];
  const PORT = 'a whole number from 1 to 65535';
  const SECONDS = 'seconds above zero, such as 5 or 0.5';
  const FLAG = 'true, 1, yes or on, or false, 0, no or off';
  it.each([
    ...['abc', '0', '-1', '65536', '6379x', ' 6379', '6.5', '0x10', '1e3'].map((value) =>
      text('REDIS_PORT', PORT, value),
    ),
    ...['abc', '-1', '1.5'].map((value) => text('REDIS_DB', 'a whole number at least 0', value)),
    ...['abc', '0', '10001'].map((value) =>
      text('REDIS_MAX_CONNECTIONS', 'a whole number from 1 to 10000', value),
    ),
    ...['abc', '0', '-1', '5s', '1e3', 'Infinity', '.5'].map((value) =>
      text('REDIS_SOCKET_TIMEOUT', SECONDS, value),
    ),
    ...['abc', '0'].map((value) => text('REDIS_SOCKET_CONNECT_TIMEOUT', SECONDS, value)),
    ...['maybe', '2', 'enabled'].map((value) => text('ENABLE_REDIS', FLAG, value)),
    ...['6379\n', '6379\r\n'].map((value): [Record<string, string>, string] => [
      { REDIS_PORT: value },
      `REDIS_PORT: expected text without a line break at its end, got a string of ${value.length} characters that ends in a line break`,
    ]),
    text('REDIS_HOST', 'a name without white space', 'a\u0007b'),
    ...[
      ['http://elsewhere', 'its scheme is none of redis, rediss, valkey, valkeys, tcp and unix'],
      [SECRET, 'its scheme is none of redis, rediss, valkey, valkeys, tcp and unix'],
      ['redis://elsewhere/x', 'its path is no database number'],
      [
        'redis://:p#w@elsewhere',
        'it contains a #; percent-encode special characters of user name and password, such as %23 for # and %2F for /',
      ],
    ].map(([value = '', reason]) =>
      text(
        'REDIS_URL',
        `a URL such as redis://user:password@host:6379/0, rediss:// for TLS, or unix:///path?db=0; ${reason}`,
        value,
      ),
    ),
  ])('an invalid variable is named, and its value is not shown: %j', (env, issue) => {
    expect(issuesOf(env)).toEqual([issue]);
  });

  it('a variable that does not count, because its option is declared or part of the URL, is not checked', () => {
    const env = { REDIS_PORT: 'wrong', REDIS_DB: 'wrong', REDIS_SOCKET_TIMEOUT: 'wrong' };
    expect(database(env, { port: 1, db: 2, commandTimeout: '1s' })).toBe('redis://localhost:1/2');
    const URL = { REDIS_URL: `redis://user:${SECRET}@elsewhere:7000/1` };
    const others = { REDIS_HOST: 'a b', REDIS_PORT: 'wrong', REDIS_DB: 'wrong', REDIS_USERNAME: 'a b' };
    expect(database({ ...URL, ...others })).toBe('redis://elsewhere:7000/1');
    expect(database({ REDIS_URL: 'redis://elsewhere', REDIS_USERNAME: 'user', REDIS_PASSWORD: SECRET })).toBe(
      'redis://elsewhere:6379/0',
    );
    expect(database({ REDIS_PORT: 'wrong' }, { nodes: [{ host: 'a' }] })).toBe('redis-cluster://a:6379/0');
  });

  it('an address that Kubernetes puts in place of a port is understood', () => {
    expect(database({ REDIS_PORT: 'tcp://10.0.0.1:6380' })).toBe('redis://10.0.0.1:6380/0');
    expect(database({ REDIS_PORT: 'tcp://10.0.0.1:6380', REDIS_HOST: 'cache' })).toBe('redis://cache:6380/0');
    expect(database({ REDIS_PORT: 'tcp://10.0.0.1:6380', REDIS_URL: 'redis://a:1' })).toBe('redis://a:1/0');
  });

  it('all invalid variables are reported together', () => {
    const issues = issuesOf({ REDIS_PORT: 'wrong', REDIS_DB: 'wrong', REDIS_SOCKET_TIMEOUT: 'wrong' });
    expect(issues.map((issue) => issue.split(':')[0])).toEqual([
      'REDIS_PORT',
      'REDIS_DB',
      'REDIS_SOCKET_TIMEOUT',
    ]);
  });
});

describe('ENABLE_REDIS', () => {
  it.each(['false', '0', 'no', 'off', 'FALSE', 'No'])(
    'ENABLE_REDIS switches the connection off: %s',
    async (ENABLE_REDIS) => {
      const loggerSite = new RecordingLoggerSite();
      const connection = make({ ENABLE_REDIS, REDIS_PORT: 'wrong' }, { loggerSite, required: true });
      await connection.start();
      expect(connection.status).toBe('idle');
      await expect(connection.execute(['PING'])).rejects.toMatchObject({
        code: 'E_CONNECTION_REFUSED',
        outcome: 'not-sent',
        message: expect.stringContaining('switched off by its environment'),
      });
      const { status, pingMs, reason, nodes } = await connection.health();
      expect([status, pingMs, nodes]).toEqual(['idle', null, []]);
      expect(reason).toContain('switched off');
      expect(connection.client).toBeUndefined();
      expect(loggerSite.records.map(({ level }) => level)).toEqual(['info']);
      await connection.close();
      expect(connection.status).toBe('closed');
    },
  );

  it.each(['true', '1', 'yes', 'on', 'TRUE', ''])(
    'ENABLE_REDIS leaves the connection on: %j',
    async (ENABLE_REDIS) => {
      const connection = make({ ENABLE_REDIS }, { host: '127.0.0.1', port: 1, connectTimeout: '1s' });
      await connection.start();
      expect(connection.status).toBe('connecting');
    },
  );

  it('ENABLE_REDIS carries the prefix of the other variables', async () => {
    const env = { ENABLE_REDIS: 'true', ENABLE_SESSIONS_REDIS: 'off' };
    const connection = make(env, { fromEnv: 'SESSIONS_REDIS_' });
    await connection.start();
    expect(connection.status).toBe('idle');
  });
});

describe('declaration with a connection from the environment', () => {
  const CONNECTION = `- class: RedisConnection
  entries: [{interface: IRedisConnection, name: main}]
  fromEnv: true
- class: RedisCache
  entries: [{interface: ICache, name: Redis}]
  connection: main
  prefix: 'app:'
- class: RedisCache
  entries: [{interface: ICache, name: Own}]
  fromEnv: CACHE_REDIS_
  prefix: 'own:'
`;

  it('a declaration reads the variables given to the load, not those of the process', async () => {
    const redis = await server();
    const folder = await folderWith({ 'redis.yml': CONNECTION });
    const env = { REDIS_URL: redis.url, CACHE_REDIS_HOST: redis.host, CACHE_REDIS_PORT: String(redis.port) };
    await using site = await loadComponentSite(join(folder, 'redis.yml'), { env });
    const connection = site.getComponent(IRedisConnection, 'main');
    expect(connection.database).toBe(`${redis.url}/0`);
    await eventually('it is ready', () => connection.status === 'ready');
    for (const name of ['Redis', 'Own']) {
      const cache = site.getComponent(ICache, name);
      await eventually('it is connected', () => cache.connected);
      expect(await cache.setValue('k', null, '1m')).toBe(true);
    }
    expect(await redis.cli('EXISTS', 'app:k', 'own:k')).toBe(2);
  });

  it('a declaration loads, and its cache degrades, when the environment switches Redis off', async () => {
    const folder = await folderWith({ 'redis.yml': CONNECTION });
    const env = { ENABLE_REDIS: 'false', ENABLE_CACHE_REDIS: 'false' };
    await using site = await loadComponentSite(join(folder, 'redis.yml'), { env });
    expect(site.getComponent(IRedisConnection, 'main').status).toBe('idle');
    for (const name of ['Redis', 'Own']) {
      const cache = site.getComponent(ICache, name);
      expect(cache.connected).toBe(false);
      expect(await cache.getValue('k')).toBeNull();
    }
  });

  it('a load fails with the name of an invalid variable, and nothing of its value', async () => {
    const folder = await folderWith({ 'redis.yml': CONNECTION });
    const env = { REDIS_URL: SECRET, CACHE_REDIS_PORT: SECRET };
    const error = await loadComponentSite(join(folder, 'redis.yml'), { env }).then(
      () => expect.unreachable('it loaded'),
      (reason: unknown) => reason as ConfigurationError,
    );
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'E_CONFIG_ENV' });
    expect(error.message).toContain('REDIS_URL');
    expect(inspect(error, { depth: 8, showHidden: true })).not.toContain(SECRET);
  });
});
