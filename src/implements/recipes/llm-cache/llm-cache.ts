import { z } from 'zod';
import type { ComponentDefinition, IComponent } from '../../../interfaces/component.js';
import { ArgumentError, DisposedError } from '../../../interfaces/errors.js';
import type {
  ILlmCache,
  LlmCacheStats,
  LlmCallOptions,
  LlmRequest,
  LlmUsage,
} from '../../../interfaces/llm-cache.js';
import { ITypedCache, type LoadContext } from '../../../interfaces/typed-cache.js';
import type { TypedLoadOptions } from '../../../interfaces/typed-cache-policy.js';
import { durationOption } from '../../foundation/options/duration.js';
import { parseOptions } from '../../foundation/options/parse-options.js';
import { sizeOption } from '../../foundation/options/size.js';
import { referenceOption } from '../../foundation/options/text.js';
import { identityOf, type RequestIdentity, tagsOf } from './request-key.js';
import { RunningStream } from './running-stream.js';
import { reportedUsage, Savings } from './savings.js';
import { type LlmSimilarity, SimilarQuestions } from './similarity.js';

const declared = z
  .strictObject({
    cache: referenceOption('ITypedCache').describe(
      '`TypedCache` that keeps the answers, of a namespace of its own.',
    ),
    expire: durationOption().default(86_400_000).describe('Time for which an answer is kept.'),
    lease: z
      .enum(['process', 'cluster'])
      .default('cluster')
      .describe(
        'Equal requests at the same time call the provider once in each process, or once in all of them.',
      ),
    loadTimeout: durationOption()
      .default(300_000)
      .describe('Maximum duration of an answer, or of a whole stream.'),
    maxStreamBytes: sizeOption()
      .default(1024 * 1024)
      .describe('Maximum length of a stream, as JSON, that is stored and that others may join.'),
    prices: z
      .record(z.string(), z.strictObject({ input: z.number().min(0), output: z.number().min(0) }))
      .default({})
      .describe('Price of a million tokens by model, for `savedCost`.'),
  })
  .describe('Answers of language models, kept in a `TypedCache`.');

/** Options of an `LlmCache` that is constructed in code. */
export interface LlmCacheOptions extends Omit<z.input<typeof declared>, 'cache'> {
  /** Cache that keeps the answers, of a namespace of its own. */
  readonly cache: ITypedCache<unknown>;
  /** Answers questions by the answers to similar ones; `complete` only. Default: none. */
  readonly similarity?: LlmSimilarity | undefined;
}

type Generate<T> = (context: LoadContext<unknown>) => T;

/** A stream that others may join. */
interface Running {
  readonly stream: RunningStream<unknown>;
  readonly tags: readonly string[];
}

/** An answer as it is stored. */
interface Stored<T> {
  readonly answer: T;
  readonly usage: LlmUsage | null;
}

/**
 * Answers of language models over a `TypedCache`, whose store, codec and compression are the application's choice.
 *
 * @example
 * ```ts
 * const answers = new LlmCache({ cache: typedCache, prices: { small: { input: 0.5, output: 1.5 } } });
 * ```
 */
export class LlmCache implements ILlmCache, IComponent {
  static readonly component: ComponentDefinition<typeof declared, LlmCache> = {
    options: declared,
    create: (site, { cache, ...options }) =>
      new LlmCache({ ...options, cache: site.getComponent<ITypedCache<unknown>>(ITypedCache, cache) }),
  };

  readonly #cache: ITypedCache<unknown>;
  readonly #policy: TypedLoadOptions<unknown>;
  readonly #maxStreamBytes: number;
  readonly #savings: Savings;
  readonly #similar: SimilarQuestions | undefined;
  readonly #running = new Map<string, Running>();
  readonly #closing = new AbortController();

  constructor({ cache, similarity, ...options }: LlmCacheOptions) {
    const { expire, lease, loadTimeout, maxStreamBytes, prices } = parseOptions(
      declared,
      'LlmCache',
      options,
      {
        ports: { cache },
      },
    );
    const waits = lease === 'cluster' ? { waitTimeout: loadTimeout } : {};
    this.#cache = cache;
    this.#policy = { expire, lease, loadTimeout, ...waits };
    this.#maxStreamBytes = maxStreamBytes;
    this.#savings = new Savings(prices);
    this.#similar = similarity && new SimilarQuestions(similarity);
  }

  async complete<T>(
    request: LlmRequest,
    generate: Generate<T | Promise<T>>,
    options: LlmCallOptions<T> = {},
  ): Promise<{ readonly value: T; readonly cached: boolean }> {
    const identity = identityOf('answer', request);
    this.#checkOpen();
    const similar = options.cache === false ? undefined : await this.#similarTo<T>(request, identity);
    if (similar?.found !== undefined)
      return { value: this.#saved(request, similar.found).answer, cached: true };
    let isGenerated = false;
    const load = async (context: LoadContext<unknown>): Promise<Stored<T>> => {
      isGenerated = true;
      this.#savings.miss();
      const answer = await generate(context);
      return { answer, usage: (options.usage ?? reportedUsage)(answer) ?? null };
    };
    const policy = this.#policyOf(identity, options, options.signal);
    const stored = (await this.#cache.getOrSet(identity.key, load, policy)) as Stored<T>;
    similar?.remember();
    if (isGenerated) return { value: stored.answer, cached: false };
    return { value: this.#saved(request, stored).answer, cached: true };
  }

  stream<C>(
    request: LlmRequest,
    generate: Generate<AsyncIterable<C>>,
    options: LlmCallOptions<readonly C[]> = {},
  ): AsyncIterable<C> {
    const identity = identityOf('stream', request);
    this.#checkOpen();
    return { [Symbol.asyncIterator]: () => this.#stream(request, identity, generate, options) };
  }

  async invalidate({
    model,
    namespace,
  }: {
    model?: string | undefined;
    namespace?: string | undefined;
  }): Promise<void> {
    if (model === undefined && namespace === undefined) {
      throw new ArgumentError('expected a model or a namespace to invalidate, got neither');
    }
    this.#checkOpen();
    const tag = tagsOf(model, namespace).at(-1) as string;
    try {
      await this.#cache.invalidateTags(tag);
    } finally {
      // Streams that began before are read to their end, and joined no more.
      for (const [key, { tags }] of this.#running) if (tags.includes(tag)) this.#running.delete(key);
    }
  }

  stats(): LlmCacheStats {
    return this.#savings.stats;
  }

  /** Ends every stream that runs. The cache below is closed by who made it. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const { stream } of this.#running.values())
      stream.fail(new DisposedError('this LlmCache is closed'));
    this.#running.clear();
  }

  async *#stream<C>(
    request: LlmRequest,
    identity: RequestIdentity,
    generate: Generate<AsyncIterable<C>>,
    options: LlmCallOptions<readonly C[]>,
  ): AsyncGenerator<C, void, undefined> {
    this.#checkOpen();
    const joined = options.cache === false ? undefined : this.#running.get(identity.key)?.stream;
    if (joined?.isJoinable === true) {
      this.#savings.hit();
      const chunks: C[] = [];
      for await (const chunk of (joined as RunningStream<C>).read(options.signal)) {
        chunks.push(chunk);
        yield chunk;
      }
      this.#savings.save(request.model, usageOfChunks(chunks, options));
      return;
    }
    yield* this.#start(request, identity, generate, options).read(options.signal);
  }

  /** Looks a stream up, or starts it. */
  #start<C>(
    request: LlmRequest,
    identity: RequestIdentity,
    generate: Generate<AsyncIterable<C>>,
    options: LlmCallOptions<readonly C[]>,
  ): RunningStream<C> {
    const { key } = identity;
    const abandoned = new AbortController();
    const running = new RunningStream<C>(this.#maxStreamBytes, () => {
      this.#leave(key, running);
      abandoned.abort();
    });
    let isGenerated = false;
    const load = async (context: LoadContext<unknown>): Promise<Stored<readonly C[]>> => {
      isGenerated = true;
      this.#savings.miss();
      // A refresh behind the callers' backs has readers of its own: none.
      const target = running.isOver ? new RunningStream<C>(this.#maxStreamBytes, () => undefined) : running;
      const signal = AbortSignal.any([context.signal, abandoned.signal, this.#closing.signal]);
      const chunks = await target.pump(generate({ ...context, signal }), signal);
      if (chunks === undefined) context.skip();
      return { answer: chunks ?? [], usage: usageOfChunks(chunks ?? [], options) ?? null };
    };
    if (options.cache !== false) this.#running.set(key, { stream: running, tags: identity.tags });
    const policy = this.#policyOf(identity, options, abandoned.signal);
    this.#cache
      .getOrSet(key, load, policy)
      .then(
        (found) => {
          const stored = found as Stored<readonly C[]>;
          if (!isGenerated) this.#saved(request, stored);
          if (!isGenerated) running.end(stored.answer);
        },
        (error: unknown) => running.fail(error),
      )
      .finally(() => this.#leave(key, running));
    return running;
  }

  #leave<C>(key: string, running: RunningStream<C>): void {
    if (this.#running.get(key)?.stream === running) this.#running.delete(key);
  }

  async #similarTo<T>(request: LlmRequest, { key, kin, tags }: RequestIdentity) {
    const similar = this.#similar;
    if (similar === undefined) return undefined;
    const exact = (await this.#cache.get(key, { tags })) as Stored<T> | undefined;
    if (exact !== undefined) return { found: exact, remember: () => undefined };
    const vector = await similar.vectorOf(request);
    if (vector === undefined) return undefined;
    const near = similar.find(kin, vector);
    const found =
      near === undefined ? undefined : ((await this.#cache.get(near, { tags })) as Stored<T> | undefined);
    if (near !== undefined && found === undefined) similar.forget(near);
    return { found, remember: () => similar.add(key, { kin, vector }) };
  }

  /** Counts what an answer from the cache has saved. */
  #saved<T>({ model }: LlmRequest, stored: Stored<T>): Stored<T> {
    this.#savings.hit();
    this.#savings.save(model, stored.usage);
    return stored;
  }

  #policyOf(
    { tags }: RequestIdentity,
    {
      expire,
      cache,
    }: { readonly expire?: LlmCallOptions<unknown>['expire']; readonly cache?: boolean | undefined },
    signal: AbortSignal | undefined,
  ): TypedLoadOptions<unknown> {
    const mode = cache === false ? ({ mode: 'off' } as const) : {};
    return { ...this.#policy, ...(expire !== undefined && { expire }), ...mode, tags: [...tags], signal };
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw new DisposedError('this LlmCache is closed');
  }
}

function usageOfChunks<C>(
  chunks: readonly C[],
  { usage }: LlmCallOptions<readonly C[]>,
): LlmUsage | undefined {
  if (usage !== undefined) return usage(chunks);
  return chunks.map(reportedUsage).findLast((report) => report !== undefined);
}
