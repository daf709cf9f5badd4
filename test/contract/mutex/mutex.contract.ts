import { type Runner, runLaws } from '../law.js';
import { exclusionLaws } from './exclusion.laws.js';
import { holdingLaws } from './holding.laws.js';
import { remoteLaws } from './remote.laws.js';
import type { MutexLaw, MutexSubject } from './subject.js';
import { waitingLaws } from './waiting.laws.js';

/** Promises of `IMutexSite`, one law per sentence. */
export const mutexLaws: readonly MutexLaw[] = [
  ...exclusionLaws,
  ...waitingLaws,
  ...holdingLaws,
  ...remoteLaws,
];

/** Runs the laws of `IMutexSite` against an implementation. */
export function mutexContract(runner: Runner, subject: MutexSubject): void {
  runLaws(runner, mutexLaws, subject);
}
