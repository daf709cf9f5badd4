import type { ILogger, ILoggerSite, LogAttributes } from '../../../interfaces/logger.js';

/** A logger of somebody else's that cannot do harm: what it throws, at once or later, is dropped. */
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

/** A logger that fails must not fail the call that it reports on, and there is nobody else to tell. */
function ignore(_failure: unknown): void {}
