// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what declarations write.
import {
  ComponentSite,
  ComponentSiteBuilder,
  ICache,
  loadComponentSite,
  MemoryCache,
  RedisCache,
} from '../../src/index.js';
import { RecordingLoggerSite } from '../support/logs/recording-logger.js';

/** A mistake of a user, as the pages show it, and its error. */
export interface BadInput {
  /** As Markdown. */
  readonly shown: string;
  /** @returns The code and the message that the user sees. */
  readonly outcome: () => Promise<Outcome>;
}

interface Outcome {
  readonly code: string;
  readonly message: string;
}

const FIRST = '- class: RedisCache\n  entries: [{ interface: ICache, name: Redis }]\n';

/** Mistakes in a declaration: in an option of a `RedisCache`, or in a whole file. */
function option(line: string): BadInput {
  return declaration(code(line), `${FIRST}  ${line}\n`);
}

/** @param shown  The part of the text that is wrong. */
function declaration(shown: string, text: string): BadInput {
  return {
    shown,
    outcome: () =>
      outcomeOf(async () => {
        await using site = new ComponentSite();
        await new ComponentSiteBuilder().loads(site, text, { base: 'app.yml', env: {} });
      }),
  };
}

function call(shown: string, body: () => Promise<unknown>): BadInput {
  return { shown, outcome: () => outcomeOf(body) };
}

function code(text: string): string {
  return `\`${text}\``;
}

async function outcomeOf(body: () => Promise<unknown>): Promise<Outcome> {
  try {
    const answer = await body();
    throw new Error(`accepted, with ${String(answer)}`);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === undefined) throw error;
    return { code: `\`${code}\``, message };
  }
}

const cache = new MemoryCache();
const bytes = new Uint8Array(1);

/** In declarations. */
export const BAD_DECLARATIONS: readonly BadInput[] = [
  option('pasword: secret'),
  option('port: 70000'),
  option('commandTimeout: 30'),
  option('password: 12345'),
  option('host: ${env.REDIS_HOST}'),
  option('connection: main'),
  declaration('`url: redis://a` and `host: b`', `${FIRST}  url: redis://a\n  host: b\n`),
  declaration('`class: RedisCash`', '- class: RedisCash\n  entries: [{ interface: ICache }]\n'),
  declaration('`interface: ICahce`', '- class: MemoryCache\n  entries: [{ interface: ICahce }]\n'),
  declaration('two entries `ICache` "Redis"', `${FIRST}  prefix: a\n${FIRST}  prefix: b\n`),
  declaration(
    'the prefixes `app:` and `app:users:` on one database',
    `${FIRST}  prefix: 'app:'\n${FIRST.replace('Redis }', 'Users }')}  prefix: 'app:users:'\n`,
  ),
  declaration('`class: /opt/mine.js#Mine`', '- class: /opt/mine.js#Mine\n'),
  declaration('a map in place of a list', 'class: MemoryCache\n'),
  declaration('a bracket that is never closed', '- class: MemoryCache\n  entries: [{ interface: ICache }\n'),
  call("`loadComponentSite('app.yml')`, which is not there", () => loadComponentSite('app.yml')),
  call("`loadComponentSite('app.toml')`", () => loadComponentSite('app.toml')),
];

/** In calls. */
export const BAD_CALLS: readonly BadInput[] = [
  call("`site.getComponent(ICache, 'redis')`", async () => {
    await using site = new ComponentSite();
    site.registerComponent(ICache, cache, 'Redis');
    return site.getComponent(ICache, 'redis');
  }),
  call('`site.registerComponent(ICache, new Map())`', async () => {
    await using site = new ComponentSite();
    return site.registerComponent(ICache, new Map() as never);
  }),
  call("`cache.getValue('')`", () => cache.getValue('')),
  call("`cache.getValue('\\ud800')`", () => cache.getValue('\ud800')),
  call("`cache.setValue('a', 'text', '1h')`", () => cache.setValue('a', 'text' as never, '1h')),
  call("`cache.setValue('a', nineMegabytes, '1h')`", () => cache.setValue('a', new Uint8Array(9e6), '1h')),
  {
    shown: "`cache.setValue('a', bytes, 0)`",
    outcome: async () => {
      const loggerSite = new RecordingLoggerSite();
      const answer = await new MemoryCache({ loggerSite }).setValue('a', bytes, 0);
      return {
        code: `returns \`${answer}\`, logs`,
        message: loggerSite.of('warning')[0]?.message ?? 'nothing',
      };
    },
  },
  call('the same with `failureMode: throw`', () =>
    new MemoryCache({ failureMode: 'throw' }).setValue('a', bytes, 0),
  ),
  call('`new RedisCache().clear()`', async () => {
    const redis = new RedisCache();
    return redis.clear().finally(() => redis.close());
  }),
  call('a call after `close()`', async () => {
    const closed = new MemoryCache();
    await closed.close();
    return closed.getValue('a');
  }),
];
