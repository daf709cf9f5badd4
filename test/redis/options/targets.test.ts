import { describe, expect, it } from 'vitest';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type {
  RedisConnectionOptions,
  UncheckedConnectionOptions,
} from '../../../src/implements/redis/redis-connection-options.js';
import { ArgumentError } from '../../../src/interfaces/errors.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';

const loggerSite = new RecordingLoggerSite();
const sentinels = [{ host: 'one' }];
const nodes = [{ host: 'one' }];
const SECRET = 'secret-of-a-test';

const make = (options: UncheckedConnectionOptions): RedisConnection =>
  new RedisConnection({ loggerSite, ...options } as RedisConnectionOptions);

/** Message for conflicting options; the stack must not contain the secret. */
function refusalOf(options: UncheckedConnectionOptions): string {
  try {
    make(options);
  } catch (error) {
    expect(error).toBeInstanceOf(ArgumentError);
    expect(String((error as Error).stack)).not.toContain(SECRET);
    return (error as Error).message.replace('options of RedisConnection: ', '');
  }
  return expect.unreachable(`${JSON.stringify(options)} were taken`);
}

describe('conflicting connection options', () => {
  it.each<[string, UncheckedConnectionOptions, string]>([
    [
      'Sentinels without the name of a master',
      { sentinels },
      'sentinels: requires name, the name of the master',
    ],
    ['Sentinels and nodes', { sentinels, name: 'main', nodes }, 'nodes: conflicts with sentinels'],
    ['no Sentinel', { sentinels: [], name: 'main' }, 'sentinels: '],
    ['no node', { nodes: [] }, 'nodes: '],
    ['Sentinels and a host', { sentinels, name: 'main', host: 'a' }, 'host: conflicts with sentinels'],
    ['Sentinels and a port', { sentinels, name: 'main', port: 1 }, 'port: conflicts with sentinels'],
    [
      'Sentinels and a URL',
      { sentinels, name: 'main', url: `redis://:${SECRET}@a` },
      'url: conflicts with sentinels',
    ],
    ['nodes and a host', { nodes, host: 'a' }, 'host: conflicts with nodes'],
    ['nodes and a port', { nodes, port: 1 }, 'port: conflicts with nodes'],
    ['nodes and a path', { nodes, path: '/a' }, 'path: conflicts with nodes'],
    ['nodes and a URL', { nodes, url: `redis://:${SECRET}@a` }, 'url: conflicts with nodes'],
    ['a cluster without nodes', { cluster: true }, 'cluster: requires nodes'],
    ['nodes that are of no cluster', { nodes, cluster: false }, 'cluster: false conflicts with nodes'],
    [
      'a database of a cluster',
      { nodes, db: 1 },
      'db: expected 0 or no value: a cluster has only database 0',
    ],
    ['a name without Sentinels', { name: 'main' }, 'name: requires sentinels'],
    [
      'a user of Sentinels without any',
      { sentinelUsername: 'a', sentinelPassword: SECRET },
      'sentinelUsername: requires sentinels',
    ],
    [
      'a password of Sentinels without any',
      { sentinelPassword: SECRET },
      'sentinelPassword: requires sentinels',
    ],
    ['TLS of Sentinels without any', { sentinelTls: true }, 'sentinelTls: requires sentinels'],
    [
      'a user of Sentinels without a password',
      { sentinels, name: 'main', sentinelUsername: 'a' },
      'sentinelUsername: requires sentinelPassword',
    ],
    ['readFrom without nodes', { readFrom: 'replica' }, 'readFrom: requires nodes'],
    [
      'natMap without a server that announces addresses',
      { natMap: { 'a:1': 'b:1' } },
      'natMap: requires sentinels or nodes',
    ],
    ['a path and a host', { path: '/a', host: 'a' }, 'host: conflicts with path'],
    ['a path and a port', { path: '/a', port: 1 }, 'port: conflicts with path'],
    ['a path and TLS', { path: '/a', tls: true }, 'tls: conflicts with path'],
    [
      'a URL and a host',
      { url: `redis://:${SECRET}@a`, host: 'b' },
      'host: conflicts with url; give only one of url and host',
    ],
    [
      'a URL and a port',
      { url: 'redis://a', port: 1 },
      'port: conflicts with url; give only one of url and port',
    ],
    [
      'a URL and a database',
      { url: 'redis://a', db: 1 },
      'db: conflicts with url; give only one of url and db',
    ],
    [
      'a URL and a path',
      { url: 'unix:///a', path: '/b' },
      'path: conflicts with url; give only one of url and path',
    ],
    [
      'two passwords',
      { url: `redis://:${SECRET}@a`, password: SECRET },
      'password: conflicts with url, which already contains one',
    ],
    [
      'two users',
      { url: `redis://a:${SECRET}@a`, username: 'b' },
      'username: conflicts with url, which already contains one',
    ],
    [
      'a URL with TLS, and none',
      { url: 'rediss://a', tls: false },
      'tls: false conflicts with a url that begins with rediss://',
    ],
    ['TLS to a Unix socket', { url: 'unix:///a', tls: true }, 'tls: conflicts with a Unix socket'],
    ['a user without a password', { username: 'a' }, 'username: a user name requires a password'],
    ['a certificate without its key', { tls: { cert: '/a' } }, 'tls: cert and key require each other'],
    ['an authority with insecure', { tls: { ca: '/a', insecure: true } }, 'tls: insecure conflicts with ca'],
  ])('conflicting connection options are refused: %s', (_, options, message) => {
    expect(refusalOf(options)).toContain(message);
  });

  it('a credentials provider conflicts with credentials', () => {
    const credentials = { getCredentials: async () => ({ password: SECRET }) };
    const message = 'conflicts with credentials, which supplies user name and password';
    expect(refusalOf({ credentials, password: SECRET })).toBe(`password: ${message}`);
    expect(refusalOf({ credentials, username: 'a' })).toBe(`username: ${message}`);
    expect(refusalOf({ credentials, url: `redis://:${SECRET}@a` })).toBe(`url: ${message}`);
  });

  it.each([
    [{ one: 'two:1' }],
    [{ 'one:1': 'two' }],
    [{ 'one:0': 'two:1' }],
    [{ 'one:1': 'two:70000' }],
    [{ 'a:b:1': 'c:1' }],
  ])('a natMap entry that is not an address is refused: %j', (natMap) => {
    expect(refusalOf({ nodes, natMap })).toBe('natMap: expected host:port on both sides');
  });

  it.each([
    ...[
      'http://a',
      'redis:/a/b/c',
      'redis://a/x',
      'redis://a:0',
      'redis://a:70000',
      'redis://a#x',
      'redis://a/1?db=1',
      'redis://a?timeout=1',
      'rediss://a?ssl_cert_reqs=none',
      'redis://:p/w@a',
      'redis://:p%w@a',
    ],
    ...[
      'unix://host/path',
      'unix:///',
      'unix:///path?db=x',
      'unix:///path?x=1',
      'redis://%ff@a',
      '',
      'a:6379',
    ],
  ])('a URL that is not a Redis URL is refused: %s', (url) => {
    expect(refusalOf({ url })).toContain('url: expected a URL such as redis://user:password@host:6379/0');
  });

  it.each<RedisConnectionOptions>([
    { sentinels, name: 'main', natMap: { '10.0.0.1:6379': 'localhost:7001', '[::1]:6379': '[::1]:7001' } },
    {
      sentinels,
      name: 'main',
      sentinelUsername: 'a',
      sentinelPassword: SECRET,
      sentinelTls: true,
      tls: true,
      db: 3,
    },
    { nodes, cluster: true, readFrom: 'replica', db: 0, natMap: { 'a:1': 'b:1' } },
    { path: '/a', db: 2, tls: false, username: 'a', password: SECRET },
    { url: `unix://user:${SECRET}@localhost/a?db=2` },
    { url: 'redis://a', tls: true, username: 'a', password: SECRET },
    { username: 'a', fromEnv: true, env: { REDIS_PASSWORD: SECRET } },
  ])('compatible connection options are accepted: %j', (options) => {
    expect(() => make(options)).not.toThrow();
  });
});

describe('refused URL', () => {
  it.each([
    ['http://a', 'its scheme is none of redis, rediss, valkey, valkeys, tcp and unix'],
    ['redis://a/x', 'its path is no database number'],
    ['redis://a:70000', 'its port is no number from 1 to 65535'],
    ['redis://a:0', 'its port is no number from 1 to 65535'],
    [`redis://:${SECRET}#@a`, 'it contains a #; percent-encode special characters of user name and password'],
    [`redis://:${SECRET}/@a`, 'an @ follows its path; percent-encode special characters'],
    [`redis://:${SECRET}%@a`, 'it contains a % that begins no escape; percent-encode special characters'],
    [`redis://a?key=${SECRET}`, 'its query sets something other than db'],
    ['rediss://a?ssl_cert_reqs=none', 'to accept any certificate, declare tls: { insecure: true }'],
    [`redis://a\n`, 'it contains white space or a line break'],
    [`unix://host/path`, 'it names a host; write unix:///path'],
  ])('the refusal of a URL names the part that is wrong, and the remedy: %j', (url, reason) => {
    const refusal = refusalOf({ url });
    expect(refusal).toContain(reason);
    expect(refusal).not.toContain(SECRET);
  });

  it.each([
    ['127.0.0.1:6379', 'got one with a port; use the option port for it'],
    ['[::1]:6379', 'got one with a port; use the option port for it'],
    ['redis://a', 'got a URL; use the option url'],
    ['a b', 'without white space'],
    ['a\n', 'expected text without a line break at its end'],
  ])('a host that holds more than a host is refused with the option to use: %j', (host, reason) => {
    expect(refusalOf({ host })).toContain(reason);
  });
});

describe('database of a connection', () => {
  it.each<[string, RedisConnectionOptions]>([
    ['redis://localhost:6379/0', {}],
    ['redis://a:1/2', { host: 'a', port: 1, db: 2 }],
    ['redis://[::1]:6379/0', { host: '::1' }],
    ['rediss://a:6379/0', { host: 'a', tls: true }],
    ['rediss://a:6379/0', { host: 'a', tls: { servername: 'b' } }],
    ['redis://a:6379/0', { url: 'redis://a', tls: { servername: 'b' } }],
    ['redis://a:6379/0', { url: 'tcp://a', tls: { servername: 'b' } }],
    ['rediss://a:6379/0', { url: 'valkeys://a', tls: { servername: 'b' } }],
    ['rediss://a:6379/0', { url: 'redis://a', tls: true }],
    ['unix:///a?db=0', { url: 'unix:///a', tls: { servername: 'b' } }],
    ['redis://a:6379/0', { tls: { servername: 'b' }, fromEnv: true, env: { REDIS_URL: 'redis://a' } }],
    ['rediss://a:6379/0', { tls: { servername: 'b' }, fromEnv: true, env: { REDIS_URL: 'rediss://a' } }],
    [
      'rediss://b:6379/0',
      { host: 'b', tls: { insecure: true }, fromEnv: true, env: { REDIS_URL: 'redis://a' } },
    ],
    ['unix:///a?db=0', { path: '/a', fromEnv: true, env: { REDIS_URL: 'rediss://b' } }],
    ['redis://a:6379/0', { url: `redis://user:${SECRET}@a` }],
    ['rediss://a:7000/3', { url: `rediss://:${SECRET}@a:7000/3` }],
    ['redis://[::1]:7000/0', { url: 'redis://[::1]:7000' }],
    ['redis://localhost:6379/0', { url: 'redis:' }],
    ['redis://a:6379/1', { url: 'valkey://a/1/' }],
    ['rediss://a:6379/0', { url: 'valkeys://a?ssl_cert_reqs=required' }],
    ['redis://10.0.0.1:6379/2', { url: 'tcp://10.0.0.1:6379?db=2&family=0' }],
    ['unix:///run/redis.sock?db=0', { path: '/run/redis.sock' }],
    ['unix:///run/redis.sock?db=4', { path: '/run/redis.sock', db: 4 }],
    ['unix:///run/a b?db=5', { url: `unix://user:${SECRET}@localhost/run/a%20b?db=5` }],
    ['unix:///run/redis.sock?db=0', { url: 'unix:///run/redis.sock' }],
    [
      'redis-sentinel://a:26379,b:1/main/2',
      { sentinels: [{ host: 'b', port: 1 }, { host: 'a' }], name: 'main', db: 2 },
    ],
    ['redis-cluster://a:6379,b:7000/0', { nodes: [{ host: 'b', port: 7000 }, { host: 'a' }] }],
  ])('database names the target without credentials: %s', (database, options) => {
    expect(make({ password: options.url === undefined ? SECRET : undefined, ...options }).database).toBe(
      database,
    );
  });

  it('database is equal for connections that name one database in different ways', () => {
    const [one, two] = [{ host: 'a' }, { host: 'b' }];
    expect(make({ nodes: [one, two] }).database).toBe(make({ nodes: [two, one] }).database);
    expect(make({ url: 'redis://a/1' }).database).toBe(make({ host: 'a', db: 1 }).database);
    expect(make({ url: 'unix:///a?db=1' }).database).toBe(make({ path: '/a', db: 1 }).database);
  });

  it('only a cluster connection is sharded', () => {
    expect(make({ nodes }).sharded).toBe(true);
    expect(make({ sentinels, name: 'main' }).sharded).toBe(false);
    expect(make({}).sharded).toBe(false);
  });
});
