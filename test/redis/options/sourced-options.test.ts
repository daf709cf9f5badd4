import { describe, expect, it } from 'vitest';
import { environmentSource } from '../../../src/implements/redis/options/option-source.js';
import { withSources } from '../../../src/implements/redis/options/sourced-options.js';
import { ConfigurationError } from '../../../src/index.js';

type Options = Parameters<typeof withSources>[0];
type Environment = Record<string, string>;

const merged = (declared: object, env: Environment): object | undefined =>
  withSources(declared as Options, [environmentSource(env, 'REDIS_')]);
const issuesOf = (declared: object, env: Environment): readonly object[] => {
  try {
    merged(declared, env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.issues;
    throw error;
  }
  return [];
};

const ADDRESS = { REDIS_HOST: 'env', REDIS_PORT: '7000', REDIS_DB: '3' };
const sentinels = [{ host: 's' }];
const nodes = [{ host: 'n' }];
const credentials = { getCredentials: () => ({ password: 'p' }) };

describe('options completed from the environment', () => {
  it('declared options without a source stay as they are', () => {
    const declared = { url: 'redis://h' } as Options;
    expect(withSources(declared, [])).toBe(declared);
  });

  it.each<[string, object, Environment, object]>([
    ['nothing', {}, ADDRESS, { host: 'env', port: 7000, db: 3 }],
    ['a host', { host: 'h' }, ADDRESS, { host: 'h', port: 7000, db: 3 }],
    ['Sentinels', { sentinels }, ADDRESS, { sentinels, db: 3 }],
    ['nodes', { nodes }, ADDRESS, { nodes, db: 3 }],
    ['a socket', { path: '/run' }, ADDRESS, { path: '/run', db: 3 }],
    ['Sentinels, a socket', { sentinels }, { REDIS_URL: 'unix:///run' }, { sentinels, tls: false }],
    ['a host, a socket', { host: 'h' }, { REDIS_URL: 'unix:///run' }, { host: 'h', tls: false }],
    ['a socket, TLS', { path: '/run' }, { REDIS_URL: 'rediss://env' }, { path: '/run' }],
    ['a host, TLS', { host: 'h' }, { REDIS_URL: 'rediss://env:1' }, { host: 'h', port: 1, tls: true }],
    ['nothing, TLS', {}, { REDIS_URL: 'rediss://env' }, { host: 'env', tls: true }],
    [
      'how to encrypt, no TLS',
      { tls: { ca: 'x' } },
      { REDIS_URL: 'redis://env' },
      { host: 'env', tls: false },
    ],
    [
      'a provider of credentials',
      { credentials },
      { REDIS_URL: 'redis://u:p@env' },
      { host: 'env', credentials, tls: false },
    ],
    ['a linked container', {}, { REDIS_PORT: 'tcp://10.0.0.1:7001' }, { host: '10.0.0.1', port: 7001 }],
    [
      'a linked container, named',
      {},
      { REDIS_HOST: 'env', REDIS_PORT: 'tcp://10.0.0.1:7001' },
      { host: 'env', port: 7001 },
    ],
    ['the greatest port', {}, { REDIS_PORT: '65535' }, { port: 65_535 }],
    [
      'timeouts',
      {},
      { REDIS_SOCKET_TIMEOUT: '12.25', REDIS_SOCKET_CONNECT_TIMEOUT: '0.001' },
      { commandTimeout: 12_250, connectTimeout: 1 },
    ],
  ])('the environment completes a declaration of %s', (_what, declared, env, expected) => {
    expect(merged(declared, env)).toEqual(expected);
  });

  it.each<[string, object, Environment]>([
    ['a user beside a provider', { credentials }, { REDIS_USERNAME: 'a b', REDIS_PASSWORD: 'p\n' }],
    [
      'a user beside a declared one',
      { username: 'u', password: 'p' },
      { REDIS_USERNAME: 'a b', REDIS_PASSWORD: 'p\n' },
    ],
    ['an address beside Sentinels', { sentinels }, { REDIS_HOST: 'a b', REDIS_PORT: 'x' }],
    ['an address beside nodes', { nodes }, { REDIS_HOST: 'a b', REDIS_PORT: 'x' }],
    ['an address beside a socket', { path: '/run' }, { REDIS_HOST: 'a b', REDIS_PORT: 'x' }],
    ['a port beside a declared one', { port: 1 }, { REDIS_PORT: 'x' }],
    [
      'everything of a connection that is off',
      {},
      { ENABLE_REDIS: 'no', REDIS_PORT: 'x', REDIS_HOST: 'a b' },
    ],
  ])('a variable that does not count is not checked: %s', (_what, declared, env) => {
    expect(issuesOf(declared, env)).toEqual([]);
  });

  it.each<[Environment, string]>([
    [{ REDIS_HOST: 'a b' }, 'expected a name without white space, got a string of 3 characters'],
    [{ REDIS_HOST: 'a\nb' }, 'expected a name without white space, got a string of 3 characters'],
    [
      { REDIS_PASSWORD: 'p\n' },
      'expected text without a line break at its end, got a string of 2 characters that ends in a line break',
    ],
    [{ REDIS_PORT: '65536' }, 'expected a whole number from 1 to 65535, got a string of 5 characters'],
    [{ REDIS_PORT: 'xtcp://a:1' }, 'expected a whole number from 1 to 65535, got a string of 10 characters'],
    [{ REDIS_PORT: 'tcp://a:1x' }, 'expected a whole number from 1 to 65535, got a string of 10 characters'],
    [{ REDIS_DB: '-1' }, 'expected a whole number at least 0, got a string of 2 characters'],
    [
      { REDIS_SOCKET_TIMEOUT: '0' },
      'expected seconds above zero, such as 5 or 0.5, got a string of 1 characters',
    ],
    [{ ENABLE_REDIS: 'maybe' }, 'expected true or false, got a string of 5 characters'],
  ])('a variable that is wrong is named, with its place and the remedy: %o', (env, message) => {
    const [path] = Object.keys(env) as [string];
    const hint = 'or declare the option, which takes precedence';
    expect(issuesOf({}, env)).toMatchObject([{ source: 'environment', path, hint }]);
    expect((issuesOf({}, env)[0] as { message: string }).message).toContain(message.split(', got')[1] ?? '');
    if (!('ENABLE_REDIS' in env)) expect(issuesOf({}, env)).toMatchObject([{ message }]);
  });

  it('a password with a line break in its middle is taken as it is', () => {
    expect(merged({}, { REDIS_PASSWORD: 'a\nb' })).toMatchObject({ password: 'a\nb' });
  });

  it('a user name of any source requires a password', () => {
    const issue = { path: 'REDIS_PASSWORD', message: 'expected a password for the user name, got nothing' };
    expect(issuesOf({}, { REDIS_USERNAME: 'u' })).toMatchObject([issue]);
    expect(issuesOf({ credentials, username: 'u' }, {})).toEqual([]);
  });
});
