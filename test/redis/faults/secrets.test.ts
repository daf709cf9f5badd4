import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import type {
  RedisCacheOptions,
  UncheckedCacheOptions,
} from '../../../src/implements/cache/redis/redis-cache-options.js';
import { SystemClock } from '../../../src/implements/foundation/clock/system-clock.js';
import { ProcessLoggerSite } from '../../../src/implements/foundation/logger/process-logger-site.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';
import { settlesWithin } from '../../support/time/eventually.js';

const CANARY = 'canary-5f1d';
const PASSWORD = `${CANARY}:@/p`;
const DISGUISES = [CANARY, Buffer.from(PASSWORD).toString('base64'), Buffer.from(PASSWORD).toString('hex')];

/** Every printable form of a value. */
function allOf(value: unknown): string {
  const texts = [inspect(value, { depth: 12, showHidden: true, getters: false }), String(value)];
  try {
    texts.push(JSON.stringify(value) ?? '');
  } catch {
    // Not every value has a JSON.
  }
  if (value instanceof Error) texts.push(value.stack ?? '', allOf(value.cause ?? ''));
  return texts.join('\n');
}

describe('secrecy of secrets and values', () => {
  let server: RedisServer;
  const seen: unknown[] = [];
  const note = (message: unknown): void => void seen.push(message);
  /** Of what calls answered only their errors; a value that was read is the caller's to see. */
  const noteFailures = (results: unknown): void => {
    if (!Array.isArray(results)) return;
    for (const result of results as PromiseSettledResult<unknown>[])
      if ('reason' in result) note(result.reason);
  };

  beforeAll(async () => {
    server = await RedisServer.start({ password: PASSWORD });
    subscribe('inversify-cache:degraded', note);
  });
  afterAll(async () => {
    unsubscribe('inversify-cache:degraded', note);
    await server.stop();
  });

  /** Provokes the failures of a cache, and collects all errors and log records. */
  async function through(
    options: UncheckedCacheOptions,
    fault: (cache: RedisCache) => Promise<unknown>,
  ): Promise<string> {
    const log = new RecordingLoggerSite();
    const results: unknown[] = [log.records, seen];
    try {
      const cache = new RedisCache({
        loggerSite: log,
        failureMode: 'throw',
        ...options,
      } as RedisCacheOptions);
      results.push(cache);
      await cache.start().catch(note);
      await fault(cache).then(noteFailures, note);
      await cache.close();
    } catch (error) {
      results.push(error);
    }
    const text = results.map(allOf).join('\n');
    expect(text.length).toBeGreaterThan(100);
    return text;
  }

  const withPassword = (): UncheckedCacheOptions => ({
    host: '127.0.0.1',
    port: server.port,
    password: PASSWORD,
  });
  const asUrl = (host: string) => `redis://:${encodeURIComponent(PASSWORD)}@${host}`;
  const faults: [string, () => UncheckedCacheOptions, (cache: RedisCache) => Promise<unknown>][] = [
    ['nothing wrong', withPassword, (cache) => cache.setValue('k', Buffer.from(CANARY), '1m')],
    [
      'a wrong type',
      withPassword,
      async (cache) => {
        await server.cli('LPUSH', `list-${CANARY}`, CANARY);
        return cache.getValue(`list-${CANARY}`);
      },
    ],
    ['an oversized value', withPassword, (cache) => cache.setValue(CANARY, Buffer.alloc(9e6, CANARY), '1m')],
    ['a bad key', withPassword, (cache) => cache.getValue(`${CANARY}\uD800`)],
    ['a bad life', withPassword, (cache) => cache.setValue(CANARY, Buffer.from(CANARY), -1)],
    ['a bad value', withPassword, (cache) => cache.setValue(CANARY, CANARY as unknown as Uint8Array, '1m')],
    [
      'use after close',
      withPassword,
      async (cache) => {
        await cache.close();
        return cache.getValue(CANARY);
      },
    ],
    [
      'a wrong password',
      () => ({ ...withPassword(), password: `${PASSWORD}!` }),
      (cache) => cache.getValue('k'),
    ],
    [
      'a wrong user',
      () => ({ ...withPassword(), username: `user-${CANARY}` }),
      (cache) => cache.getValue('k'),
    ],
    ['no server there', () => ({ url: asUrl('127.0.0.1:1') }), (cache) => cache.getValue('k')],
    ['a URL that works', () => ({ url: asUrl(`127.0.0.1:${server.port}`) }), (cache) => cache.getValue('k')],
    ['a URL that is none', () => ({ url: `redis://${CANARY}:${CANARY}@[` }), (cache) => cache.getValue('k')],
    [
      'a URL of another kind',
      () => ({ url: asUrl('h').replace('redis', 'http') }),
      (cache) => cache.getValue('k'),
    ],
    [
      'a URL and parts',
      () => ({ url: asUrl('h'), password: PASSWORD, port: 1 }),
      (cache) => cache.getValue('k'),
    ],
    [
      'an unknown option',
      () => ({ ...withPassword(), [CANARY]: CANARY }) as UncheckedCacheOptions,
      (cache) => cache.getValue('k'),
    ],
    [
      'a password that is no text',
      () => ({ password: [CANARY] as unknown as string }),
      (cache) => cache.getValue('k'),
    ],
    [
      'TLS to a plain port',
      () => ({ ...withPassword(), tls: true, connectTimeout: 300 }),
      (cache) => cache.getValue('k'),
    ],
    [
      'a password of Sentinels',
      () => ({
        sentinels: [{ host: '127.0.0.1', port: 1 }],
        name: 'main',
        password: PASSWORD,
        sentinelPassword: PASSWORD,
      }),
      (cache) => cache.getValue('k'),
    ],
    [
      'a password of Sentinels that are none',
      () => ({
        sentinels: [{ host: '127.0.0.1', port: server.port }],
        name: 'main',
        password: PASSWORD,
        sentinelPassword: PASSWORD,
      }),
      (cache) => cache.getValue('k'),
    ],
    [
      'a cluster that is none',
      () => ({ nodes: [{ host: '127.0.0.1', port: server.port }], password: PASSWORD }),
      (cache) => cache.getValue('k'),
    ],
    [
      'a provider that fails',
      () => ({
        ...withPassword(),
        password: undefined,
        credentials: { getCredentials: () => Promise.reject(new Error(PASSWORD)) },
      }),
      (cache) => cache.getValue('k'),
    ],
    [
      'a provider that gives a wrong password',
      () => ({
        ...withPassword(),
        password: undefined,
        credentials: { getCredentials: async () => ({ username: CANARY, password: PASSWORD }) },
      }),
      (cache) => cache.getValue('k'),
    ],
    [
      'a password in the environment',
      () => ({
        fromEnv: true,
        env: { REDIS_PORT: String(server.port), REDIS_HOST: '127.0.0.1', REDIS_PASSWORD: `${PASSWORD}!` },
      }),
      (cache) => cache.getValue('k'),
    ],
    [
      'an environment that is wrong',
      () => ({
        fromEnv: true,
        env: { REDIS_URL: asUrl('['), REDIS_PORT: CANARY, REDIS_DB: CANARY, ENABLE_REDIS: CANARY },
      }),
      (cache) => cache.getValue('k'),
    ],
    [
      'tokens and values in scripts, to who listens to the driver',
      withPassword,
      async (cache) => {
        const commands = 'tracing:node-redis:command:asyncEnd';
        const seenWords: string[] = [];
        const listen = (message: unknown): void => {
          note((message as { args: unknown }).args);
          seenWords.push(String((message as { args: string[] }).args[0]));
        };
        subscribe(commands, listen);
        await cache.acquireLease('k', CANARY, '1m');
        await cache.write('k', Buffer.from(CANARY), '1m', CANARY);
        await cache.setValue('k', Buffer.from(CANARY), '1.5s');
        await cache.setValue('k', Buffer.from(CANARY), '1s');
        unsubscribe(commands, listen);
        expect(seenWords).toEqual(expect.arrayContaining(['EVALSHA', 'PSETEX', 'SETEX']));
      },
    ],
    [
      'a frozen server',
      () => ({ ...withPassword(), commandTimeout: 100 }),
      async (cache) => {
        server.freeze();
        const result = await Promise.allSettled([
          cache.getValue(CANARY),
          cache.setValue(CANARY, Buffer.from(CANARY), 1000),
        ]);
        server.thaw();
        return result;
      },
    ],
    [
      'a server that dies',
      withPassword,
      async (cache) => {
        server.freeze();
        const calls = Promise.allSettled([
          cache.getValue(CANARY),
          cache.setValue(CANARY, Buffer.from(CANARY), 1000),
        ]);
        await server.restart();
        return calls;
      },
    ],
  ];

  it.each(faults)('secrets and values appear in no error, log or event: %s', async (name, options, fault) => {
    seen.length = 0;
    const text = await settlesWithin(8000, name, through(options(), fault));
    // A key that the caller named is the caller's to see in a schema error; it is the one thing that may be there.
    const visible = name === 'an unknown option' ? text.replaceAll(`${CANARY}: unknown option`, '') : text;
    for (const disguise of DISGUISES) expect(visible).not.toContain(disguise);
  });

  it('secrets and values appear in no process warning', async () => {
    const warnings: string[] = [];
    const listen = (warning: Error): void => void warnings.push(allOf(warning));
    process.on('warning', listen);
    await through(
      { url: asUrl('127.0.0.1:1'), loggerSite: new ProcessLoggerSite(new SystemClock()) },
      (cache) => cache.getValue(CANARY),
    );
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listen);
    expect(warnings.join()).toContain('ECONNREFUSED');
    expect(warnings.join()).not.toContain(CANARY);
  });
});
