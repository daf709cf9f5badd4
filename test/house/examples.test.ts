import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { RedisServer } from '../support/redis/server/redis-server.js';
import { Checkout } from './checkout.js';
import { type Ended, run } from './command.js';
import { ROOT } from './source-tree.js';

/** Lines that an example must print: with Redis, and without Redis if they differ. */
interface Expected {
  readonly withRedis: readonly RegExp[];
  readonly without?: readonly RegExp[];
}

const EXAMPLES: Readonly<Record<string, Expected>> = {
  'quick-start': { withRedis: [/^1002 calls for two users, 2 reads of the database$/m] },
  bytes: { withRedis: [/^user:123 is \{"name":"Ada"\}$/m] },
  'tiered-cache': {
    withRedis: [/^the reader says good evening$/m],
    without: [/^no Redis, so nothing to copy$/m],
  },
  'memory-cache': { withRedis: [/^greeting left: deleted$/m] },
  timeline: {
    withRedis: [
      /^nothing stored +get undefined \(miss\), getOrSet 1$/m,
      /^fresh, after 4 min +get 1 \(fresh\), getOrSet 1$/m,
      /^stale, source down +get 1 \(stale\), getOrSet 1$/m,
      /^stale, source back +get 1 \(stale\), getOrSet 2$/m,
      /^fresh again +get 2 \(fresh\), getOrSet 2$/m,
      /^gone, source down +get undefined \(miss\), getOrSet the source is down$/m,
    ],
  },
  'typed-names': { withRedis: [/^user 7, for 300000 ms$/m] },
  testing: { withRedis: [/^computed 2 and 2 times; works without Redis$/m] },
  'testing-stores': { withRedis: [/^hello Ada, without Redis$/m] },
  'class-codec': { withRedis: [/^the fee is 250 cents, of class Money$/m] },
  'codec-and-schema': { withRedis: [/^tea costs 2\.5, stored as float64$/m] },
  settings: { withRedis: [/^host, port, db$/m, /^connected to redis:\/\/127\.0\.0\.1:1\/3: false$/m] },
  credentials: { withRedis: [/^connected to redis:\/\/127\.0\.0\.1:1\/0: false$/m] },
  'shared-connection': {
    withRedis: [/^two caches, one connection: stored$/m],
    without: [/^two caches, one connection: no Redis$/m],
  },
  'pub-sub': {
    withRedis: [/^heard weather: sunny$/m, /^order 7 was paid$/m],
    without: [/^heard weather: sunny$/m],
  },
  queue: { withRedis: [/^sent to ada@example\.org, once$/m, /^5 attempts: Error: no such address$/m] },
  'fenced-store': { withRedis: [/^the outdated value was fenced$/m] },
  'cache-status': { withRedis: [/^users; fwd=uri-miss; stored$/m, /^users; hit; ttl=59$/m] },
  health: {
    withRedis: [/^ICache Redis:status pass$/m, /^ICache Memory:status pass$/m],
    without: [/^ICache Redis:status warn$/m, /^ICache Memory:status pass$/m],
  },
  'component-site': { withRedis: [/^- class: MemoryCache$/m, /^Memory up/m] },
  'errors-in-calls': {
    withRedis: [
      /^ConnectionError E_CONNECTION_REFUSED$/m,
      /^safe to repeat: E_CONNECTION_REFUSED$/m,
      /^may have run: E_OPERATION_TIMEOUT$/m,
      /^a bug of the caller: /m,
      /^cannot be stored: /m,
      /^used after close: /m,
    ],
  },
  'errors-in-declarations': {
    withRedis: [/^2 \[0\]\.maxEntries /m, /^3 \[0\]\.maxByte /m, /^E_CLASS_UNKNOWN /m, /ICache "Memory"/m],
  },
  'existing-application': {
    withRedis: [/^asked twice, loaded once$/m],
    without: [/^asked twice, loaded twice, for there is no Redis$/m],
  },
  'custom-component': {
    withRedis: [
      /^Good morning, Ada!$/m,
      /greting: expected an option of .*did you mean greeting\?/,
      /times: expected a whole number from 1 to 3, got 9/,
    ],
  },
  'classes-in-code': { withRedis: [/^Good evening, Ada!$/m] },
  'redis-demo': {
    withRedis: [
      /^connected +true$/m,
      /^set and get +\{"name":"Ada"\}$/m,
      /^before it expires +short$/m,
      /^and afterwards +null$/m,
      /^updated +2$/m,
      /^null is read as +0 bytes$/m,
      /^a life of zero is refused +false$/m,
      /^removed +3$/m,
    ],
    without: [/^connected +false$/m, /^a life of zero is refused +false$/m, /^removed +0$/m],
  },
  'watch-failures': {
    withRedis: [
      /^warning +cannot reach redis:\/\/127\.0\.0\.1:1\/0: nothing listens there/m,
      /^warning +RedisCache is degraded: reads are misses and writes are lost until the store answers/m,
      /^(?!.*is degraded.*is degraded)/s, // One line for three calls,
      /(?:degraded RedisCache getValue E_CONNECTION_REFUSED\n.*){3}/s, // and a message for each.
    ],
  },
  'redis-connection': {
    withRedis: [
      /^redis:\/\/n\.n\.n\.n:n\/n is ready$/m,
      /^commands, pipeline, transaction, waiting and messages worked$/m,
    ],
    without: [/^redis:\/\/n\.n\.n\.n:n\/n is connecting: no connection to .*nothing listens there/m],
  },
  'typed-cache': {
    withRedis: [
      /^user 7, since 2024$/m,
      /^asked 1001 times, loaded 2 times$/m,
      /^while the database fails: user 8, stale$/m,
    ],
  },
  'shared-limits': {
    withRedis: [/^5 of 9 logins, decided by redis$/m],
    without: [/^1 of 9 logins, decided by local$/m],
  },
  triva: { withRedis: [/^John, 2 keys, 2 deleted$/m] },
  'key-value': {
    withRedis: [
      /^in memory: Ada, 4 keys, 4 deleted, expiring$/m,
      /^in Redis: Ada, 4 keys, 4 deleted, expiring$/m,
    ],
    without: [/^in Redis: E_CONNECTION_REFUSED$/m],
  },
  logging: { withRedis: [/^paid .*"cardToken":"\[hidden\]"/m, /info app: started$/m] },
  analytics: {
    withRedis: [
      /^in memory: 3 views by 2 visitors, 24 hours, most of \/pricing$/m,
      /^in Redis: 3 views by 2 visitors, 24 hours, most of \/pricing$/m,
    ],
    without: [/^in Redis: E_CONNECTION_REFUSED$/m],
  },
  decorators: { withRedis: [/^Ada, 1 read$/m, /^user 2, 2 reads$/m] },
  'test-kit': { withRedis: [/^Ada in memory, 1 fault, 0 errors$/m] },
  'decorator-scopes': { withRedis: [/^renamed Grace after the commit, 2 reads, paid 5 once at a time$/m] },
  'decorators-by-name': { withRedis: [/^a price was computed once$/m] },
  monitoring: {
    withRedis: [/^memory: in use, policy noeviction$/m, /^last save: succeeded$/m],
    without: [/^monitor: E_CONNECTION_REFUSED$/m],
  },
  tasks: {
    withRedis: [/^get_cache done, fetch_db done, set_cache done$/m],
    without: [/tasks\.yml:2 step get_cache \(redis_get\): /m],
  },
  'llm-cache': {
    withRedis: [
      /^Hello, world! Hello, world! from the provider$/m,
      /^Hello, world! Hello, world! from the cache$/m,
      /^2 hits, 13 tokens saved$/m,
    ],
  },
  sessions: { withRedis: [/^ada, visit 1 \| ada, visit 2 \| goodbye \| nobody$/m] },
  'shared-sessions': {
    withRedis: [/^phone: 30 minutes left$/m, /^laptop: 30 minutes left$/m, /^2 sessions ended$/m],
    without: [/^sessions in Redis: E_CONNECTION_REFUSED$/m],
  },
  'rate-limiter': { withRedis: [/^200 200 200 200 200 429 429, retry after 1 s$/m] },
  mutex: {
    withRedis: [/^worked under fence \d+, then refused fence \d+$/m, /^locks in Redis: acquired$/m],
    without: [/^locks in Redis: E_CONNECTION_REFUSED$/m],
  },
  collections: {
    withRedis: [
      /^session of ada, expiring$/m,
      /^a pop that waited got: send mail$/m,
      /^a set is no list: WRONGTYPE$/m,
    ],
  },
  leaderboard: {
    withRedis: [
      /^best eve 70, cid 40, bob 40, fay 12, ada 10, dan 5$/m,
      /^around ada 3\. bob, 4\. fay, 5\. ada, 6\. dan$/m,
    ],
    without: [/^around ada 3\. bob, 4\. fay, 5\. ada, 6\. dan$/m],
  },
  'fenced-counter': { withRedis: [/^the late write was refused$/m], without: [/^Redis is away$/m] },
  'cache-module': { withRedis: [/^injected, used, closed and unbound$/m] },
};

const WALK_THROUGH = [
  /by name +getComponent\(ICache, '(?:Memory|Redis)'\) is a (?:Memory|Redis)Cache/,
  /by injection +@inject\(ICache\) @named\('(?:Memory|Redis)'\) is the same one/,
  /set, get +true, \{"name":"Ada"\}/,
  /what remains +3600 s of 1 h/,
  /expiry +'short' with 100 ms to live, then null/,
  /update +'1', then '2': '2'/,
  /null +is read back as 0 bytes/,
  /bulk +3 stored, 4 read: 0, 1, 2, null/,
  /refused expiry +0 and -5 s give false; what was there stays/,
  /log: (?:Memory|Redis)Cache\.setExpiry stored nothing: expected a duration above zero/,
  /delete +6 entries removed/,
  /absent component +queryComponent\(ICache, 'Absent'\) is undefined/,
  /component not found: ICache "Absent"; available: ICache "(?:Memory|Redis)"/,
];

describe('examples from a fresh checkout', () => {
  const checkout = new Checkout();
  const noRedis = 'redis://127.0.0.1:1'; // Port 1: nothing listens there.
  let server: RedisServer;
  let demo: Ended;

  beforeAll(async () => {
    server = await RedisServer.start();
    // The one that builds; the others run what it has built.
    demo = await run('npm', ['run', '--silent', 'demo'], {
      cwd: checkout.folder,
      env: { REDIS_URL: server.url },
    });
  }, 120_000);
  afterAll(async () => {
    checkout.remove();
    await server.stop();
  });

  const runExample = (name: string, redisUrl: string): Promise<Ended> =>
    run(process.execPath, [`build/${name}.js`], { cwd: checkout.folder, env: { REDIS_URL: redisUrl } });

  it('npm run demo shows the main features, in memory and in Redis', () => {
    assert.equal(demo.code, 0, demo.stderr);
    assert.equal(demo.stderr, '');
    const parts = demo.stdout.split(/^config\//m).slice(1);
    assert.deepEqual(
      parts.map((part) => part.split('\n', 1)[0]),
      ['memory.yml', 'redis.yml'],
    );
    for (const part of parts) for (const line of WALK_THROUGH) assert.match(part, line);
  });

  it('npm run demo leaves no key behind in Redis', async () => {
    assert.equal(await server.cli('DBSIZE'), 0);
  });

  it('npm run demo reports a missing Redis in one line, shows the consequences, and succeeds', async () => {
    const { code, stdout, stderr } = await runExample('demo', noRedis);
    assert.equal(code, 0, stderr);
    assert.equal(stderr, '');
    const [, memory = '', redis = ''] = stdout.split(/^config\//m);
    for (const line of WALK_THROUGH) assert.match(memory, line);
    assert.match(
      redis,
      /^ +no Redis +cannot reach redis:\/\/127\.0\.0\.1:1\/0: nothing listens there \(ECONNREFUSED\)/m,
    );
    assert.match(redis, /^ +connected +false$/m);
    assert.match(redis, /^ +get +null: a miss$/m);
    assert.match(redis, /^ +set +false: not stored$/m);
  });

  const runs = Object.entries(EXAMPLES).flatMap(([name, { withRedis, without }]) => [
    [name, 'a', withRedis] as const,
    ...(without === undefined ? [] : [[name, 'no', without] as const]),
  ]);
  it.each(runs)(
    'the example %s prints its expected output with %s Redis, and succeeds',
    async (name, redis, lines) => {
      const { code, stdout, stderr } = await runExample(name, redis === 'a' ? server.url : noRedis);
      assert.equal(code, 0, stderr);
      for (const line of lines) assert.match(stdout, line);
    },
  );

  it('every example is tested, run by npm run examples, and shorter than 60 lines', () => {
    const files = readdirSync(join(ROOT, 'examples')).filter((file) => file.endsWith('.ts'));
    const parts = ['demo', 'greeter', 'manual-clock']; // The main job, which is longer; and parts of others.
    const names = files.map((file) => basename(file, '.ts')).filter((name) => !parts.includes(name));
    assert.deepEqual(names.sort(), Object.keys(EXAMPLES).sort());
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    for (const name of names) {
      assert.ok(scripts.examples.includes(`node build/${name}.js`), name);
      const lines = readFileSync(join(ROOT, 'examples', `${name}.ts`), 'utf8').split('\n').length - 1;
      assert.ok(lines < 60, `${name} has ${lines} lines`);
    }
  });
});
