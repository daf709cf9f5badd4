import type { Link, RunOptions } from '../../../src/implements/redis/link/link.js';
import type { RedisReply, RedisWord } from '../../../src/interfaces/redis-command.js';

/** A command that a link was asked to run. */
export interface RecordedRun {
  readonly words: string;
  readonly timeoutMs: number;
  readonly options: RunOptions | undefined;
}

/** Answers by the words of a command; an error is a rejection. Default: `OK`. */
export type Answers = (words: string) => unknown;

/** Records what a link is asked to run, and answers in its place. */
export class RecordedLink {
  readonly runs: RecordedRun[] = [];
  readonly #answers: Answers;

  constructor(answers: Answers = () => undefined) {
    this.#answers = answers;
  }

  get words(): string[] {
    return this.runs.map(({ words }) => words);
  }

  get link(): Link {
    return this as unknown as Link;
  }

  async run(words: readonly RedisWord[], timeoutMs: number, options?: RunOptions): Promise<RedisReply> {
    const text = words.join(' ');
    this.runs.push({ words: text, timeoutMs, options });
    const answer = await this.#answers(text);
    if (answer instanceof Error) throw answer;
    return (answer === undefined ? 'OK' : answer) as RedisReply;
  }
}
