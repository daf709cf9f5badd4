import { defineInterface, type InterfaceToken } from './interface-token.js';

/** Structured facts beside a message. Never a cached value, never a secret. */
export type LogAttributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Writes the messages of one topic. A logger must not throw; one that does is ignored. */
export interface ILogger {
  info(message: string, attributes?: LogAttributes, error?: unknown): void;
  warning(message: string, attributes?: LogAttributes, error?: unknown): void;
  error(message: string, attributes?: LogAttributes, error?: unknown): void;
}

/**
 * Where components get their loggers. The application registers its own under this token (declared, or with
 * `registerComponent` before the load); without one, warnings and errors go to `process.emitWarning` and the rest
 * nowhere.
 */
export interface ILoggerSite {
  /**
   * The logger of a topic.
   *
   * @param topic  Which part speaks, such as `inversify-cache.redis-cache`.
   */
  getLogger(topic: string): ILogger;
}

export const ILoggerSite: InterfaceToken<ILoggerSite> = defineInterface<ILoggerSite>('ILoggerSite', [
  'getLogger',
]);
