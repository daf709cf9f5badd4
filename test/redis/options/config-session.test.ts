import { describe, expect, it } from 'vitest';
import { YamlConfig } from '../../../src/implements/data/config/yaml-config.js';
import { sessionSource } from '../../../src/implements/redis/options/option-source.js';
import { withSources } from '../../../src/implements/redis/options/sourced-options.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { RedisConnectionOptions } from '../../../src/implements/redis/redis-connection-options.js';
import { ComponentSite, ComponentSiteBuilder, ConfigurationError, IConfig } from '../../../src/index.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';

/** Sessions of an application. */
function configOf(sessions: Readonly<Record<string, Readonly<Record<string, string>>>>): IConfig {
  const settings = Object.entries(sessions).map(
    ([name, values]) => [name, new Map(Object.entries(values))] as const,
  );
  return new YamlConfig(new Map(settings));
}

function databaseOf(options: RedisConnectionOptions): string {
  return new RedisConnection({ loggerSite: new RecordingLoggerSite(), ...options }).database;
}

describe('connection options from an IConfig session', () => {
  const session = configOf({ redis: { host: 'session', db: '2' }, other: { url: 'redis://other:7000/7' } });
  const env = { REDIS_HOST: 'environment', REDIS_PORT: '6400', REDIS_DB: '3' };

  it.each([
    ['declared', { host: 'declared', config: session, fromEnv: true, env }, 'redis://declared:6400/2'],
    ['session', { config: session, fromEnv: true, env }, 'redis://session:6400/2'],
    ['environment', { fromEnv: true, env }, 'redis://environment:6400/3'],
    ['default', { fromEnv: true, env: {} }, 'redis://localhost:6379/0'],
    ['another session', { config: session, configSession: 'other' }, 'redis://other:7000/7'],
    ['a session that is not there', { config: session, configSession: 'absent' }, 'redis://localhost:6379/0'],
  ] as [string, RedisConnectionOptions, string][])(
    'an option comes from the declaration, else the session, else the environment, else its default: %s',
    (_, options, database) => {
      expect(databaseOf(options)).toBe(database);
    },
  );

  it('an invalid setting is named, and its value is not shown', () => {
    const config = configOf({ redis: { port: 'secret-port', commandTimeout: 'soon', url: 'http://secret' } });
    const make = () => databaseOf({ config });
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(
      /session redis port: expected a whole number from 1 to 65535, got a string of 11 characters/,
    );
    expect(make).toThrow(/session redis commandTimeout: expected a duration/);
    expect(make).not.toThrow(/secret/);
  });

  it('a session supplies durations with their units', () => {
    const source = sessionSource(
      configOf({ redis: { commandTimeout: '250ms' } }).getSession('redis'),
      'redis',
    );
    expect(withSources({}, [source])).toEqual({ commandTimeout: 250 });
  });

  it('a declaration names its session', async () => {
    await using site = new ComponentSite();
    site.registerComponent(IConfig, session, 'app');
    const text = `
- class: RedisCache
  entries: [{ interface: ICache, name: Redis }]
  config: app
  configSession: other
  prefix: 'p:'
  connectTimeout: 100ms`;
    await new ComponentSiteBuilder().loads(site, text);
    const { ICache } = await import('../../../src/index.js');
    const cache = site.getComponent(ICache, 'Redis') as unknown as { keySpace: { database: string } };
    expect(cache.keySpace.database).toBe('redis://other:7000/7');
  });
});
