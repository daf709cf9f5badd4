import { MemoryCache } from '../../../src/implements/cache/memory/memory-cache.js';
import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { LlmCache } from '../../../src/implements/recipes/llm-cache/llm-cache.js';
import type { RedisConnectionOptions } from '../../../src/implements/redis/redis-connection-options.js';
import { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import type { ICache } from '../../../src/interfaces/cache.js';
import type { AnswersOptions, AnswersSubject, ClosableAnswers } from '../../contract/llm-cache/subject.js';
import { keySpace } from '../../support/redis/server/redis-for-tests.js';
import type { RedisStage, Topology } from '../../support/redis/stage/redis-stage.js';
import { eventually } from '../../support/time/eventually.js';
import { RedisView } from '../cache/redis-view.js';

type Change = (answers: ClosableAnswers) => ClosableAnswers;

/** `LlmCache` over a cache in memory. */
export function memoryAnswers(change: Change = (answers) => answers): AnswersSubject {
  return {
    name: 'LlmCache in memory',
    supports: [],
    skip: {},
    open: async (options = {}) => {
      const { answers, close } = over(new MemoryCache(storeOptions(options)), options);
      const changed = change(answers);
      return { answers: changed, twin: changed, inspect: async () => undefined, close };
    },
  };
}

/** `LlmCache` over a Redis of some topology, twice. */
export function redisAnswers(
  { name }: Topology,
  stage: () => RedisStage,
  change: Change = (answers) => answers,
): AnswersSubject {
  return {
    name: `LlmCache on ${name}`,
    supports: ['shared'],
    skip: {},
    open: async (options = {}) => {
      const prefix = keySpace();
      const view = new RedisView(stage().masters, prefix);
      const connect = async () => {
        const where = { ...stage().options, commandTimeout: '5s' } as RedisConnectionOptions;
        const store = new RedisCache({ ...where, ...storeOptions(options), prefix });
        await store.start();
        await eventually('Redis answers', () => store.connected);
        return over(store, options);
      };
      const [one, other] = await Promise.all([connect(), connect()]);
      return {
        answers: change(one.answers),
        twin: change(other.answers),
        inspect: () => view.inspect(),
        close: async () => {
          await Promise.all([one.close(), other.close()]);
          await view.close();
        },
      };
    },
  };
}

function storeOptions({ maxValueBytes }: AnswersOptions): { maxValueBytes?: number } {
  return maxValueBytes === undefined ? {} : { maxValueBytes };
}

function over(store: ICache & { close(): Promise<void> }, { maxValueBytes: _, ...options }: AnswersOptions) {
  const cache = new TypedCache<unknown>({ store, namespace: 'llm' });
  const answers = new LlmCache({ cache, ...options });
  const close = async (): Promise<void> => {
    await answers.close();
    await cache.close();
    await store.close();
  };
  return { answers, close };
}
