import { ArgumentError, ComponentError } from '../../../interfaces/errors.js';
import { type ILogger, ILoggerSite } from '../../../interfaces/logger.js';
import { SystemClock } from '../../foundation/clock/system-clock.js';
import { guardedLogger } from '../../foundation/logger/guarded-logger.js';
import { ProcessLoggerSite } from '../../foundation/logger/process-logger-site.js';
import { siteOf } from '../finding/sites.js';

const TOPIC = 'inversify-cache.decorators';

/**
 * Result of a call whose change of the cache fails. `keep` (default): that of the method, which has done its work; the
 * cache covers an invalidation and repeats it, and a warning is logged. `throw`: the error.
 */
export type ChangeFailure = 'keep' | 'throw';

/** Waits for a change of a cache after a method that has done its work. */
export type Settle = (self: unknown, change: () => Promise<unknown>) => Promise<void>;

/** Prepares the waits of one decorator. */
export function settling(decorator: string, onFailure: ChangeFailure = 'keep'): Settle {
  if (onFailure !== 'keep' && onFailure !== 'throw') {
    throw new ArgumentError(`@${decorator}: expected "keep" or "throw" as onFailure, got another value`);
  }
  let fallback: ILoggerSite | undefined;
  const loggerOf = (self: unknown): ILogger => {
    const declared = siteOf(self)?.queryComponent(ILoggerSite);
    fallback ??= new ProcessLoggerSite(new SystemClock());
    return guardedLogger(declared ?? fallback, TOPIC);
  };
  return async (self, change) => {
    try {
      await change();
    } catch (error) {
      if (onFailure === 'throw' || !ComponentError.is(error) || ArgumentError.is(error)) throw error;
      const text = `@${decorator}: the method succeeded or failed by itself, and the change of its cache failed`;
      loggerOf(self).warning(text, { code: error.code }, error);
    }
  };
}
