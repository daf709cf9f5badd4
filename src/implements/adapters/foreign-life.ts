import { MAX_DURATION_MS } from '../foundation/options/duration.js';

const SECOND_MS = 1000;

/** Units in which the other side states a life, and the meaning of zero there. */
export interface LifeUnit {
  readonly unitMs: number;
  /** `true` when zero means that the other side names no life; else a life of zero is over. */
  readonly zeroIsNone?: boolean | undefined;
}

export const MILLISECONDS: LifeUnit = { unitMs: 1 };
export const MILLISECONDS_OR_NONE: LifeUnit = { unitMs: 1, zeroIsNone: true };
export const SECONDS: LifeUnit = { unitMs: SECOND_MS };
export const SECONDS_OR_NONE: LifeUnit = { unitMs: SECOND_MS, zeroIsNone: true };

/**
 * Milliseconds that an entry lives, from a life as other libraries state it: none (absent, `null`, infinite) is the
 * life of the adapter, one that is over is 0, and a longer one than a cache accepts is the longest. What is no number
 * of time stays `NaN`, which every cache refuses with a warning: nothing is stored for ever by mistake.
 */
export function foreignLifeMs(life: unknown, { unitMs, zeroIsNone }: LifeUnit, expireMs: number): number {
  if (life === undefined || life === null || life === Number.POSITIVE_INFINITY) return expireMs;
  if (typeof life !== 'number' || Number.isNaN(life)) return Number.NaN;
  if (life === 0 && zeroIsNone === true) return expireMs;
  if (life <= 0) return 0;
  // Without the error of binary fractions: 1.1 s are 1100 ms.
  return Math.min(Math.ceil(Number((life * unitMs).toPrecision(14))), MAX_DURATION_MS);
}
