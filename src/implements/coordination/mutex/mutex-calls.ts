import { ArgumentError } from '../../../interfaces/errors.js';
import type { MutexOptions } from '../../../interfaces/mutex.js';
import { describe } from '../../foundation/describe.js';
import { requireDurationMs } from '../../foundation/options/duration.js';
import type { MutexDefaults } from './mutex-options.js';

const HOLDS = 10;

/** Options of one acquisition, checked and complete. */
export interface MutexCall {
  readonly expireMs: number;
  /** 0: does not wait. */
  readonly waitMs: number;
  readonly autoExtend: boolean;
  readonly maxHoldMs: number;
  readonly minReplicas: number;
  readonly signal: AbortSignal | undefined;
}

/** Checks the options of an acquisition. @throws {ArgumentError} */
export function checkedCall(options: MutexOptions | undefined, defaults: MutexDefaults): MutexCall {
  const given: unknown = options ?? {};
  if (typeof given !== 'object' || given === null)
    throw new ArgumentError(`expected the options of a lock as an object, got ${describe(given)}`);
  const { expire, wait, method, autoExtend, maxHold, minReplicas, signal } = given as MutexOptions;
  if (method !== undefined && method !== 'blocking' && method !== 'non-blocking') {
    throw new ArgumentError(
      `expected method as 'blocking' or 'non-blocking', got ${describe(method)}; leave it out to wait`,
    );
  }
  if (autoExtend !== undefined && typeof autoExtend !== 'boolean')
    throw new ArgumentError(`expected autoExtend as true or false, got ${describe(autoExtend)}`);
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new ArgumentError(`expected signal as an AbortSignal, got ${describe(signal)}`);
  const expireMs = expire === undefined ? defaults.expire : requireDurationMs(expire);
  const waitMs = wait === undefined ? defaults.wait : wait === 0 ? 0 : requireDurationMs(wait);
  return {
    expireMs,
    waitMs: method === 'non-blocking' ? 0 : waitMs,
    autoExtend: autoExtend ?? defaults.autoExtend,
    maxHoldMs: maxHold === undefined ? HOLDS * expireMs : requireDurationMs(maxHold),
    minReplicas: checkedReplicas(minReplicas ?? defaults.minReplicas),
    signal,
  };
}

function checkedReplicas(count: unknown): number {
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0) return count;
  const got = typeof count === 'number' ? String(count) : describe(count);
  throw new ArgumentError(`expected minReplicas as a whole number of at least 0, got ${got}`);
}
