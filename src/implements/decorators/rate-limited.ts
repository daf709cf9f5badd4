import { OperationError } from '../../interfaces/errors.js';
import { type ConsumeOptions, IRateLimiter } from '../../interfaces/rate-limiter.js';
import { componentOf } from './finding/sites.js';
import { check, type Leading } from './locked.js';
import { type CacheDecorator, decorating } from './methods/decorating.js';

/** Options of `@RateLimited`. */
export interface RateLimitedOptions<A extends unknown[], S> {
  /** Limiter: the name of its component, or a function of the instance. */
  readonly limiter: string | ((self: S) => IRateLimiter);
  /** Key that is charged for a call: a user, an address, a tenant. */
  readonly key: (this: S, ...args: A) => string;
  /** Units that a call takes, or a function of its arguments. Default: 1. */
  readonly cost?: number | ((this: S, ...args: A) => number) | undefined;
  /** Identifies a request, so that its repetition is charged once. Default: every call is charged. */
  readonly requestId?: ((this: S, ...args: A) => string) | undefined;
}

/**
 * Charges a limiter for every call of a method. A call that is denied rejects with `E_OPERATION_REFUSED` and the reason
 * `RATELIMITED`, its `cause` is the decision, and the method does not run.
 */
export function RateLimited<A extends unknown[], S = unknown>(
  options: RateLimitedOptions<A, S>,
): CacheDecorator<Leading<A>, unknown> {
  const { limiter, key, cost, requestId } = options;
  check('RateLimited', 'limiter', limiter, key);
  const prepare = () => async (self: unknown, args: unknown[], run: () => Promise<unknown>) => {
    const [own, given] = [self as S, args as A];
    const found =
      typeof limiter === 'string'
        ? componentOf<IRateLimiter>(self, IRateLimiter, limiter, 'RateLimited')
        : limiter(own);
    const consume: ConsumeOptions = {
      ...(cost !== undefined && { cost: typeof cost === 'function' ? cost.apply(own, given) : cost }),
      ...(requestId !== undefined && { requestId: requestId.apply(own, given) }),
    };
    const decision = await found.consume(key.apply(own, given), consume);
    if (decision.allowed) return run();
    const text = `@RateLimited: expected a call within the limit, got one more; allowed in ${decision.retryAfterMs} ms`;
    const details = { reason: 'RATELIMITED', cause: decision };
    throw new OperationError('E_OPERATION_REFUSED', text, 'not-sent', details);
  };
  return decorating({ decorator: 'RateLimited', named: typeof limiter === 'string' }, prepare);
}
