import { type Runner, runLaws } from '../law.js';
import { countLaws } from './counts.laws.js';
import type { StatisticsLaw, StatisticsSubject } from './subject.js';

/** Promises of `IStatistics`, one law per sentence. */
export const statisticsLaws: readonly StatisticsLaw[] = countLaws;

/** Runs the laws of `IStatistics` against an implementation. */
export function statisticsContract(runner: Runner, subject: StatisticsSubject): void {
  runLaws(runner, statisticsLaws, subject);
}
