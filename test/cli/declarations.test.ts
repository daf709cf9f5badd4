import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { scaffolded } from '../../src/implements/cli/declarations/scaffold.js';
import { interfacesOf } from '../../src/implements/cli/frame/class-schema.js';
import { CATALOGUE } from '../../src/implements/site/catalogue.js';
import { DeclarationFile } from '../../src/implements/site/load-part.js';
import { RedisServer } from '../support/redis/server/redis-server.js';
import { CommandLine } from './command-line.js';

describe('commands about declarations', () => {
  let cli: CommandLine;

  beforeAll(async () => {
    cli = await CommandLine.install();
    cli.file('good.yml', '- class: MemoryCache\n  entries: [{ interface: ICache, name: Memory }]\n');
    cli.file('bad.yml', '- class: MemryCache\n- class: MemoryCache\n  maxEntries: many\n');
  }, 120_000);
  afterAll(() => cli.remove());

  it('the command line without a command shows its help and exits with 2', async () => {
    const { code, stdout, stderr } = await cli.run([]);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /^Usage: inversify-cache .*\bvalidate\b.*Exit codes: 0 done/s);
  });

  it('help of the command line is data, with examples', async () => {
    const { code, stdout, stderr } = await cli.run(['help', 'get']);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /Usage: inversify-cache get .*Examples:\n {2}\$ inversify-cache get user:7/s);
  });

  it('the command line suggests a command for a word that is none, and does not run it', async () => {
    const expected = {
      code: 'E_USAGE',
      message: "unknown command 'vaildate'",
      hint: 'Did you mean validate?',
    };
    assert.deepEqual(await cli.records(['vaildate', 'good.yml']), [2, { error: expected }]);
  });

  it.each([
    ['an option', ['get', 'k', '--password', 'hunter2']],
    ['an option with its value', ['get', 'k', '--token=hunter2']],
    ['a URL', ['get', 'k', '-f', 'redis://user:hunter2@host']],
  ])('the command line refuses a secret in %s, and does not repeat it', async (_where, words) => {
    const { code, stdout, stderr } = await cli.run(words);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^error: expected no secret in an argument.*\nhint: declare it as \$\{env\.NAME\}/);
    assert.doesNotMatch(stderr, /hunter2/);
  });

  it('validate says of each file whether it is valid, and exits with 3 when one is not', async () => {
    const { code, stdout } = await cli.run(['validate', 'good.yml', 'bad.yml', 'none.yml']);
    assert.equal(code, 3);
    assert.deepEqual(
      stdout.split('\n').map((line) => line.replace(/ \(.*\)$/, '')),
      [
        'good.yml: valid, components: 1, entries: 1',
        'bad.yml:1:10 [0].class: expected a class, got "MemryCache"',
        'bad.yml:3:15 [1].maxEntries: expected a whole number, at least 1, got "many"',
        'none.yml: no such file',
        '',
      ],
    );
    const [exit, good, bad] = await cli.records(['validate', 'good.yml', 'bad.yml']);
    assert.equal(exit, 3);
    assert.deepEqual(good, { file: 'good.yml', valid: true, components: 1, entries: 1 });
    assert.deepEqual(
      (bad as { issues: { line: number }[] }).issues.map(({ line }) => line),
      [1, 3],
    );
  });

  it('validate imports a module first that defines interfaces of the application', async () => {
    cli.file(
      'own.mjs',
      "import { defineInterface } from 'inversify-cache';\ndefineInterface('IOwn', ['getValue']);\n",
    );
    cli.file('own.yml', '- class: MemoryCache\n  entries: [{ interface: IOwn }]\n');
    assert.equal((await cli.run(['validate', 'own.yml'])).code, 3);
    assert.equal((await cli.run(['validate', 'own.yml', '--import', 'own.mjs'])).code, 0);
    const [exit, failure] = await cli.records(['validate', 'own.yml', '--import', 'absent.mjs']);
    assert.equal(exit, 2);
    assert.match(JSON.stringify(failure), /expected --import as a module that can be imported/);
  });

  it('list tells interface, name, class and line of every entry', async () => {
    const { code, stdout } = await cli.run(['list', 'good.yml']);
    assert.deepEqual([code, stdout], [0, 'ICache\tMemory\tMemoryCache\tline 2\n']);
    const entry = { interface: 'ICache', name: 'Memory', class: 'MemoryCache', line: 2 };
    assert.deepEqual(await cli.records(['list'], { env: { INVERSIFY_CACHE_FILE: 'good.yml' } }), [0, entry]);
  });

  it('list without a file says how to name one', async () => {
    const hint = 'pass -f FILE, or set INVERSIFY_CACHE_FILE';
    const error = { code: 'E_USAGE', message: 'expected a declaration file', hint };
    assert.deepEqual(await cli.records(['list']), [2, { error }]);
  });

  it('schema prints the JSON Schema of the package', async () => {
    const { code, stdout } = await cli.run(['schema']);
    assert.equal(code, 0);
    assert.equal(stdout, readFileSync('config/components.schema.json', 'utf8'));
  });

  it('info lists every class, and describes interfaces and options of one', async () => {
    const [exit, ...classes] = await cli.records(['info']);
    assert.equal(exit, 0);
    assert.deepEqual(
      classes.map((each) => (each as { class: string }).class),
      [...CATALOGUE.keys()],
    );
    const { stdout } = await cli.run(['info', 'MemoryCache']);
    assert.match(
      stdout,
      /^MemoryCache: .*\nInterfaces: ICache, IFencedStore\nOptions:\n {2}maxEntries \(default 10000\): /,
    );
    const { code, stderr } = await cli.run(['info', 'NulCache']);
    assert.deepEqual([code, stderr.split('\n')[1]], [2, 'hint: did you mean NullCache?']);
  });

  it.each([...CATALOGUE.keys()])('info knows an interface of %s', async (name) => {
    const [first = ''] = await interfacesOf(name);
    assert.ok(name.endsWith(first.slice(1)) || first === 'ICache' || first === 'IHealth', first);
  });

  it('deps names the packages that are missing for the components of a file', async () => {
    cli.file('pino.yml', '- class: PinoLoggerSite\n  entries: [{ interface: ILoggerSite }]\n');
    const [exit, ...packages] = await cli.records(['deps', 'pino.yml']);
    assert.equal(exit, 1);
    const pino = packages.find((each) => (each as { package: string }).package === 'pino');
    const wanted = '^9.0.0 || ^10.0.0';
    assert.deepEqual(pino, { package: 'pino', wanted, installed: null, needed: true, ok: false });
    assert.equal((await cli.run(['deps', 'good.yml'])).code, 0);
  });

  it.each([...CATALOGUE.keys()])('the scaffold of %s is valid', async (name) => {
    const files = await scaffolded(new URL('../../', import.meta.url), name, '');
    const path = join(cli.folder, cli.file(`${name}.yml`, files.get('components.yml') ?? ''));
    const { classes, entries } = await DeclarationFile.read(path);
    assert.ok(entries.some((entry) => entry.class === name));
    assert.equal(
      files.has('redis.conf'),
      classes.some((each) => /^Redis/.test(each)),
    );
  });

  it('scaffold prints declarations, writes files where it is told to, and overwrites none unasked', async () => {
    const { code, stdout } = await cli.run(['scaffold', 'MemoryCache', '--name', 'Users']);
    assert.equal(code, 0);
    assert.match(stdout, /^- class: MemoryCache\n {2}entries: \[\{ interface: ICache, name: "Users" \}\]$/m);
    const files = ['components.yml', 'compose.yml', 'redis.conf', '.env.example'];
    const written = files.map((file) => ({ file: join('deploy', file) }));
    assert.deepEqual(await cli.records(['scaffold', 'RedisCache', '-o', 'deploy']), [0, ...written]);
    const [exit, failure] = await cli.records(['scaffold', 'RedisCache', '-o', 'deploy']);
    assert.equal(exit, 2);
    assert.match(JSON.stringify(failure), /exists already.*pass --force/);
    assert.equal((await cli.run(['scaffold', 'RedisCache', '-o', 'deploy', '--force'])).code, 0);
  });

  it('the redis.conf of scaffold is one that a server takes, and refuses to be emptied by mistake', async () => {
    const files = await scaffolded(new URL('../../', import.meta.url), 'RedisMutexSite', '');
    const lines = (files.get('redis.conf') ?? '')
      .split('\n')
      .filter((line) => /^(?!bind|port)[a-z]/.test(line));
    const args = lines.flatMap((line) => {
      const [name = '', ...values] = line.split(' ');
      return [`--${name}`, ...values.map((value) => (value === '""' ? '' : value))];
    });
    await using server = await RedisServer.start({ args });
    assert.equal(await server.text('CONFIG', 'GET', 'maxmemory-policy'), 'maxmemory-policy,noeviction');
    await assert.rejects(server.cli('FLUSHALL'), /unknown command/);
  });
});
