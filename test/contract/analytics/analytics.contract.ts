import { type Runner, runLaws } from '../law.js';
import { boundLaws } from './bound.laws.js';
import { countLaws } from './count.laws.js';
import { peopleLaws } from './people.laws.js';
import type { AnalyticsLaw, AnalyticsSubject } from './subject.js';

/** Promises of `IAnalytics`, one law per sentence. */
export const analyticsLaws: readonly AnalyticsLaw[] = [...countLaws, ...peopleLaws, ...boundLaws];

/** Runs the laws of `IAnalytics` against an implementation. */
export function analyticsContract(runner: Runner, subject: AnalyticsSubject): void {
  runLaws(runner, analyticsLaws, subject);
}
