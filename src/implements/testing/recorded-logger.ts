import type { ILogger, ILoggerSite, LogAttributes } from '../../interfaces/logger.js';

/** One logged message. */
export interface LogRecord {
  readonly topic: string;
  readonly level: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly attributes: LogAttributes | undefined;
  readonly error: unknown;
}

/** A logger site that keeps what is logged. */
export interface RecordedLogger extends ILoggerSite {
  readonly records: readonly LogRecord[];
  /** Records of one level, in order. */
  of(level: LogRecord['level']): LogRecord[];
}

/** Keeps log records for assertions. */
export class RecordingLoggerSite implements RecordedLogger {
  readonly records: LogRecord[] = [];

  getLogger(topic: string): ILogger {
    const at =
      (level: LogRecord['level']) =>
      (message: string, attributes?: LogAttributes, error?: unknown): void => {
        this.records.push({ topic, level, message, attributes, error });
      };
    return { info: at('info'), warning: at('warning'), error: at('error') };
  }

  /** Records of one level, in order. */
  of(level: LogRecord['level']): LogRecord[] {
    return this.records.filter((record) => record.level === level);
  }
}

/**
 * A logger site that keeps what is logged, for assertions: `records`, and `of('warning')`.
 *
 * @example
 * ```ts
 * const logger = recordedLogger();
 * const orders = new TypedCache<string>({ store: faulty, namespace: 'orders', clock, loggerSite: logger });
 * ```
 */
export function recordedLogger(): RecordedLogger {
  return new RecordingLoggerSite();
}
