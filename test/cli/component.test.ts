import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { start } from '../house/command.js';
import { RedisServer } from '../support/redis/server/redis-server.js';
import { eventually } from '../support/time/eventually.js';
import { CommandLine } from './command-line.js';

const HOSTILE = ['\u001b[31mred', 'a\u202eb', 'tab\there', 'nul\u0000', 'x'.repeat(1024)];

describe('commands about a component', { timeout: 60_000 }, () => {
  let cli: CommandLine;
  let redis: RedisServer;

  beforeAll(async () => {
    cli = await CommandLine.install();
    redis = await RedisServer.start();
    cli.file(
      'cache.yml',
      `
- class: RedisCache
  entries: [{ interface: ICache, name: Redis }]
  url: \${env.REDIS_URL}
  prefix: 'app:'
  commandTimeout: 300ms
- class: TypedCache
  entries: [{ interface: ITypedCache, name: users }]
  store: Redis
  namespace: users
  expire: 5m
  grace: 1h
- class: RedisKeyValue
  entries: [{ interface: IKeyValue, name: values }, { interface: IKeyValue, name: Redis }]
  url: \${env.REDIS_URL}
  prefix: 'kv:'
`,
    );
  }, 120_000);
  afterAll(async () => {
    await redis.stop();
    cli.remove();
  });

  const env = (): Record<string, string> => ({ REDIS_URL: redis.url, INVERSIFY_CACHE_FILE: 'cache.yml' });
  const records = (...words: string[]) => cli.records(words, { env: env() });
  const REDIS = ['-c', 'Redis', '-i', 'ICache'];

  it('set stores an argument or stdin, get prints the bytes, and ttl the life that is left', async () => {
    assert.deepEqual(await records('set', 'a', 'héllo', '-e', '5m', ...REDIS), [
      0,
      { key: 'a', stored: true, bytes: 6 },
    ]);
    assert.equal((await cli.run(['get', 'a', ...REDIS], { env: env() })).stdout, 'héllo');
    assert.equal(await redis.text('GET', 'app:a'), 'héllo');
    const input = Uint8Array.of(0xff, 0, 10);
    assert.equal((await cli.run(['set', 'b', '-e', '1h', ...REDIS], { env: env(), input })).code, 0);
    assert.deepEqual(await records('get', 'b', ...REDIS), [0, { key: 'b', valueBase64: '/wAK' }]);
    const [exit, life] = (await records('ttl', 'a', ...REDIS)) as [number, { remainingMs: number }];
    assert.equal(exit, 0);
    assert.ok(life.remainingMs > 60_000 && life.remainingMs <= 300_000);
  });

  it('get of a key that is absent exits with 1', async () => {
    const { code, stdout, stderr } = await cli.run(['get', 'absent', ...REDIS], { env: env() });
    assert.deepEqual([code, stdout, stderr], [1, '', 'ICache "Redis" has no value of this key\n']);
    assert.equal((await cli.run(['get', 'absent', '-q', ...REDIS], { env: env() })).stderr, '');
    assert.deepEqual(await records('ttl', 'absent', '-c', 'values').then(([code]) => code), 1);
  });

  it('a set without any TTL is refused with the remedy', async () => {
    const [exit, failure] = await records('set', 'a', 'v', ...REDIS);
    assert.equal(exit, 2);
    assert.match(JSON.stringify(failure), /expected a TTL.*pass -e 5m/);
  });

  it('a command for a name that several entries have asks for the interface', async () => {
    const [exit, failure] = await records('get', 'a', '-c', 'Redis');
    assert.equal(exit, 2);
    assert.match(JSON.stringify(failure), /several entries.*ICache.*IKeyValue.*pass --interface/);
  });

  it('keys are listed as they are in JSON, and escaped as text', async () => {
    for (const key of HOSTILE) await redis.cli('SET', `kv:${key}`, 'v');
    const [, ...listed] = await records('keys', '-c', 'values');
    assert.deepEqual(listed.map((each) => (each as { key: string }).key).sort(), [...HOSTILE].sort());
    const { stdout } = await cli.run(['keys', '-c', 'values'], { env: env() });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    assert.doesNotMatch(stdout, /[\u0000-\u0009\u000b-\u001f\u202e]/);
    const { stderr } = await cli.run(['keys', '-c', 'values', '--limit', '2'], { env: env() });
    assert.match(stderr, /stopped after 2 keys; there are more/);
    await redis.cli('UNLINK', ...HOSTILE.map((key) => `kv:${key}`));
  });

  it('clear tells how many, asks, and takes the name of the cache in place of the answer', async () => {
    for (const key of ['u1', 'u2', 'v1']) await redis.cli('SET', `kv:${key}`, 'v');
    const clear = (...words: string[]) => records('clear', '-c', 'values', ...words);
    assert.deepEqual(await clear('u*', '--dry-run'), [0, { deleted: 0, wouldDelete: 2 }]);
    const [unasked, refusal] = await clear('u*');
    assert.deepEqual([unasked, /pass --yes/.test(JSON.stringify(refusal))], [2, true]);
    assert.equal((await clear('--yes'))[0], 2);
    assert.equal((await clear('--confirm', 'others'))[0], 2);
    assert.deepEqual(await clear('u*', '--yes'), [0, { deleted: 2 }]);
    assert.deepEqual(await clear('--confirm', 'values'), [0, { deleted: 1 }]);
  });

  it('values of a typed cache are explained, expired and deleted by typed keys', async () => {
    const [exit, miss] = (await records('explain', '7', '-c', 'users')) as [number, { reason: string }];
    assert.deepEqual([exit, miss.reason], [1, 'absent']);
    assert.deepEqual(await records('delete', '7', '"7"', '-c', 'users'), [1, { deleted: 0 }]);
    assert.deepEqual(await records('expire', '7', '-c', 'users'), [1, { key: '7', changed: false }]);
    const [refused, failure] = await records('set', '7', 'x', '-c', 'users');
    assert.equal(refused, 2);
    assert.match(JSON.stringify(failure), /its values have types/);
  });

  it('run executes the steps of a file with its inputs, and exits with 1 when one fails', async () => {
    cli.file(
      'tasks.yml',
      `
connections:
  cache: { type: redis, url: '\${env.REDIS_URL}' }
steps:
  - redis_set: { id: store, connection: cache, key: 'run:\${inputs.id}', value: done }
`,
    );
    const [exit, run] = await records('run', 'tasks.yml', '--input', 'id=7');
    assert.equal(exit, 0, JSON.stringify(run));
    assert.equal(await redis.text('GET', 'run:7'), 'done');
  });

  it('a server that is away, and one that does not answer, are exit 4 within their time', async () => {
    const away = { ...env(), REDIS_URL: 'redis://127.0.0.1:1' };
    const [exit, failure] = await cli.records(['get', 'a', ...REDIS], { env: away });
    assert.equal(exit, 4);
    assert.match(JSON.stringify(failure), /doctor/);
    await redis.freeze();
    const { code, stdout } = await cli.run(['get', 'a', ...REDIS], { env: env() });
    await redis.thaw();
    assert.deepEqual([code, stdout], [4, '']);
  });

  it('a command opens its component and those that it refers to, and no others', async () => {
    cli.file(
      'part.yml',
      `
- class: MemoryCache
  entries: [{ interface: ICache, name: Memory }]
- class: RedisCache
  entries: [{ interface: ICache, name: Redis }]
  url: redis://127.0.0.1:1
  required: true
- class: TypedCache
  entries: [{ interface: ITypedCache, name: users }]
  store: Memory
  namespace: users
  expire: 5m
`,
    );
    const { code } = await cli.run(['explain', '7', '-f', 'part.yml', '-c', 'users']);
    assert.equal(code, 1);
    assert.equal((await cli.run(['get', 'k', '-f', 'part.yml', '-c', 'Redis'])).code, 4);
  });

  it('a reader that has seen enough ends the command in silence', async () => {
    for (let index = 0; index < 3000; index += 500) {
      const pairs = Array.from({ length: 500 }, (_, offset) => [`kv:many${index + offset}`, 'v']);
      await redis.cli('MSET', ...pairs.flat());
    }
    const line = `node ${cli.program} keys -c values; echo "exit $?" >&2`;
    const { stdout, stderr } = await start('sh', ['-c', `(${line}) | head -1`], {
      cwd: cli.folder,
      env: env(),
    }).ended;
    assert.match(stdout, /^many\d+\n$/);
    assert.equal(stderr, 'exit 0\n');
  });

  it('the command line on a terminal asks, and escapes the bytes of a value', async () => {
    await redis.cli('SET', 'kv:red', '\u001b[31mred');
    const shell = (words: string) =>
      start('script', ['-qec', `node ${cli.program} ${words}`, '/dev/null'], { cwd: cli.folder, env: env() });
    const shown = shell('get red -c values');
    shown.child.stdin?.end();
    assert.match((await shown.ended).stdout, /\\u001b\[31mred/);
    const asked = shell("clear 'red' -c values");
    await eventually('it asks', () => /Really delete 1 values.*\[y\/N\]/.test(asked.stdout), {
      withinMs: 20_000,
    });
    asked.child.stdin?.write('n\n');
    assert.equal((await asked.ended).code, 1);
    assert.equal(await redis.text('EXISTS', 'kv:red'), '1');
  });

  it('Ctrl-C at a question ends the command line with 130, and nothing is deleted', async () => {
    await redis.cli('SET', 'kv:red', 'v');
    const asked = start('script', ['-qec', `node ${cli.program} clear red -c values`, '/dev/null'], {
      cwd: cli.folder,
      env: env(),
    });
    await eventually('it asks', () => asked.stdout.includes('[y/N]'), { withinMs: 20_000 });
    asked.child.stdin?.write('\u0003');
    assert.equal((await asked.ended).code, 130);
    assert.equal(await redis.text('EXISTS', 'kv:red'), '1');
  });
});
