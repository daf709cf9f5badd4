// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what declarations write.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseDeclarations } from '../../src/implements/site/text/declaration-parser.js';
import type { DeclarationNode } from '../../src/implements/site/text/node.js';
import { Problems } from '../../src/implements/site/text/problems.js';
import {
  ComponentSite,
  ComponentSiteBuilder,
  defineInterface,
  ICache,
  type IComponentSite,
  ILoggerSite,
  ITypedCache,
  loadComponentSite,
} from '../../src/index.js';
import { RecordingLoggerSite } from '../support/logs/recording-logger.js';

const CONFIG = 'config';
const SCHEMA = 'components.schema.json';
const LANGUAGE_SERVER = `# yaml-language-server: $schema=./${SCHEMA}\n`;
const files = readdirSync(CONFIG);
const declarations = files.filter((name) => /\.(?:yml|json)$/.test(name) && name !== SCHEMA);

/** Services of the application that `config/services.yml` names. */
interface IGreeter {
  greet(name: string): string;
}
const IGreeter = defineInterface<IGreeter>('IGreeter', ['greet']);

/** The declarations as plain values, variables and all. */
async function written(name: string): Promise<unknown> {
  const problems = new Problems(name);
  const tree = await parseDeclarations(readFileSync(join(CONFIG, name), 'utf8'), 'yaml', problems);
  problems.throwIfAny();
  return plain(tree as DeclarationNode);
}

function plain(node: DeclarationNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries(node.pairs.map(({ key, value }) => [key, plain(value)]));
}

/** Loads a file without a server: caches then start degraded, without a delay. */
async function loaded(name: string): Promise<IComponentSite> {
  const site = new ComponentSite();
  site.registerComponent(ILoggerSite, new RecordingLoggerSite());
  return loadComponentSite(join(CONFIG, name), {
    site,
    env: {
      ...(name === 'environment.yml' ? {} : { REDIS_HOST: '127.0.0.1', REDIS_PORT: '1' }),
      REDIS_URL: 'redis://127.0.0.1:1/0',
      SENTINEL_HOST: '127.0.0.1',
      SENTINEL_PORT: '1',
    },
  });
}

describe('config folder', () => {
  it('the folder holds the expected files', () => {
    expect(files.sort()).toEqual([
      'cluster.yml',
      'components.json',
      SCHEMA,
      'coordination.yml',
      'data.yml',
      'default.yml',
      'environment.yml',
      'greeter.mjs',
      'health.yml',
      'memory-and-redis.yml',
      'memory.yml',
      'monitoring.yml',
      'redis.yml',
      'sentinel.yml',
      'services.yml',
      'sessions.yml',
      'tiered.yml',
      'tls.yml',
      'typed-redis.yml',
      'typed.yml',
    ]);
  });

  it.each(declarations)('%s loads without any variable set, and its dump loads again', async (name) => {
    await using site = await loaded(name);
    const builder = new ComponentSiteBuilder();
    expect(builder.dumps(site)).toMatch(/^- class: /);
    expect(builder.dumps(site)).not.toContain('[redacted]');
  });

  it.each(declarations.filter((name) => name.endsWith('.yml')))(
    '%s names its schema in the first line',
    (name) => {
      expect(readFileSync(join(CONFIG, name), 'utf8').startsWith(LANGUAGE_SERVER)).toBe(true);
    },
  );

  it('components.json declares the same as components.yml', async () => {
    expect(JSON.parse(readFileSync(join(CONFIG, 'components.json'), 'utf8'))).toEqual(
      await written('memory-and-redis.yml'),
    );
  });

  it('the declared caches are of the promised classes', async () => {
    const entries = {
      'memory.yml': ['Memory'],
      'redis.yml': ['Redis'],
      'memory-and-redis.yml': ['', 'Memory', 'Users', 'Pages'],
      'components.json': ['', 'Memory', 'Users', 'Pages'],
      'services.yml': [''],
      'coordination.yml': [],
      'data.yml': [],
      'default.yml': ['', 'Memory'],
      'health.yml': ['Redis', 'Memory'],
      'monitoring.yml': [],
      'sessions.yml': [],
      'sentinel.yml': ['Redis'],
      'cluster.yml': ['Redis'],
      'tiered.yml': ['Redis', 'hot'],
      'tls.yml': ['Redis'],
      'environment.yml': ['Redis'],
      'typed.yml': ['Memory'],
      'typed-redis.yml': ['Redis'],
    };
    expect(Object.keys(entries).sort()).toEqual([...declarations].sort());
    for (const [name, names] of Object.entries(entries)) {
      await using site = await loaded(name);
      for (const entry of names) expect(site.queryComponent(ICache, entry), `${name} ${entry}`).toBeDefined();
    }
  });

  it.each(['typed.yml', 'typed-redis.yml'])('%s declares a typed cache of users', async (name) => {
    await using site = await loaded(name);
    const users = site.getComponent<ITypedCache<string>>(ITypedCache, 'users');
    expect(await users.getOrSet(7, async () => 'Ada')).toBe('Ada');
  });

  it('the declared class of the application works', async () => {
    await using site = await loaded('services.yml');
    expect(site.getComponent(IGreeter).greet('you')).toBe('Hello, you!');
  });
});

describe('JSON schema for editors', () => {
  const schema = z.fromJSONSchema(JSON.parse(readFileSync(join(CONFIG, SCHEMA), 'utf8')));
  const accepts = (declaration: object): boolean => schema.safeParse([declaration]).success;

  it.each(declarations)('the schema accepts the file %s', async (name) => {
    const result = schema.safeParse(await written(name));
    expect(result.error?.message).toBeUndefined();
  });

  it.each([
    ['a variable for a number', { class: 'RedisCache', port: '${env.PORT}' }],
    ['a variable with a default for a boolean', { class: 'RedisCache', required: '${env.REQUIRED:-false}' }],
    ['a variable for a duration', { class: 'RedisCache', connectTimeout: '${env.TIMEOUT}' }],
    ['a variable for a size', { class: 'MemoryCache', maxBytes: '${env.SIZE}' }],
    ['a variable for a choice', { class: 'MemoryCache', failureMode: '${env.MODE}' }],
    ['a variable inside a map', { class: 'RedisCache', tls: { ca: '${env.CA}' } }],
    ['a variable in place of a map', { class: 'RedisCache', tls: '${env.TLS}' }],
    ['a duration in parts', { class: 'RedisCache', connectTimeout: { seconds: 5 } }],
    ['a class of one’s own with any option', { class: './own.mjs#Own', anything: { at: ['all'] } }],
    ['an interface of one’s own', { class: 'NullCache', entries: [{ interface: 'IOwn', name: 'x' }] }],
  ])('the schema accepts %s', (_what, declaration) => {
    expect(accepts(declaration)).toBe(true);
  });

  it.each([
    ['a class that is not there', { class: 'RedisCahce' }],
    ['no class', { entries: [] }],
    ['an option that is not there', { class: 'RedisCache', pasword: 'x' }],
    ['a text that is no number', { class: 'RedisCache', port: 'x' }],
    ['a number out of range', { class: 'RedisCache', port: 70_000 }],
    ['a duration without a unit', { class: 'RedisCache', connectTimeout: 30 }],
    ['a size in another unit', { class: 'MemoryCache', maxBytes: '64MB' }],
    ['none of the choices', { class: 'MemoryCache', failureMode: 'ignore' }],
    ['an entry without an interface', { class: 'NullCache', entries: [{ name: 'x' }] }],
    ['an entry with another key', { class: 'NullCache', entries: [{ interface: 'ICache', nam: 'x' }] }],
  ])('the schema refuses %s', (_what, declaration) => {
    expect(accepts(declaration)).toBe(false);
  });
});
