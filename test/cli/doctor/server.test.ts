import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { RedisServer } from '../../support/redis/server/redis-server.js';
import { redisMajor } from '../../support/redis/server/redis-version.js';
import {
  cacheRules,
  analyticsRules,
  keyValueRules,
  mutexRules,
  queueRules,
  rateLimiterRules,
  sessionRules,
} from '../../support/redis/stage/least-privilege.js';
import { COMMANDS_OF } from '../../../src/implements/cli/declarations/doctor/rights.js';
import { assertFault, declared, examine } from './examination.js';

describe('doctor of a server that answers', { timeout: 60_000 }, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start({ maxmemory: '64mb' });
  });
  beforeEach(async () => {
    await redis.cli('FLUSHALL');
    await redis.configure('maxmemory', '64mb');
    await redis.configure('maxmemory-policy', 'allkeys-lru');
  });
  afterAll(() => redis.stop());

  const cache = (...options: string[]) =>
    declared('RedisCache', 'ICache', `url: ${redis.url}`, "prefix: 'app:'", ...options);
  const queue = (...options: string[]) =>
    declared('RedisQueueSite', 'IQueueSite', `url: ${redis.url}`, "prefix: 'jobs:'", ...options);

  it('a sound server passes every check, and the doctor leaves no key', async () => {
    const { exit, lines, text } = await examine(cache());
    assert.equal(exit, 0, text);
    assert.deepEqual(
      lines.filter(({ status }) => status === 'fail'),
      [],
    );
    assert.deepEqual(
      [...new Set(lines.map(({ check }) => check))],
      ['connect', 'version', 'role', 'mode', 'memory', 'persistence', 'clock', 'latency', 'rights', 'expiry'],
    );
    assert.equal(await redis.cli('DBSIZE'), 0);
  });

  it('an evicting policy below a queue is a fault, and below a cache it is none', async () => {
    assertFault(await examine(queue()), 'memory', 'evicting', /RedisQueueSite; choose noeviction/);
    assert.equal((await examine(cache())).exit, 0);
  });

  it('a cache on a server that does not evict is warned of, and a full server is a fault', async () => {
    await redis.configure('maxmemory-policy', 'noeviction');
    assertFault(await examine(cache()), 'memory', 'noeviction', /allkeys-lru/);
    await redis.configure('maxmemory', '1kb');
    assertFault(await examine(cache()), 'memory', 'memory-full', /OOM.*raise maxmemory/);
  });

  it('a replica is a fault, because it refuses writes', async () => {
    await using replica = await RedisServer.start({ args: ['--replicaof', redis.host, String(redis.port)] });
    const yaml = declared('RedisCache', 'ICache', `url: ${replica.url}`);
    assertFault(await examine(yaml), 'role', 'read-only', /is a replica.*master/);
  });

  it('a node of a cluster that is declared as a single server is a fault, and so is a cluster without all slots', async () => {
    await using node = await RedisServer.start({ cluster: true });
    assertFault(await examine(declared('RedisCache', 'ICache', `url: ${node.url}`)), 'mode', 'mode', /nodes/);
    const nodes = `nodes: [{ host: ${node.host}, port: ${node.port} }]`;
    const whole = await examine(declared('RedisCache', 'ICache', nodes));
    assert.ok(
      whole.lines.some(({ check, status }) => check === 'cluster' && status === 'ok'),
      whole.text,
    );
    await node.cli('CLUSTER', 'DELSLOTS', 0);
    const { exit, text } = await examine(declared('RedisCache', 'ICache', nodes, 'connectTimeout: 2s'));
    assert.equal(exit, 1, text);
    assert.match(text, /"cause":"cluster-down"/);
  });

  it('keys of a cache that never expire are counted, and not named', async () => {
    await redis.cli('SET', 'app:secretkey', 'v');
    await redis.cli('SET', 'app:b', 'v', 'EX', 100);
    const answer = await examine(cache());
    assertFault(answer, 'expiry', 'no-expiry', /1 of 2 sampled keys/);
    assert.doesNotMatch(answer.text, /secretkey/);
  });

  it('a connection that several components share is checked once, for all of them', async () => {
    const shared =
      declared('RedisConnection', 'IRedisConnection, name: main', `url: ${redis.url}`) +
      declared('RedisCache', 'ICache', 'connection: main', "prefix: 'app:'") +
      declared('RedisMutexSite', 'IMutexSite', 'connection: main', "prefix: 'locks:'");
    const answer = await examine(shared);
    assertFault(answer, 'memory', 'evicting', /RedisMutexSite/);
    assert.equal(answer.lines.filter(({ check }) => check === 'connect').length, 1);
  });

  it('a missing right is named with its user, and the rule that grants it', async () => {
    if (redisMajor() < 7) {
      const { lines } = await examine(cache());
      assert.match(lines.find(({ check }) => check === 'rights')?.message ?? '', /from Redis 7\.0 on/);
      return;
    }
    await redis.setUser(
      'app',
      'on',
      '>pass',
      ...`${cacheRules('app:')} -psetex -unlink +acl|whoami +acl|dryrun`.split(' '),
    );
    const as = ['username: app', 'password: pass'];
    assertFault(
      await examine(cache(...as)),
      'rights',
      'rights',
      /user app may not use PSETEX, UNLINK; ACL SETUSER app \+psetex \+unlink$/,
    );
    await redis.setUser(
      'app',
      'on',
      '>pass',
      ...`${cacheRules('other:')} +acl|whoami +acl|dryrun`.split(' '),
    );
    assertFault(await examine(cache(...as)), 'rights', 'rights', /ACL SETUSER app ~app:\*$/);
    await redis.setUser('app', 'on', '>pass', ...cacheRules('app:').split(' '));
    const blind = await examine(cache(...as));
    assert.equal(blind.exit, 0, blind.text);
    assert.ok(blind.lines.some(({ check, status }) => check === 'rights' && status === 'warn'));
  });

  it.each([
    ['RedisCache', cacheRules('')],
    ['RedisMutexSite', mutexRules('')],
    ['RedisQueueSite', queueRules('')],
    ['RedisRateLimiter', rateLimiterRules('')],
    ['RedisKeyValue', keyValueRules('')],
    ['RedisSessionStore', sessionRules('')],
    ['RedisAnalytics', analyticsRules('')],
  ])('the commands that the doctor asks about for %s are those of its least rights', (name, rules) => {
    const asked = (COMMANDS_OF[name] ?? '').split('|').map((line) => `+${line.split(' ')[0]?.toLowerCase()}`);
    const of = new Set(rules.split(' ').filter((rule) => rule.startsWith('+')));
    for (const always of ['+ping', '+info', '+time']) of.delete(always);
    assert.deepEqual(new Set(asked.filter((rule) => rule !== '+time')), of);
  });
});
