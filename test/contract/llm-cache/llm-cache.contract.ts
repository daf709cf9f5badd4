import { type Runner, runLaws } from '../law.js';
import { answerLaws } from './answers.laws.js';
import { streamLaws } from './stream.laws.js';
import type { AnswersLaw, AnswersSubject } from './subject.js';

/** Promises of `ILlmCache`, one law per sentence. */
export const llmCacheLaws: readonly AnswersLaw[] = [...answerLaws, ...streamLaws];

/** Runs the laws of `ILlmCache` against an implementation. */
export function llmCacheContract(runner: Runner, subject: AnswersSubject): void {
  runLaws(runner, llmCacheLaws, subject);
}
