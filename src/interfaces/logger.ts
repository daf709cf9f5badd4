import { defineInterface, type InterfaceToken } from './interface-token.js';

/** Structured data of a log message. Never a cached value, never a secret. */
export type LogAttributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Level of a log message, the least urgent first. */
export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

/** Writes the log messages of one topic. A logger must not throw; an error that it throws is ignored. */
export interface ILogger {
  /** Optional: this package logs nothing at this level, and its own loggers have it. */
  debug?(message: string, attributes?: LogAttributes, error?: unknown): void;
  info(message: string, attributes?: LogAttributes, error?: unknown): void;
  warning(message: string, attributes?: LogAttributes, error?: unknown): void;
  error(message: string, attributes?: LogAttributes, error?: unknown): void;
}

/**
 * Source of the components' loggers. The application provides its own under this token (by declaration, or with
 * `registerComponent` before the load). Without one, warnings and errors go to `process.emitWarning`, and `info`
 * messages are dropped.
 *
 * @example
 * ```ts
 * const loggerSite: ILoggerSite = {
 *   getLogger: () => ({
 *     info: () => {},
 *     warning: (message) => void warnings.push(message),
 *     error: (message) => void warnings.push(message),
 *   }),
 * };
 * ```
 */
export interface ILoggerSite {
  /**
   * Returns the logger of a topic.
   *
   * @param topic  Part of the package that logs, such as `inversify-cache.redis-cache`.
   */
  getLogger(topic: string): ILogger;
}

export const ILoggerSite: InterfaceToken<ILoggerSite> = defineInterface<ILoggerSite>('ILoggerSite', [
  'getLogger',
]);
