import { type Runner, runLaws } from '../law.js';
import { leaseLaws } from './lease.laws.js';
import { partLaws } from './part.laws.js';
import { readingLaws } from './reading.laws.js';
import type { FencedLaw, FencedSubject } from './subject.js';
import { writingLaws } from './writing.laws.js';

/** Promises of `IFencedStore` while the store answers, one law per sentence. */
export const fencedLaws: readonly FencedLaw[] = [...readingLaws, ...writingLaws, ...leaseLaws, ...partLaws];

/** Runs the laws of `IFencedStore` against an implementation. */
export function fencedStoreContract(runner: Runner, subject: FencedSubject): void {
  runLaws(runner, fencedLaws, subject);
}
