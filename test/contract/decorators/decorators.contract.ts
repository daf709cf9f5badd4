import { type Runner, runLaws } from '../law.js';
import { cachedLaws } from './cached.laws.js';
import { changeLaws } from './changes.laws.js';
import { findingLaws } from './finding.laws.js';
import { keyLaws } from './keys.laws.js';
import type { DecoratorLaw, DecoratorSubject } from './subject.js';

/** Promises of the decorators, one law per sentence. */
export const decoratorLaws: readonly DecoratorLaw[] = [
  ...cachedLaws,
  ...changeLaws,
  ...keyLaws,
  ...findingLaws,
];

/** Runs the laws of decorators against one protocol of them. */
export function decoratorContract(runner: Runner, subject: DecoratorSubject): void {
  runLaws(runner, decoratorLaws, subject);
}
