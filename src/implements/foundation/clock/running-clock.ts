import { uptime } from 'node:os';
import type { IClock } from '../../../interfaces/clock.js';
import { SystemClock } from './system-clock.js';

const SECOND_MS = 1000;

/** Key of a clock that runs on while the machine is suspended, offered by clocks that know of one. */
export const runsOn: unique symbol = Symbol('inversify-cache.runs-on');

/**
 * Clock that goes on while the machine is suspended, in milliseconds: for the system clock the time since the machine
 * was started. It is coarse, and only its differences mean anything. `undefined` for a clock of an application, which
 * may have nothing to do with the machine.
 */
export function runningClock(clock: IClock): (() => number) | undefined {
  const own = (clock as { readonly [runsOn]?: () => number })[runsOn];
  if (own !== undefined) return own;
  return clock instanceof SystemClock ? () => uptime() * SECOND_MS : undefined;
}
