import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Call } from '../frame/call.js';
import { textOption } from '../frame/call.js';
import { type ClassSchema, classSchema, interfacesOf } from '../frame/class-schema.js';
import { EXIT } from '../frame/exit-code.js';
import { UsageError } from '../frame/usage-error.js';
import { COMPOSE, ENVIRONMENT, redisConf } from './redis-files.js';

const DECLARATIONS = 'components.yml';

/** Values of options that a class requires, and declarations that they refer to. */
const REQUIRED: Readonly<Record<string, { readonly options: string; readonly before?: string }>> = {
  TieredCache: { options: '  l2: Redis\n', before: declaration('RedisCache', 'ICache', 'Redis') },
  TypedCache: {
    options: '  store: Memory\n  namespace: values\n  expire: 5m\n',
    before: declaration('MemoryCache', 'ICache', 'Memory'),
  },
  LlmCache: {
    options: '  cache: answers\n',
    before:
      declaration('MemoryCache', 'ICache', 'Memory') +
      declaration('TypedCache', 'ITypedCache', 'answers') +
      '  store: Memory\n  namespace: answers\n  expire: 1d\n',
  },
  MemoryRateLimiter: limits(),
  RedisRateLimiter: limits(),
  YamlConfig: { options: '  file: settings.yml\n  optional: true\n' },
  JsonConfig: { options: '  file: settings.json\n  optional: true\n' },
  LayeredConfig: {
    options: '  layers: [Environment]\n',
    before: declaration('EnvConfig', 'IConfig', 'Environment'),
  },
};
/** Classes whose keys are copies of what a source has. */
const EVICTABLE = new Set(['RedisCache', 'TieredCache', 'TypedCache', 'LlmCache', 'RedisConnection']);
/** Options that are not written into a scaffold as comments: there are pages about them. */
const MOST_COMMENTS = 8;

/** Prints declarations that load, or writes them, and for Redis the files of a server. */
export async function scaffoldCommand(call: Call): Promise<number> {
  const [name = ''] = call.args;
  const files = await scaffolded(call.home, name, textOption(call, 'name') ?? '');
  const folder = textOption(call, 'output');
  if (folder === undefined) {
    await call.streams.document(files.get(DECLARATIONS) ?? '');
    return EXIT.done;
  }
  await mkdir(folder, { recursive: true });
  const flag = call.options.force === true ? 'w' : 'wx';
  for (const [file, text] of files) {
    const path = join(folder, file);
    try {
      await writeFile(path, text, { flag });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      throw new UsageError(`${path} exists already`, 'pass --force to overwrite it');
    }
    await call.streams.record({ file: path }, path);
  }
  return EXIT.done;
}

/** Files of a scaffold by name. @param name  Name of the entry. */
export async function scaffolded(
  home: URL,
  className: string,
  name: string,
): Promise<ReadonlyMap<string, string>> {
  const yaml = await declarations(await classSchema(home, className), name);
  const files = new Map([[DECLARATIONS, yaml]]);
  if (!/class: Redis/.test(yaml)) return files;
  return files
    .set('compose.yml', COMPOSE)
    .set('redis.conf', redisConf(EVICTABLE.has(className)))
    .set('.env.example', ENVIRONMENT);
}

async function declarations({ title, description, properties }: ClassSchema, name: string): Promise<string> {
  const { options = '', before = '' } = REQUIRED[title] ?? {};
  const [port = 'ICache'] = await interfacesOf(title);
  const written = new Set([...options.matchAll(/^ {2}(\w+):/gm)].map(([, option]) => option));
  const comments = Object.entries(properties)
    .filter(([option, schema]) => schema.default !== undefined && !written.has(option))
    .slice(0, MOST_COMMENTS)
    .map(
      ([option, schema]) =>
        `  # ${option}: ${JSON.stringify(schema.default)} # ${schema.description ?? ''}\n`,
    );
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a declaration
  const connection = title.startsWith('Redis') ? '  url: ${env.REDIS_URL:-redis://localhost:6379}\n' : '';
  return `# ${description}\n${before}${declaration(title, port, name)}${connection}${options}${comments.join('')}`;
}

function declaration(title: string, port: string, name: string): string {
  const named = name === '' ? '' : `, name: ${JSON.stringify(name)}`;
  return `- class: ${title}\n  entries: [{ interface: ${port}${named} }]\n`;
}

function limits(): { options: string } {
  return { options: '  limits: [{ name: requests, algorithm: fixedWindow, limit: 100, per: 1m }]\n' };
}
