import type { ILogger, ILoggerSite, LogAttributes } from '../../../src/interfaces/logger.js';

export type LogLevel = 'info' | 'warning' | 'error';

/** One logged message. */
export interface LogRecord {
  readonly topic: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly attributes: LogAttributes | undefined;
  readonly error: unknown;
}

/** Keeps log records for assertions. */
export class RecordingLoggerSite implements ILoggerSite {
  readonly records: LogRecord[] = [];

  getLogger(topic: string): ILogger {
    const at =
      (level: LogLevel) =>
      (message: string, attributes?: LogAttributes, error?: unknown): void => {
        this.records.push({ topic, level, message, attributes, error });
      };
    return { info: at('info'), warning: at('warning'), error: at('error') };
  }

  /** Records of one level, in order. */
  of(level: LogLevel): LogRecord[] {
    return this.records.filter((record) => record.level === level);
  }
}
