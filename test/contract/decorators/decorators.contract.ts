import { type Runner, runLaws } from '../law.js';
import { cachedLaws } from './cached.laws.js';
import { changeLaws } from './changes.laws.js';
import { findingLaws } from './finding.laws.js';
import { guardLaws } from './guard.laws.js';
import { keyLaws } from './keys.laws.js';
import { requestLaws } from './request.laws.js';
import type { DecoratorLaw, DecoratorSubject } from './subject.js';
import { transactionLaws } from './transaction.laws.js';

/** Promises of the decorators, one law per sentence. */
export const decoratorLaws: readonly DecoratorLaw[] = [
  ...cachedLaws,
  ...changeLaws,
  ...keyLaws,
  ...findingLaws,
  ...transactionLaws,
  ...requestLaws,
  ...guardLaws,
];

/** Runs the laws of decorators against one protocol of them. */
export function decoratorContract(runner: Runner, subject: DecoratorSubject): void {
  runLaws(runner, decoratorLaws, subject);
}
