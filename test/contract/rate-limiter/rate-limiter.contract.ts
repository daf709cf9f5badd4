import { type Runner, runLaws } from '../law.js';
import { algorithmLaws } from './algorithm.laws.js';
import { chargingLaws } from './charging.laws.js';
import type { LimiterLaw, LimiterSubject } from './subject.js';

/** Promises of `IRateLimiter`, one law per sentence. */
export const limiterLaws: readonly LimiterLaw[] = [...algorithmLaws, ...chargingLaws];

/** Runs the laws of `IRateLimiter` against an implementation. */
export function rateLimiterContract(runner: Runner, subject: LimiterSubject): void {
  runLaws(runner, limiterLaws, subject);
}
