import type { ILogger, ILoggerSite, LogAttributes } from '../../interfaces/logger.js';

/** A logger of somebody else's that cannot do harm: what it throws is dropped. */
export function guardedLogger(loggerSite: ILoggerSite, topic: string): ILogger {
  let logger: ILogger | undefined;
  const write =
    (level: 'info' | 'warning' | 'error') =>
    (message: string, attributes?: LogAttributes, error?: unknown): void => {
      try {
        logger ??= loggerSite.getLogger(topic);
        logger[level](message, attributes, error);
      } catch {
        // A logger that fails must not fail the call that it reports on, and there is nobody else to tell.
      }
    };
  return { info: write('info'), warning: write('warning'), error: write('error') };
}
