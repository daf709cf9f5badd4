import type { LlmCallOptions, LlmRequest } from '../../../src/interfaces/llm-cache.js';
import type { ClosableAnswers } from '../../contract/llm-cache/subject.js';

/** A cache of answers that is wrong in one way. */
export interface AnswersMutant {
  /** Title of the law that it breaks. */
  readonly breaks: string;
  /** Verb phrase that says the flaw. */
  readonly flaw: string;
  change(answers: ClosableAnswers): Partial<ClosableAnswers>;
}

function mutant(breaks: string, flaw: string, change: AnswersMutant['change']): AnswersMutant {
  return { breaks, flaw, change };
}

type Complete = ClosableAnswers['complete'];
type Stream = ClosableAnswers['stream'];

/** The same calls with another request. */
function asking(change: (request: LlmRequest) => LlmRequest): AnswersMutant['change'] {
  return (answers) => ({
    complete: (request, ...rest) => answers.complete(change(request), ...rest),
    stream: (request, ...rest) => answers.stream(change(request), ...rest),
  });
}

/** The same calls with other options. */
function calling(change: (options: LlmCallOptions<never>) => object): AnswersMutant['change'] {
  return (answers) => ({
    complete: (request, generate, options = {}) =>
      answers.complete(request, generate, { ...options, ...change(options as LlmCallOptions<never>) }),
    stream: (request, generate, options = {}) =>
      answers.stream(request, generate, { ...options, ...change(options as LlmCallOptions<never>) }),
  });
}

const withoutSignal = calling(() => ({ signal: undefined }));
const storesNothing = calling(() => ({ cache: false }));
/** A provider that is never told of an abort. */
const untold: AnswersMutant['change'] = (answers) => {
  const { signal } = new AbortController();
  const complete: Complete = (request, generate, options) =>
    answers.complete(request, (context) => generate({ ...context, signal }), options);
  const stream: Stream = (request, generate, options) =>
    answers.stream(request, (context) => generate({ ...context, signal }), options);
  return { complete, stream };
};

/** Keeps every first answer or stream in a map of its own. */
const keepsAll: AnswersMutant['change'] = (answers) => {
  const kept = new Map<string, Promise<unknown>>();
  const streams = new Map<string, unknown[]>();
  const complete = (async (request, generate, options) => {
    const key = JSON.stringify(request);
    const isCached = kept.has(key);
    if (!isCached) kept.set(key, answers.complete(request, generate, options));
    const { value } = (await kept.get(key)) as { value: never };
    return { value, cached: isCached };
  }) as Complete;
  const stream: Stream = async function* (request, generate, options) {
    const chunks = streams.get(JSON.stringify(request));
    if (chunks !== undefined) yield* chunks as never[];
    if (chunks !== undefined) return;
    const seen: unknown[] = [];
    streams.set(JSON.stringify(request), seen);
    for await (const chunk of answers.stream(request, generate, options)) {
      seen.push(chunk);
      yield chunk;
    }
  } as Stream;
  return { complete, stream };
};

/** Each call has a wait that its provider shares. */
const stopsAll: AnswersMutant['change'] = (answers) => {
  const leaving = new AbortController();
  const together = (signal?: AbortSignal): AbortSignal => {
    signal?.addEventListener('abort', () => leaving.abort(signal.reason));
    return leaving.signal;
  };
  return {
    complete: (request, generate, options) =>
      answers.complete(request, generate, { ...options, signal: together(options?.signal) }),
    stream: (request, generate, options) =>
      answers.stream(request, generate, { ...options, signal: together(options?.signal) }),
  };
};

/** Streams pass through, in one way or another. */
function streaming(
  change: (chunks: AsyncIterable<unknown>) => AsyncIterable<unknown>,
): AnswersMutant['change'] {
  return (answers) => ({
    stream: ((...args) => change(answers.stream(...args))) as Stream,
  });
}

const gathered = streaming(async function* (chunks) {
  const all: unknown[] = [];
  for await (const chunk of chunks) all.push(chunk);
  yield* all;
});

/** One flaw each. */
export const answersMutants: readonly AnswersMutant[] = [
  mutant(
    'the whole request decides its answer, and the order of its properties does not',
    'leaves the parameters out of the key',
    asking((request) => ({ ...request, parameters: undefined })),
  ),
  mutant(
    'equal requests for an answer at the same time call the provider once',
    'lets each call ask',
    storesNothing,
  ),
  mutant('an error of the provider reaches the caller as it is, and is not kept', 'keeps errors', keepsAll),
  mutant('an answer of nothing is an answer', 'takes null for absence', (answers) => ({
    complete: async (request, generate, options) => {
      const found = await answers.complete(request, generate, options);
      return found.value ? found : answers.complete(request, generate, { ...options, cache: false });
    },
  })),
  mutant(
    'a call without the cache asks the provider, and stores nothing',
    'ignores the wish',
    calling(() => ({ cache: true })),
  ),
  mutant('a caller who leaves stops no answer that others wait for', 'stops all with one', stopsAll),
  mutant(
    'an answer that all its callers leave is aborted, and not kept',
    'does not tell the provider',
    untold,
  ),
  mutant(
    'an answer that is longer than the store takes reaches its caller, and is not kept',
    'keeps it elsewhere',
    keepsAll,
  ),
  mutant(
    'invalidation reaches what a model, a namespace or both have, and nothing else',
    'takes the whole model',
    (answers) => ({
      invalidate: ({ model, namespace }) =>
        answers.invalidate(model === undefined ? { namespace } : { model }),
    }),
  ),
  mutant(
    'an answer that is on its way during an invalidation answers no later call',
    'ignores invalidations',
    () => ({
      invalidate: async () => undefined,
    }),
  ),
  mutant(
    'a request that is no plain JSON is refused before the provider is asked, and not shown',
    'takes what JSON makes of a request',
    asking((request) =>
      JSON.parse(JSON.stringify(request, (_, part) => (typeof part === 'bigint' ? 0 : part))),
    ),
  ),
  mutant(
    'counters tell calls, hits, and the tokens and cost that hits saved',
    'counts no cost',
    (answers) => ({
      stats: () => ({ ...answers.stats(), savedCost: 0 }),
    }),
  ),
  mutant(
    'a stream is replayed chunk by chunk',
    'replays it in one chunk',
    streaming(async function* (chunks) {
      let whole = '';
      for await (const chunk of chunks) whole += (chunk as { text: string }).text;
      yield { text: whole };
    }),
  ),
  mutant(
    'callers share a stream while it runs, each from its beginning and with chunks of its own',
    'shows it when it is complete',
    gathered,
  ),
  mutant(
    'a reader who is slow does not hold up the others of a stream',
    'lets each have its own',
    storesNothing,
  ),
  mutant(
    'a stream that breaks off reaches its callers as far as it came, and is not kept',
    'shows nothing of it',
    gathered,
  ),
  mutant(
    'a stream that all its callers leave is aborted, and not kept',
    'does not tell the provider',
    untold,
  ),
  mutant('a caller who leaves stops no stream that others read', 'keeps who wants to leave', withoutSignal),
  mutant(
    'a stream above its bound goes at the pace of its caller, whole, and is not kept',
    'reads ahead of its caller',
    gathered,
  ),
  mutant('a stream above its bound is aborted when its caller leaves', 'does not tell the provider', untold),
  mutant(
    'a stream that is longer than the store takes reaches its callers whole, and is not kept',
    'keeps it elsewhere',
    keepsAll,
  ),
  mutant(
    'a stream that runs during an invalidation goes on, and reaches no later caller',
    'ignores invalidations',
    () => ({
      invalidate: async () => undefined,
    }),
  ),
  mutant(
    'an answer as a whole is no stream, and a stream is no answer as a whole',
    'makes a stream of an answer',
    (answers) => ({
      stream: async function* (request: LlmRequest) {
        yield { text: (await answers.complete(request, () => 'none')).value };
      } as unknown as Stream,
    }),
  ),
  mutant(
    'a closed cache of answers ends the streams that run, and refuses calls',
    'goes on after its end',
    () => ({
      close: async () => undefined,
    }),
  ),
  mutant(
    'a caller elsewhere waits for a stream that runs, and replays it',
    'asks for it itself',
    storesNothing,
  ),
  mutant(
    'a caller elsewhere who waits for a stream that breaks off asks the provider',
    'ends without an error',
    streaming(async function* (chunks) {
      try {
        yield* chunks;
      } catch {
        return;
      }
    }),
  ),
];
