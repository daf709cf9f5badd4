import { leaseLaws } from './fenced-store/lease.laws.js';
import { readingLaws } from './fenced-store/reading.laws.js';
import type { FencedLaw, FencedSubject } from './fenced-store/subject.js';
import { writingLaws } from './fenced-store/writing.laws.js';
import { type Runner, runLaws } from './law.js';

/** What `IFencedStore` promises while the store answers, a sentence a law. */
export const fencedLaws: readonly FencedLaw[] = [...readingLaws, ...writingLaws, ...leaseLaws];

/** Runs the laws of `IFencedStore` against an implementation. */
export function fencedStoreContract(runner: Runner, subject: FencedSubject): void {
  runLaws(runner, fencedLaws, subject);
}
