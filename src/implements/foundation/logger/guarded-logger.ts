import type { ILogger, ILoggerSite, LogAttributes } from '../../../interfaces/logger.js';

/** Wraps the logger of an application so that its errors, thrown or rejected, are ignored. */
export function guardedLogger(loggerSite: ILoggerSite, topic: string): ILogger {
  let logger: ILogger | undefined;
  const write =
    (level: 'info' | 'warning' | 'error') =>
    (message: string, attributes?: LogAttributes, error?: unknown): void => {
      try {
        logger ??= loggerSite.getLogger(topic);
        const written: unknown = logger[level](message, attributes, error);
        if (written instanceof Promise) written.catch(ignore);
      } catch (failure) {
        ignore(failure);
      }
    };
  return { info: write('info'), warning: write('warning'), error: write('error') };
}

/** Drops the error of a logger: it must not fail the call being logged, and it cannot be reported anywhere else. */
function ignore(_failure: unknown): void {}
