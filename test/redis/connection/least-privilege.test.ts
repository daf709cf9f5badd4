import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { changeFeed } from '../../../src/implements/cache/change-feed.js';
import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { RedisMutexSite } from '../../../src/implements/coordination/mutex/redis-mutex-site.js';
import { RedisQueueSite } from '../../../src/implements/coordination/queue/redis-queue-site.js';
import { RedisRateLimiter } from '../../../src/implements/coordination/rate-limiter/redis-rate-limiter.js';
import { RedisCollectionSite } from '../../../src/implements/data/collections/redis-collection-site.js';
import { RedisKeyValue } from '../../../src/implements/data/key-value/redis/redis-key-value.js';
import { RedisSessionStore } from '../../../src/implements/data/session-store/redis-session-store.js';
import { SystemClock } from '../../../src/implements/foundation/clock/system-clock.js';
import { RedisAnalytics } from '../../../src/implements/recipes/analytics/redis-analytics.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { RedisConnectionOptions } from '../../../src/implements/redis/redis-connection-options.js';
import { all, bytes } from '../../contract/expectations.js';
import { EACH } from '../../contract/rate-limiter/steps.js';
import { scriptOf } from '../../contract/redis-connection/calls.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { RecordingListener } from '../../support/redis/feed/recording-listener.js';
import { keySpace } from '../../support/redis/server/redis-for-tests.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';
import { redisMajor } from '../../support/redis/server/redis-version.js';
import {
  AT_SENTINELS,
  cacheRules,
  collectionRules,
  FROM_REPLICAS,
  leastPrivilege,
} from '../../support/redis/stage/least-privilege.js';
import { RedisClusterRig } from '../../support/redis/topology/redis-cluster.js';
import { RedisSentinelRig } from '../../support/redis/topology/redis-sentinel.js';
import { eventually } from '../../support/time/eventually.js';

const PASSWORD = 'secret-of-the-app';

async function connect(options: RedisConnectionOptions): Promise<RedisConnection> {
  const connection = new RedisConnection({
    commandTimeout: '5s',
    loggerSite: new RecordingLoggerSite(),
    ...options,
  });
  onTestFinished(() => connection.close());
  await connection.start();
  return connection;
}

/** Commands, keys and channels that the servers have refused a user, without duplicates. */
async function refused(servers: readonly RedisServer[], user: string): Promise<string[]> {
  const logs = await Promise.all(servers.map((server) => server.cli('ACL', 'LOG', 1000)));
  const found = (logs as unknown[][][]).flat().map((words) => words.map(String));
  const field = (words: string[], name: string): string => words[words.indexOf(name) + 1] ?? '';
  return [
    ...new Set(
      found.filter((words) => field(words, 'username') === user).map((words) => field(words, 'object')),
    ),
  ];
}

/** Name of a subcommand in ACL LOG: Redis 6.2 names the command that it belongs to. */
function logged(subcommand: string): string {
  return redisMajor() < 7 ? subcommand.replace(/\|.*/, '') : subcommand;
}

/** Every call of an `ICache`, whatever becomes of it. */
async function useCache(connection: RedisConnection, prefix: string): Promise<void> {
  const cache = new RedisCache({ connection, prefix, loggerSite: new RecordingLoggerSite() });
  await cache.setValue('a', bytes('v'), '1m');
  await cache.setValue('b', bytes('v'), 60_001);
  await cache.setValues([['c', bytes('v')]], '1m');
  await cache.getValue('a');
  await cache.getValues(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
  await cache.hasValue('a');
  await cache.getExpiry('a');
  await cache.setExpiry('a', '2m');
  await all(cache.keys());
  await cache.deleteValue('a');
  await cache.deleteValues(['b']);
  await cache.clear();
}

/** Every call of an `IFencedStore`. */
async function useFences(connection: RedisConnection, prefix: string): Promise<void> {
  const store = new RedisCache({ connection, prefix, loggerSite: new RecordingLoggerSite() });
  const capture = { life: '1m', of: 'all' } as const;
  const steps: (() => Promise<unknown>)[] = [
    () => store.write('k', bytes('v'), '1m'),
    () => store.read({ keys: ['k'], generations: ['g'], capture }),
    () => store.read({ keys: ['k'], generations: ['g'], capture: { ...capture, life: '2m' } }),
    () => store.write('k', bytes('v'), '1m', 'another'),
    () => store.invalidate(['k']),
    () => store.advance(['g']),
    () => store.acquireLease('k', 'token', '1m'),
    () => store.releaseLease('k', 'token'),
  ];
  for (const step of steps) await step().catch(() => undefined);
}

/** Every call of a cache whose changes are announced, and its stream. */
async function useFeed(connection: RedisConnection, prefix: string): Promise<void> {
  const cache = new RedisCache({ connection, prefix, loggerSite: new RecordingLoggerSite() });
  const heard = new RecordingListener();
  const feed = cache[changeFeed]('bus', { beatMs: 50, clock: new SystemClock(), listener: heard });
  await feed.open();
  const { store } = feed;
  const steps: (() => Promise<unknown>)[] = [
    () => store.setValues([['a', bytes('v')]], '1m'),
    () => store.setExpiry('a', 60_001),
    () => store.write('a', bytes('v'), '1m'),
    () => store.invalidate(['a']),
    () => store.advance(['g']),
    () => store.read({ keys: ['a'], extend: '1m' }),
    () => store.clear(),
  ];
  for (const step of steps) await step().catch(() => undefined);
  await feed.close();
}

/** Locks that are waited for and confirmed by replicas, and limits of every algorithm. */
async function useCoordination(connection: RedisConnection, prefix: string): Promise<void> {
  const loggerSite = new RecordingLoggerSite();
  const mutexes = new RedisMutexSite({ connection, prefix: `${prefix}locks:`, loggerSite });
  const limiter = new RedisRateLimiter({ connection, prefix: `${prefix}limits:`, limits: EACH, loggerSite });
  const mutex = mutexes.getMutex('m');
  const steps: (() => Promise<unknown>)[] = [
    async () => {
      const held = await mutex.acquire({ expire: '9s' });
      // Both look again for their place; the first one gets the lock when the other has given up.
      const waiting = mutex.acquire({ expire: '9s', wait: '8s' });
      const given = mutex.acquire({ expire: '9s', wait: '1s' });
      const [, , , first] = await Promise.allSettled([
        mutex.inspect(),
        held?.extend('9s'),
        given.finally(() => held?.release()),
        waiting,
      ]);
      if (first.status === 'fulfilled') await first.value?.release();
    },
    () => mutex.acquire({ expire: '1s', minReplicas: 1 }),
    () => limiter.consume('k', { cost: 5, requestId: 'r' }),
    () => limiter.consume('k'),
    () => limiter.block('k', '1s'),
    () => limiter.reset('k'),
  ];
  for (const step of steps) await step().catch(() => undefined);
  await limiter.close();
  await mutexes.close();
}

/** Calls of an `IQueueSite` and of an `ISessionStore` that need rules which nothing else needs. */
async function useQueuesAndSessions(connection: RedisConnection, prefix: string): Promise<void> {
  const loggerSite = new RecordingLoggerSite();
  const queues = new RedisQueueSite({ connection, prefix: `${prefix}queues:`, loggerSite });
  const sessions = new RedisSessionStore({ connection, prefix: `${prefix}sessions:`, loggerSite });
  const steps: (() => Promise<unknown>)[] = [
    () => queues.getProducer('q').produce(bytes('m')),
    () => sessions.create({}, { userId: 'u' }),
    () => sessions.destroyAll('u'),
  ];
  for (const step of steps) await step().catch(() => undefined);
  await queues.close();
  await sessions.close();
}

/** Every call of an `IAnalytics`. */
async function useAnalytics(connection: RedisConnection, prefix: string): Promise<void> {
  const loggerSite = new RecordingLoggerSite();
  const analytics = new RedisAnalytics({
    ...{ connection, prefix: `${prefix}analytics:`, loggerSite, maxValues: 1 },
  });
  const day = { from: new Date(Date.now() - 86_400_000), to: new Date(Date.now() + 86_400_000) };
  const steps: (() => Promise<unknown>)[] = [
    () => analytics.record('e', { user: 'u', values: { page: '/' } }),
    () => analytics.record('e', { user: 'u', values: { page: '/other' } }),
    () => analytics.series('e', { ...day, per: 'hour' }),
    () => analytics.uniques('e', day),
    () => analytics.top('e', 'page', 1, day),
    () => analytics.ofUser('u'),
  ];
  for (const step of steps) await step().catch(() => undefined);
  await analytics.close();
}

/** Every call of an `IKeyValue`. */
async function useValues(connection: RedisConnection, prefix: string): Promise<void> {
  const values = new RedisKeyValue({ connection, prefix: `${prefix}values:`, chunk: 8 });
  const plain = new RedisKeyValue({ connection, prefix: `${prefix}values:` });
  const steps: (() => Promise<unknown>)[] = [
    () => values.set('k', 'v'),
    () => values.set('long', 'larger than a chunk', { keepExpire: true, expire: undefined }),
    () => plain.get('long'),
    () => values.getMany(['k', 'long', 'none']),
    () => values.setMany([['k', 'v', { expire: '1m' }]]),
    () => values.increment('n', 1, { expire: '1m' }),
    () => values.increment('n'),
    () => values.exists('k'),
    () => values.lifeOf('k'),
    () => values.expire('k', '1m'),
    () => values.persist('k'),
    () => plain.getAndExpire('k', '1m'),
    () => all(values.keys('*')),
    () => values.delete('k'),
    () => values.clear(),
  ];
  for (const step of steps) await step().catch(() => undefined);
}

/** Every call of an `ICollectionSite`. */
async function useCollections(connection: RedisConnection, prefix: string): Promise<void> {
  const site = new RedisCollectionSite({ connection, prefix: `${prefix}collections:` });
  const [counter, hash, list] = [site.getCounter('c'), site.getHash('h'), site.getList('l')];
  const [set, board] = [site.getSet('s'), site.getSortedSet('b')];
  const wake = AbortSignal.timeout(50);
  const steps: (() => Promise<unknown>)[] = [
    () => counter.increment(1, { expire: '1m' }),
    () => counter.increment(),
    () => counter.incrementFloat(1),
    () => counter.value(),
    () => counter.reset(),
    () => hash.setField('f', '1', { expire: '1m' }),
    () => hash.setField('f', '1'),
    () => hash.field('f'),
    () => hash.fields(['f', 'g']),
    () => hash.all(),
    () => hash.incrementField('f'),
    () => hash.incrementFieldFloat('f', 1),
    () => hash.has('f'),
    () => hash.size(),
    () => all(hash.entries()),
    () => hash.remove('f'),
    () => list.pushFirst(['i', 'j']),
    () => list.pushLast('i'),
    () => list.pushCapped('i', 9),
    () => list.range(0, -1),
    () => list.at(0),
    () => list.remove('i', 1),
    () => list.trim(0, 1),
    () => list.popFirst(),
    () => list.popLast(),
    () => list.blockingPopFirst({ wait: 10 }),
    () => list.blockingPopLast({ wait: 10 }),
    () => list.blockingPopFirst({ wait: '5s', signal: wake }),
    () => set.add(['m', 'n']),
    () => set.has('m'),
    () => set.size(),
    () => set.randomMember(),
    () => set.union('o'),
    () => set.intersection('o'),
    () => set.difference('o'),
    () => set.unionInto('p', 'o', { expire: '1m' }),
    () => set.intersectionInto('p', 'o'),
    () => set.differenceInto('p', 'o'),
    () => all(set.members()),
    () => set.pop(),
    () => set.remove('m'),
    () => board.add('m', 1),
    () => board.incrementScore('m'),
    () => board.score('m'),
    () => board.rank('m'),
    () => board.reverseRank('m'),
    () => board.range(0, -1),
    () => board.range(0, 1, { reverse: true }),
    () => board.rangeByScore(0, 9),
    () => board.rangeByScore(0, 9, { reverse: true }),
    () => board.count(),
    () => board.size(),
    () => all(board.entries()),
    () => board.removeByRank(9, 9),
    () => board.removeByScore(9, 9),
    () => board.remove('m'),
    () => counter.expire('1m'),
    () => counter.lifeOf(),
    () => counter.delete(),
  ];
  for (const step of steps) await step().catch(() => undefined);
}

/** All that a connection itself offers; of commands, what the caches use too. */
async function useConnection(connection: RedisConnection, prefix: string): Promise<void> {
  const keys = [`${prefix}k`];
  const channel = `${prefix}c`;
  const ignore = (): void => undefined;
  const steps: (() => Promise<unknown>)[] = [
    () => connection.execute(['SET', `${prefix}k`, 'v', 'PX', '60000'], { keys }),
    () => connection.script(scriptOf(`return '${prefix}'`), keys, []),
    () => connection.script(scriptOf(`return '${prefix}'`), keys, []),
    () => connection.transaction(async () => [], { keys, watch: keys }),
    () => connection.transaction([['GET', `${prefix}k`]], { keys, watch: keys }),
    () => connection.ping(),
    () => connection.info(),
    () => all(connection.scan(`${prefix}*`)),
  ];
  for (const step of steps) await step().catch(() => undefined);
  const stays = await connection.subscribe({ channel: `${channel}stays` }, ignore).catch(() => undefined);
  for (const target of [{ channel }, { pattern: `${prefix}*` }]) {
    const subscription = await connection.subscribe(target, ignore).catch(() => undefined);
    await subscription?.unsubscribe();
  }
  await stays?.unsubscribe();
}

describe('least privilege', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
    await server.configure('acllog-max-len', 10_000);
  });
  afterAll(() => server.stop());

  /** Uses every feature as a user with these rules, and returns what the server refused. */
  async function refusals(rules: (prefix: string) => string, use: typeof useCache): Promise<string[]> {
    const prefix = keySpace();
    const user = prefix.slice(0, -1);
    await server.cli('ACL', 'SETUSER', user, 'reset', 'on', `>${PASSWORD}`, ...rules(prefix).split(' '));
    const connection = await connect({
      host: server.host,
      port: server.port,
      username: user,
      password: PASSWORD,
    });
    await use(connection, prefix);
    // Shortly after its first connect, the connection checks the configuration of the server.
    const isAdvised = async (): Promise<boolean> =>
      (await connection.health()).advice.length > 0 || (await refused([server], user)).length > 0;
    await eventually('there is advice, or a refusal', isAdvised, { withinMs: 8000, everyMs: 100 });
    return refused([server], user);
  }

  const useAll = async (connection: RedisConnection, prefix: string): Promise<void> => {
    await useCache(connection, prefix);
    await useFences(connection, prefix);
    await useFeed(connection, prefix);
    await useCoordination(connection, prefix);
    await useQueuesAndSessions(connection, prefix);
    await useAnalytics(connection, prefix);
    await useValues(connection, prefix);
    await useCollections(connection, prefix);
    await useConnection(connection, prefix);
  };

  it('the documented rules suffice for a cache, for a fenced store, and for every call of a connection', async () => {
    expect(await refusals(leastPrivilege, useAll)).toEqual([]);
  });

  it('the documented access rules of a cache suffice for a cache', async () => {
    expect(await refusals(cacheRules, useCache)).toEqual([]);
  });

  it('the documented rules of collections suffice for collections', async () => {
    expect(await refusals(collectionRules, useCollections)).toEqual([]);
  });

  const commandsOf = (rules: string): string[] => rules.split(' ').filter((rule) => rule.startsWith('+'));
  const ofCollections = new Set(commandsOf(collectionRules('')));
  // Rules of collections have a test of their own.
  const commands = commandsOf(leastPrivilege('')).filter((rule) => !ofCollections.has(rule));

  it('every documented rule is needed', async () => {
    const without = (rule: string) => (prefix: string) =>
      leastPrivilege(prefix)
        .split(' ')
        .filter((each) => each !== rule)
        .join(' ');
    const found = await Promise.all(
      commands.map(async (rule) => [rule, ...(await refusals(without(rule), useAll))]),
    );
    expect(found.filter(([rule, ...objects]) => !objects.includes(String(rule).slice(1)))).toEqual([]);
  }, 30_000);

  it('every documented rule of collections is needed', async () => {
    const without = (rule: string) => (prefix: string) =>
      collectionRules(prefix)
        .split(' ')
        .filter((each) => each !== rule)
        .join(' ');
    const found = await Promise.all(
      [...ofCollections].map(async (rule) => [rule, ...(await refusals(without(rule), useCollections))]),
    );
    expect(found.filter(([rule, ...objects]) => !objects.includes(String(rule).slice(1)))).toEqual([]);
  }, 30_000);

  it('every documented rule of a cache is needed', async () => {
    const rules = cacheRules('')
      .split(' ')
      .filter((rule) => rule.startsWith('+'));
    const without = (rule: string) => (prefix: string) =>
      cacheRules(prefix)
        .split(' ')
        .filter((each) => each !== rule)
        .join(' ');
    const found = await Promise.all(
      rules.map(async (rule) => [rule, ...(await refusals(without(rule), useCache))]),
    );
    expect(found.filter(([rule, ...objects]) => !objects.includes(String(rule).slice(1)))).toEqual([]);
  }, 30_000);

  it('another database requires SELECT, and a pattern subscription requires that very pattern', async () => {
    const user = 'elsewhere';
    const rules = leastPrivilege('t').split(' ');
    await server.cli('ACL', 'SETUSER', user, 'reset', 'on', `>${PASSWORD}`, ...rules);
    const options = { host: server.host, port: server.port, username: user, password: PASSWORD };
    const first = await connect({ ...options, db: 3 });
    expect(first.status).not.toBe('ready');
    await first.close();
    await server.cli('ACL', 'SETUSER', user, '+select');
    const connection = await connect({ ...options, db: 3 });
    await eventually('it is ready', () => connection.status === 'ready');
    await expect(connection.subscribe({ pattern: 'tmine*' }, () => undefined)).rejects.toMatchObject({
      reason: 'NOPERM',
    });
    await server.cli('ACL', 'SETUSER', user, '&tmine*');
    await using subscription = await connection.subscribe({ pattern: 'tmine*' }, () => undefined);
    expect(subscription.active).toBe(true);
  });
});

describe('least privilege with Sentinels', () => {
  it('the documented rules suffice at the master and at the Sentinels', async () => {
    await using rig = await RedisSentinelRig.start({
      replicas: 1,
      users: ['user default off', `user app on >${PASSWORD} ${leastPrivilege('t', 'sentinel')}`],
      sentinelUsers: ['user default off', `user watcher on >${PASSWORD} ${AT_SENTINELS}`],
    });
    const access = {
      username: 'app',
      password: PASSWORD,
      sentinelUsername: 'watcher',
      sentinelPassword: PASSWORD,
    };
    const connection = await connect({
      sentinels: rig.addresses,
      name: rig.name,
      sentinelTls: false,
      ...access,
    });
    await eventually('it is ready', () => connection.status === 'ready');
    await useCache(connection, keySpace());
    await useFences(connection, keySpace());
    await useFeed(connection, keySpace());
    await useConnection(connection, 't');
    await eventually('there is advice', async () => (await connection.health()).advice.length > 0, {
      everyMs: 50,
    });
    expect(await refused(rig.nodes, 'app')).toEqual([]);
    expect(await refused(rig.sentinels, 'watcher')).toEqual([]);
    const master = await rig.master();
    await master.cli('ACL', 'SETUSER', 'app', '-role');
    const other = await connect({ sentinels: rig.addresses, name: rig.name, ...access });
    await eventually('it is ready all the same', () => other.status === 'ready');
    expect(await refused([master], 'app')).toEqual(['role']);
    for (const sentinel of rig.sentinels) await sentinel.cli('ACL', 'SETUSER', 'watcher', '-sentinel');
    const lost = await connect({ sentinels: rig.addresses, name: rig.name, ...access, connectTimeout: '1s' });
    expect(lost.status).not.toBe('ready');
    expect(await refused(rig.sentinels, 'watcher')).toEqual([logged('sentinel|master')]);
  }, 60_000);
});

describe('least privilege in a cluster', () => {
  it('the documented rules suffice in a cluster, on replicas and while keys move', async () => {
    await using rig = await RedisClusterRig.start({
      users: ['user default off', `user app on >${PASSWORD} ${leastPrivilege('t', 'cluster')}`],
    });
    const access = { nodes: rig.addresses, username: 'app', password: PASSWORD };
    const connection = await connect(access);
    await eventually('it is ready', () => connection.status === 'ready');
    await useCache(connection, keySpace());
    await useFences(connection, keySpace());
    await useFeed(connection, keySpace());
    await useConnection(connection, 't');
    const [from, to] = (await rig.masters()) as [RedisServer, RedisServer];
    const key = await rig.keyAt(from, 't');
    const options = { keys: [key], reply: 'text' } as const;
    await connection.execute(['SET', key, 'v'], options);
    const move = await rig.beginMove(await rig.slotOf(key), to);
    await move.moveKeys();
    expect(await connection.execute(['GET', key], options)).toBe('v');
    await eventually('there is advice', async () => (await connection.health()).advice.length > 0, {
      everyMs: 50,
    });
    expect(await refused(rig.nodes, 'app')).toEqual([]);
    for (const node of rig.nodes) await node.cli('ACL', 'SETUSER', 'app', '-asking');
    await expect(connection.execute(['GET', key], options)).rejects.toThrow();
    expect(await refused(rig.nodes, 'app')).toEqual(['asking']);
    await move.finish();
    for (const node of rig.nodes) await node.cli('ACL', 'SETUSER', 'app', '+asking', FROM_REPLICAS);
    const reading = await connect({ ...access, readFrom: 'replica' });
    await eventually('it is ready', () => reading.status === 'ready');
    expect(await refused(rig.nodes, 'app')).toEqual(['asking']);
    for (const node of rig.nodes)
      await node.cli('ACL', 'SETUSER', 'app', FROM_REPLICAS.replace('+', '-'), '-cluster');
    const lost = await connect({ ...access, readFrom: 'replica', connectTimeout: '1s' });
    expect(lost.status).not.toBe('ready');
    for (const node of rig.nodes) await node.cli('ACL', 'SETUSER', 'app', FROM_REPLICAS);
    const blind = await connect({ ...access, connectTimeout: '1s' });
    expect(blind.status).not.toBe('ready');
    expect((await refused(rig.nodes, 'app')).sort()).toEqual(['asking', logged('cluster|slots'), 'readonly']);
  }, 60_000);
});

it('the documented rules are accepted for users who start with all channels, as those of Redis 6.2 do', async () => {
  const server = await RedisServer.start({ args: ['--acl-pubsub-default', 'allchannels'] });
  onTestFinished(() => server.stop());
  const rules = [
    cacheRules('app:'),
    ...(['server', 'sentinel', 'cluster'] as const).map((of) => leastPrivilege('app:', of)),
  ];
  for (const [index, rule] of rules.entries()) {
    expect(await server.cli('ACL', 'SETUSER', `user${index}`, 'on', ...rule.split(' '))).toBe('OK');
  }
  const without = leastPrivilege('app:').replace('resetchannels ', '').split(' ');
  await expect(server.cli('ACL', 'SETUSER', 'other', 'on', ...without)).rejects.toThrow(/allchannels/);
});
