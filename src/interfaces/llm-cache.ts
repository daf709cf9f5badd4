import type { Duration } from './duration.js';
import { defineInterface, type InterfaceToken } from './interface-token.js';
import type { LoadContext } from './typed-cache.js';

/** A question to a language model: everything that decides its answer. The order of properties does not matter. */
export interface LlmRequest {
  readonly provider: string;
  readonly model: string;
  readonly messages?: readonly unknown[] | undefined;
  readonly prompt?: string | undefined;
  readonly tools?: unknown;
  /** Temperature, maximum of tokens and the like. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  /** Tenant, user group or version of a prompt, whose answers are kept apart. Default: none. */
  readonly namespace?: string | undefined;
}

/** Tokens that an answer took, and their cost. */
export interface LlmUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Default: by the `prices` of the model. */
  readonly cost?: number | undefined;
}

/** Options of a call. */
export interface LlmCallOptions<Answer> {
  /** Time for which the answer is kept. Default: that of the component. */
  readonly expire?: Duration | undefined;
  /** Reads the usage from an answer. Default: its property `usage`, as providers write it; of a stream, the last one. */
  readonly usage?: ((answer: Answer) => LlmUsage | undefined) | undefined;
  /** `false`: asks the provider, and stores nothing. Default: `true`. */
  readonly cache?: boolean | undefined;
  /** Aborts the wait of this caller; the provider is aborted once nobody waits any more. */
  readonly signal?: AbortSignal | undefined;
}

/** Counters of a cache of answers. */
export interface LlmCacheStats {
  /** Calls that were answered without the provider. */
  readonly hits: number;
  /** Calls of the provider. */
  readonly misses: number;
  readonly savedInputTokens: number;
  readonly savedOutputTokens: number;
  readonly savedCost: number;
}

/**
 * Answers of language models, kept under the SHA-256 of the whole request: another model, parameter, message, tool or
 * namespace is another answer. Equal requests at the same time call the provider once.
 *
 * Only what is complete is stored: no error, and no stream that broke off or that its callers left.
 *
 * @throws {ArgumentError} for a request that is no plain JSON, before the provider is called.
 * @throws what the provider throws, as it is.
 * @throws {DisposedError} after `close`.
 *
 * @example
 * ```ts
 * const request = { provider: 'fake', model: 'small', prompt: 'hello', parameters: { temperature: 0 } };
 * const answer = await answers.complete(request, ({ signal }) => ask(request, signal));
 * for await (const chunk of answers.stream(request, ({ signal }) => askForStream(request, signal))) {
 *   process.stdout.write(chunk.text);
 * }
 * ```
 */
export interface ILlmCache {
  /** Returns the answer to a request from the cache, or generates it. `cached`: this call did not call the provider. */
  complete<T>(
    request: LlmRequest,
    generate: (context: LoadContext<unknown>) => T | Promise<T>,
    options?: LlmCallOptions<T>,
  ): Promise<{ readonly value: T; readonly cached: boolean }>;

  /**
   * Iterates over the answer to a request, chunk by chunk: from the cache, or as it is generated. Callers of one process
   * who ask at the same time share the stream that runs; it is stored when it is complete.
   */
  stream<C>(
    request: LlmRequest,
    generate: (context: LoadContext<unknown>) => AsyncIterable<C>,
    options?: LlmCallOptions<readonly C[]>,
  ): AsyncIterable<C>;

  /** Invalidates all answers of a model, of a namespace, or of a model in a namespace. */
  invalidate(what: {
    readonly model?: string | undefined;
    readonly namespace?: string | undefined;
  }): Promise<void>;

  /** Returns the counters so far. */
  stats(): LlmCacheStats;
}

export const ILlmCache: InterfaceToken<ILlmCache> = defineInterface<ILlmCache>('ILlmCache', [
  ...(['complete', 'stream', 'invalidate', 'stats'] as const),
]);
