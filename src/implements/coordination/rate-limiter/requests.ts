import { ArgumentError } from '../../../interfaces/errors.js';
import type { ConsumeOptions } from '../../../interfaces/rate-limiter.js';
import { checkKey } from '../../foundation/arguments/key.js';
import { describe } from '../../foundation/describe.js';
import type { Limit } from './limits.js';

/** A checked call. */
export interface RateRequest {
  readonly key: string;
  readonly cost: number;
  readonly requestId: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** @throws {ArgumentError} */
export function rateRequest(
  limits: readonly Limit[],
  key: unknown,
  { cost = 1, requestId, signal }: ConsumeOptions = {},
): RateRequest {
  checkKey(key);
  if (requestId !== undefined) checkKey(requestId, 'requestId');
  const most = Math.min(...limits.map(({ burst }) => burst));
  if (!Number.isSafeInteger(cost) || cost < 1 || cost > most) {
    const got = typeof cost === 'number' ? String(cost) : describe(cost);
    throw new ArgumentError(
      `expected a cost from 1 to ${most}, the smallest limit, as an integer; got ${got}`,
    );
  }
  return { key, cost, requestId, signal };
}
