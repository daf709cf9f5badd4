import type { ICache } from '../../../src/interfaces/cache.js';
import type { IStatistics } from '../../../src/interfaces/statistics.js';
import type { Law, Opened, Subject } from '../law.js';

/** A cache that counts. */
export type CountingCache = ICache & IStatistics;

/** A cache that was opened for one law: it has counted nothing yet. */
export interface OpenCounting extends Opened {
  readonly cache: CountingCache;
  /** Prefix of every key of the law. */
  readonly space: string;
}

export type StatisticsLaw = Law<never, OpenCounting, undefined>;
export type StatisticsSubject = Subject<never, OpenCounting, undefined>;

/** A law of every cache that counts. */
export function law(title: string, prove: StatisticsLaw['prove']): StatisticsLaw {
  return { title, needs: [], prove };
}
