import type { ILogger } from '../../interfaces/logger.js';
import { SystemClock } from '../foundation/clock/system-clock.js';
import { ProcessLoggerSite } from '../foundation/logger/process-logger-site.js';

/** Logger of an adapter, which is a function and is told none: process warnings, each at most once a minute. */
export function adapterLogger(): ILogger {
  return new ProcessLoggerSite(new SystemClock()).getLogger('inversify-cache.adapters');
}
