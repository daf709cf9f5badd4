import type { ILlmCache, LlmRequest } from '../../../src/interfaces/llm-cache.js';
import type { LoadContext } from '../../../src/interfaces/typed-cache.js';
import type { Law, Opened, Subject } from '../law.js';

/** `shared`: other processes can open a cache of the same answers. */
export type AnswersCapability = 'shared';

export interface AnswersOptions {
  readonly maxStreamBytes?: number;
  /** Maximum length of a value in the store below. */
  readonly maxValueBytes?: number;
  readonly prices?: Readonly<Record<string, { readonly input: number; readonly output: number }>>;
}

/** A cache that a law can close. */
export type ClosableAnswers = ILlmCache & { close(): Promise<void> };

/** A cache of answers that was opened for one law. */
export interface OpenAnswers extends Opened {
  readonly answers: ClosableAnswers;
  /** Another cache of the same answers; the same one where there is no other. */
  readonly twin: ILlmCache;
}

export type AnswersLaw = Law<AnswersCapability, OpenAnswers, AnswersOptions>;
export type AnswersSubject = Subject<AnswersCapability, OpenAnswers, AnswersOptions>;

/** A law of every cache of answers. */
export function law(title: string, prove: AnswersLaw['prove']): AnswersLaw {
  return { title, needs: [], prove };
}

/** A law of those whose answers others can share. */
export function lawOfShared(title: string, prove: AnswersLaw['prove']): AnswersLaw {
  return { title, needs: ['shared'], prove };
}

export const REQUEST: LlmRequest = {
  provider: 'fake',
  model: 'small',
  messages: [{ role: 'user', content: 'hello' }],
  parameters: { temperature: 0, top: { p: 1, k: 2 } },
  tools: [{ name: 'clock' }],
  namespace: 'shop',
};

export interface Chunk {
  text: string;
  readonly usage?: object;
}

/** A provider that counts its calls, and goes on when the law lets it. */
export class LawProvider {
  calls = 0;
  aborted = 0;
  /** Chunks that were asked for. */
  made = 0;
  readonly #gate = new AbortController();

  /** Lets all calls that wait go on. */
  open(): void {
    this.#gate.abort();
  }

  /** Answers with the number of the call. */
  answer = async ({ signal }: LoadContext<unknown>): Promise<{ text: string; usage: object }> => {
    const call = this.#begin(signal);
    await new Promise(setImmediate);
    return { text: `answer ${call}`, usage: { input_tokens: 100, output_tokens: 20 } };
  };

  /** Answers when it is opened. */
  answerLater = async (context: LoadContext<unknown>): Promise<{ text: string }> => {
    const call = this.#begin(context.signal);
    await this.#opened(context.signal);
    return { text: `answer ${call}` };
  };

  /** Streams texts, the last one when it is opened, and then an error or the usage. */
  stream = (texts: readonly string[], { end, waits = false }: { end?: Error; waits?: boolean } = {}) => {
    const provider = this;
    return async function* ({ signal }: LoadContext<unknown>): AsyncGenerator<Chunk> {
      provider.#begin(signal);
      for (const [index, text] of texts.entries()) {
        await new Promise(setImmediate);
        if (waits && index === texts.length - 1) await provider.#opened(signal);
        provider.made += 1;
        yield { text };
      }
      if (end !== undefined) throw end;
      yield { text: '', usage: { prompt_tokens: 10, completion_tokens: texts.length } };
    };
  };

  #begin(signal: AbortSignal): number {
    signal.addEventListener('abort', () => {
      this.aborted += 1;
    });
    this.calls += 1;
    return this.calls;
  }

  #opened(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      if (this.#gate.signal.aborted) resolve();
      this.#gate.signal.addEventListener('abort', () => resolve());
    });
  }
}

/** Text of a stream. */
export function textOf(chunks: readonly Chunk[]): string {
  return chunks.map(({ text }) => text).join('');
}
