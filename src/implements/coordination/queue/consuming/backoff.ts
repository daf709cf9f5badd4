import { randomInt } from 'node:crypto';
import type { QueueRules } from '../queue-options.js';

/** Doubling ends here: the pause is far beyond any maximum. */
const MAX_DOUBLINGS = 40;
const PARTS = 1024;

/** Pause after a failed delivery: twice as long each time, less up to a quarter, so that failures spread. */
export function pauseMs(
  { backoff, maxBackoff }: Pick<QueueRules, 'backoff' | 'maxBackoff'>,
  attempt: number,
): number {
  const longest = Math.min(backoff * 2 ** Math.min(attempt - 1, MAX_DOUBLINGS), maxBackoff);
  return Math.ceil(longest * (1 - randomInt(PARTS / 4) / PARTS));
}
