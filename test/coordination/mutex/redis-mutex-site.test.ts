import { describe, expect, it, onTestFinished } from 'vitest';
import { MemoryMutexSite } from '../../../src/implements/coordination/mutex/memory-mutex-site.js';
import { RedisMutexSite } from '../../../src/implements/coordination/mutex/redis-mutex-site.js';
import type { RedisMutexSiteOptions } from '../../../src/implements/coordination/mutex/redis-mutex-site-options.js';
import { ConnectionError, IMutexSite, loadComponentSite } from '../../../src/index.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { RedisServer, type RedisServerOptions } from '../../support/redis/server/redis-server.js';
import { mutexRules } from '../../support/redis/stage/least-privilege.js';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';
import { ManualClock } from '../../support/time/manual-clock.js';

const PASSWORD = 'secret-of-the-app';

async function serverWith(options: RedisServerOptions = {}): Promise<RedisServer> {
  const server = await RedisServer.start(options);
  onTestFinished(() => server.stop());
  return server;
}

async function siteOn({ host, port }: RedisServer, options: RedisMutexSiteOptions = {}) {
  const log = new RecordingLoggerSite();
  const complete = { host, port, commandTimeout: '5s', loggerSite: log, ...options };
  const site = new RedisMutexSite(complete as RedisMutexSiteOptions);
  onTestFinished(() => site.close());
  await site.start();
  return { site, log };
}

describe('RedisMutexSite', () => {
  it('a lock of a server that is gone is an error in time, and neither held nor busy', async () => {
    const server = await serverWith();
    const { site } = await siteOn(server, { commandTimeout: '1s' } as RedisMutexSiteOptions);
    const mutex = site.getMutex('one');
    expect(await (await mutex.tryAcquire({ expire: '20s' }))?.release()).toBe(true);
    await server.kill();
    for (const attempt of [
      () => mutex.tryAcquire({ expire: '20s' }),
      () => mutex.acquire({ expire: '20s', wait: '20s' }),
      () => mutex.run(() => 'held', { expire: '20s', wait: '20s' }),
    ]) {
      await settlesInTime(5000, 'an attempt', () => expect(attempt()).rejects.toThrow(ConnectionError));
    }
  });

  it('the documented rules are enough for a user of mutexes', async () => {
    const users = ['user default on nopass ~* &* +@all', `user app on >${PASSWORD} ${mutexRules('app:')}`];
    const server = await serverWith({ users });
    const access = { username: 'app', password: PASSWORD, prefix: 'app:' };
    const { site, log } = await siteOn(server, access as RedisMutexSiteOptions);
    const mutex = site.getMutex('one');
    const held = await mutex.acquire({ expire: '20s' });
    const waiting = mutex.acquire({ wait: '20s', expire: '20s' });
    await eventually('it waits', async () => (await mutex.inspect()).waiting === 1);
    expect(await held?.release()).toBe(true);
    const next = await waiting;
    expect(await next?.extend('30s')).toBe(true);
    expect(await next?.release()).toBe(true);
    await expect(mutex.acquire({ minReplicas: 1, wait: 0 })).rejects.toMatchObject({ code: 'E_REPLICATION' });
    expect(await server.cli('ACL', 'LOG')).toEqual([]);
    expect(log.of('warning')).toEqual([]);
  });

  it('a release that fails is logged beside the error of the function of run', async () => {
    const server = await serverWith();
    const { site, log } = await siteOn(server, { commandTimeout: '300ms' });
    const failure = new Error('of the function');
    const call = site.getMutex('one').run(() => {
      server.freeze();
      throw failure;
    });
    await expect(call).rejects.toBe(failure);
    server.thaw();
    expect(log.of('warning').map(({ message }) => message)).toContain(
      'a lock was not released; it is free when its lease ends',
    );
  });

  it('a site that is closed leaves no ticket in Redis', async () => {
    const server = await serverWith();
    const { site } = await siteOn(server);
    const { site: other } = await siteOn(server);
    await other.getMutex('one').acquire({ expire: '20s' });
    const waiting = site.getMutex('one').acquire({ wait: '20s' });
    waiting.catch(() => undefined);
    await eventually('it waits', async () => (await other.getMutex('one').inspect()).waiting === 1);
    await site.close();
    expect((await other.getMutex('one').inspect()).waiting).toBe(0);
  });

  it('a declared mutex site has the declared defaults', async () => {
    const server = await serverWith();
    await using site = await loadComponentSite('config/coordination.yml', { env: { REDIS_URL: server.url } });
    const mutex = site.getComponent(IMutexSite, 'locks').getMutex('one');
    const lock = await mutex.acquire();
    expect(lock?.remainingMs).toBeGreaterThan(25_000);
    expect(await server.cli('KEYS', 'app:locks:*')).toHaveLength(2);
    await lock?.release();
  });
});

describe('MemoryMutexSite', () => {
  it('a lock in memory leaves no timer behind, and lasts by the clock of its site', async () => {
    const clock = new ManualClock();
    const site = new MemoryMutexSite({ clock });
    const lock = await site.getMutex('one').acquire({ expire: '10s' });
    clock.advance(5000);
    expect(lock?.remainingMs).toBe(4900);
    clock.advance(5000);
    expect(lock?.held).toBe(false);
    expect(await site.getMutex('one').tryAcquire()).toBeDefined();
    await site.close();
    const next = await new MemoryMutexSite({ clock }).getMutex('one').acquire();
    await next?.release();
    clock.advance(60_000);
    expect(clock.pending).toBe(0);
  });
});
