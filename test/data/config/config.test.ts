import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { EnvConfig, LayeredConfig, YamlConfig } from '../../../src/data.js';
import {
  ConfigurationError,
  IConfig,
  IRedisConnection,
  loadComponentSite,
  readSettings,
} from '../../../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
/** Path of a new file with a text. */
function fileWith(text: string | Uint8Array, extension = 'yml'): string {
  const path = join(folder, `settings-${++files}.${extension}`);
  writeFileSync(path, text);
  return path;
}

const YAML = 'test: { key1: haha, key2: 2, key3: true }\nempty: {}\nnothing:\n';
const JSON_TEXT = '{ "test": { "key1": "haha", "key2": 2, "key3": true }, "empty": {}, "nothing": {} }';
const ENV = { TEST_KEY1: 'haha', TEST_KEY2: '2', TEST_KEY3: 'true', TEST_KEY4: '', OTHER: 'x' };

const CONFIGS: readonly (readonly [name: string, open: () => Promise<IConfig>])[] = [
  ['YamlConfig', async () => new YamlConfig(await readSettings(fileWith(YAML)))],
  ['JsonConfig', async () => new YamlConfig(await readSettings(fileWith(JSON_TEXT, 'json')))],
  ['EnvConfig', async () => new EnvConfig({ env: ENV })],
  [
    'LayeredConfig',
    async () =>
      new LayeredConfig({
        layers: [
          new EnvConfig({ env: { TEST_KEY2: '2' } }),
          new YamlConfig(await readSettings(fileWith('test: { key1: haha, key2: other, key3: true }'))),
        ],
      }),
  ],
];

/** Error of a file of settings, which must name the file. */
async function refusal(text: string | Uint8Array, extension = 'yml'): Promise<ConfigurationError> {
  const path = fileWith(text, extension);
  const error = await readSettings(path, { env: {} }).catch((reason: unknown) => reason);
  assert.ok(ConfigurationError.is(error), String(error));
  assert.equal(error.issues[0]?.source, path);
  return error;
}

describe.each(CONFIGS)('sessions of %s', (_name, open) => {
  it('a session has its settings as text, and lists them', async () => {
    const session = (await open()).getSession('test');
    assert.deepEqual(
      [...session.listKeys()].sort().map((key) => [key, session.getValue(key)]),
      [
        ['key1', 'haha'],
        ['key2', '2'],
        ['key3', 'true'],
      ],
    );
    assert.equal(session.getValue('key4'), undefined);
    assert.equal(session.getValue('__proto__'), undefined);
  });

  it('a session that is empty or does not exist can be filled', async () => {
    const config = await open();
    for (const name of ['empty', 'nothing', 'unknown', '__proto__', '']) {
      const session = config.getSession(name);
      if (name !== '') assert.deepEqual(session.listKeys(), []);
      assert.equal(session.getValue('fresh'), undefined);
      assert.equal(session.deleteValue('fresh'), false);
      assert.equal(session.setValue('fresh', 'v'), true);
      assert.equal(session.getValue('fresh'), 'v');
      assert.equal(session.listKeys().filter((key) => key === 'fresh').length, 1);
    }
  });

  it('a setting that is set, replaced or deleted is so in this session, and in no other', async () => {
    const config = await open();
    const [session, other] = [config.getSession('test'), config.getSession('test')];
    assert.equal(session.setValue('key9', 'new'), true);
    for (let time = 0; time < 8; time += 1) assert.equal(session.setValue('key1', `v${time}`), true);
    assert.deepEqual([session.getValue('key9'), session.getValue('key1')], ['new', 'v7']);
    assert.deepEqual([...session.listKeys()].sort(), ['key1', 'key2', 'key3', 'key9']);
    assert.deepEqual([session.deleteValue('key2'), session.deleteValue('key2')], [true, false]);
    assert.equal(session.getValue('key2'), undefined);
    assert.deepEqual([...session.listKeys()].sort(), ['key1', 'key3', 'key9']);
    session.setValue('key2', 'again');
    assert.equal(session.getValue('key2'), 'again');
    for (const one of [other, config.getSession('test')]) {
      assert.deepEqual([...one.listKeys()].sort(), ['key1', 'key2', 'key3']);
      assert.deepEqual([one.getValue('key1'), one.getValue('key2')], ['haha', '2']);
    }
  });

  it('a setting of other than text is refused', async () => {
    const session = (await open()).getSession('test');
    for (const value of [7, null, undefined, {}]) {
      assert.throws(() => session.setValue('key1', value as unknown as string), { code: 'E_ARGUMENT' });
    }
    assert.throws(() => session.setValue('', 'x'), { code: 'E_ARGUMENT' });
    assert.equal(session.getValue('key1'), 'haha');
  });
});

describe('files of settings', () => {
  it('a value is text as it was written, and variables are replaced', async () => {
    const text = `a: { version: 1.10, port: 0x10, on: yes, off: false, quoted: "1.10", url: "\${env.U:-x}/\${env.V}" }`;
    const settings = await readSettings(fileWith(text), { env: { V: '7' } });
    assert.deepEqual(Object.fromEntries(settings.get('a') ?? []), {
      version: '1.10',
      port: '0x10',
      on: 'yes',
      off: 'false',
      quoted: '1.10',
      url: 'x/7',
    });
  });

  it('a file that does not exist is an error, unless it is optional', async () => {
    const path = join(folder, 'absent.yml');
    await assert.rejects(readSettings(path), { code: 'E_CONFIG_READ', message: /absent\.yml: no such file/ });
    assert.equal((await readSettings(path, { optional: true })).size, 0);
    assert.equal((await readSettings(fileWith('# nothing\n'))).size, 0);
    await assert.rejects(readSettings(folder, { optional: true, format: 'yaml' }), { code: 'E_CONFIG_READ' });
  });

  it.each([
    ['another syntax', 'a: [', 'yml', 'E_CONFIG_SYNTAX', /invalid YAML/],
    ['JSON that is none', '{ "a": { "b": 1, } }', 'json', 'E_CONFIG_SYNTAX', /invalid JSON/],
    ['an alias', 'a: &x { b: 1 }\nc: *x', 'yml', 'E_CONFIG_SYNTAX', /anchors|aliases/],
    ['a duplicate key', 'a: { b: 1, b: 2 }', 'yml', 'E_CONFIG_SYNTAX', /1:12 a\.b: duplicate key/],
    ['a duplicate session', 'a: {}\na: {}', 'yml', 'E_CONFIG_SYNTAX', /2:1 a: duplicate key/],
    ['a forbidden key', 'a: { __proto__: 1 }', 'yml', 'E_CONFIG_SYNTAX', /not allowed/],
    ['a list', '- a', 'yml', 'E_CONFIG_SCHEMA', /expected a map of sessions, got a list of 1/],
    [
      'a session that is text',
      'a: b',
      'yml',
      'E_CONFIG_SCHEMA',
      /a: expected a map of settings, got a string/,
    ],
    [
      'a list of values',
      'a: { b: [1] }',
      'yml',
      'E_CONFIG_SCHEMA',
      /a\.b: expected text, a number or a boolean/,
    ],
    ['a value that is left out', 'a: { b: }', 'yml', 'E_CONFIG_SCHEMA', /write b: '' for an empty text/],
    ['an unset variable', `a: { b: "\${env.NOT_SET}" }`, 'yml', 'E_CONFIG_ENV', /NOT_SET is not set/],
    ['bytes that are no text', Buffer.from([0xff, 0xfe]), 'yml', 'E_CONFIG_READ', /expected UTF-8/],
    ['too many bytes', `a: { b: ${'x'.repeat(262_144)} }`, 'yml', 'E_CONFIG_SYNTAX', /262144 bytes/],
    ['another extension', 'a=1', 'ini', 'E_CONFIG_FORMAT', /unknown file format ini/],
  ] as const)('a file with %s is refused by its place', async (_what, text, extension, code, message) => {
    const error = await refusal(text, extension);
    assert.equal(error.code, code);
    assert.match(error.message, message);
  });

  it('all problems of a file are told at once, and no secret', async () => {
    const error = await refusal('a: { password: [hunter2], b: }\nc: hunter2\n');
    assert.equal(error.issues.length, 3);
    assert.ok(!error.message.includes('hunter2'));
  });
});

describe('declared settings', () => {
  it('a connection takes its options from a session of layered settings', async () => {
    writeFileSync(join(folder, 'app.yml'), 'redis: { host: 127.0.0.1, port: 2, db: 3 }');
    const site = fileWith(`
- class: YamlConfig
  entries: [{ interface: IConfig, name: file }]
  file: app.yml
- class: JsonConfig
  entries: [{ interface: IConfig, name: local }]
  file: local.json
  optional: true
- class: EnvConfig
  entries: [{ interface: IConfig, name: environment }]
  prefix: APP_
- class: LayeredConfig
  entries: [{ interface: IConfig }]
  layers: [environment, local, file]
- class: RedisConnection
  entries: [{ interface: IRedisConnection }]
  config: ''
`);
    await using loaded = await loadComponentSite(site, { env: { APP_REDIS_PORT: '1' } });
    assert.equal(loaded.getComponent(IRedisConnection).database, 'redis://127.0.0.1:1/3');
    assert.deepEqual(loaded.getComponent(IConfig).getSession('redis').listKeys(), ['port', 'host', 'db']);
  });

  it('a declared file with a problem fails the load by its own place', async () => {
    const broken = fileWith('a: { b: [] }');
    const site = fileWith(`- class: YamlConfig\n  entries: [{ interface: IConfig }]\n  file: ${broken}\n`);
    const error = await loadComponentSite(site).catch((reason: unknown) => reason);
    assert.ok(ConfigurationError.is(error));
    assert.match(error.message, /settings-\d+\.yml:1:9 a\.b: expected text/);
  });
});

describe('EnvConfig', () => {
  it('a setting is found by every spelling of its name', () => {
    const config = new EnvConfig({
      prefix: 'APP_',
      env: { APP_MAIN_DB_CONNECT_TIMEOUT: '5s', MAIN_DB_X: '1' },
    });
    for (const name of ['mainDb', 'main-db', 'main_db']) {
      const session = config.getSession(name);
      for (const key of ['connectTimeout', 'connect_timeout', 'connect-timeout', 'CONNECT_TIMEOUT']) {
        assert.equal(session.getValue(key), '5s', `${name} ${key}`);
      }
      assert.deepEqual(session.listKeys(), ['connectTimeout']);
    }
    const session = config.getSession('main-db');
    session.setValue('connect-timeout', '1s');
    assert.deepEqual([session.getValue('connectTimeout'), session.listKeys()], ['1s', ['connectTimeout']]);
  });
});
