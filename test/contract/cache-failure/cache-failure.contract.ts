import { type Runner, runLaws } from '../law.js';
import { outageLaws } from './outage.laws.js';
import { refusalLaws } from './refusal.laws.js';
import type { FailureLaw, FailureSubject } from './subject.js';

/** Promises of `ICache` and `IFencedStore` when network and server fail, one law per sentence. */
export const failureLaws: readonly FailureLaw[] = [...outageLaws, ...refusalLaws];

/** Runs the laws of failure against an implementation that has a server. */
export function cacheFailureContract(runner: Runner, subject: FailureSubject): void {
  runLaws(runner, failureLaws, subject);
}
