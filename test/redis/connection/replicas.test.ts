import { describe, expect, it, onTestFinished } from 'vitest';
import { RedisMutexSite } from '../../../src/implements/coordination/mutex/redis-mutex-site.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import { scriptOf } from '../../contract/redis-connection/calls.js';
import { startedUp } from '../../contract/redis-connection/subject.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';
import { eventually } from '../../support/time/eventually.js';

const SET = scriptOf("return redis.call('SET', KEYS[1], ARGV[1])");
const loggerSite = new RecordingLoggerSite();

async function replicated() {
  const [master, replica] = await Promise.all([RedisServer.start(), RedisServer.start()]);
  onTestFinished(async () => {
    await Promise.all([master.stop(), replica.stop()]);
  });
  await replica.cli('REPLICAOF', master.host, master.port);
  const isLinked = async (): Promise<boolean> =>
    (await replica.text('INFO', 'replication')).includes('master_link_status:up');
  await eventually('the replica is linked', isLinked, { withinMs: 10_000 });
  const { host, port } = master;
  const connection = new RedisConnection({ host, port, commandTimeout: '5s', loggerSite });
  onTestFinished(() => connection.close());
  await startedUp(connection);
  return { replica, connection };
}

describe('scripts and locks that replicas confirm', () => {
  it('a script with minReplicas is answered when the replica has what it wrote, and not before', async () => {
    const { replica, connection } = await replicated();
    const write = (value: string, timeout?: number) =>
      connection.script(SET, ['k'], [value], { minReplicas: 1, reply: 'text', timeout });
    expect(await write('a')).toBe('OK');
    expect(await replica.text('GET', 'k')).toBe('a');
    replica.freeze();
    await expect(write('b', 400)).rejects.toMatchObject({ code: 'E_REPLICATION', outcome: 'unknown' });
    const pending = write('c');
    replica.thaw();
    expect(await pending).toBe('OK');
    expect(await replica.text('GET', 'k')).toBe('c');
  });

  it('a lock with minReplicas is on the replica when it is granted, and is not held without one', async () => {
    const { replica, connection } = await replicated();
    const site = new RedisMutexSite({ connection, loggerSite, minReplicas: 1, commandTimeout: '2s' });
    onTestFinished(() => site.close());
    const mutex = site.getMutex('one');
    const lock = await mutex.acquire({ expire: '20s' });
    expect(await replica.text('GET', 'mutex:{one}:lock')).toBe(`${lock?.token} ${lock?.fence}`);
    expect(await lock?.release()).toBe(true);
    replica.freeze();
    await expect(mutex.acquire({ expire: '20s' })).rejects.toMatchObject({ code: 'E_REPLICATION' });
    expect((await mutex.inspect()).held).toBe(false);
    replica.thaw();
  });
});
