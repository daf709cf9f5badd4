import { z } from 'zod';
import type { ComponentDefinition } from '../../../interfaces/component.js';
import type { ILoggerSite, LogAttributes, LogLevel } from '../../../interfaces/logger.js';
import { timeOfDayText } from '../clock/wall-time.js';
import { oneLine } from '../one-line.js';
import { parseOptions } from '../options/parse-options.js';
import { type LeveledLogger, leveledLogger, levelOption } from './log-levels.js';
import { safeLine, shownAttributes, stackText } from './log-text.js';

const declared = z
  .strictObject({ level: levelOption().default('info').describe('Least level that is written.') })
  .describe('Loggers that write to the console: warnings and errors to stderr, the rest to stdout.');

const METHODS = { debug: 'debug', info: 'info', warning: 'warn', error: 'error' } as const;

/** Part of a console that is used. */
type ConsolePart = Readonly<Record<(typeof METHODS)[LogLevel], (text: string) => void>>;

/** Options of a `ConsoleLoggerSite` that is constructed in code. */
export interface ConsoleLoggerSiteOptions extends z.input<typeof declared> {
  /** Console to write to. Default: that of the process. */
  readonly console?: ConsolePart | undefined;
}

/**
 * Loggers that write a line for each message to the console: time, level, topic, message and attributes, then the stack
 * of the error and of its causes. Attributes whose names sound like a secret, and credentials in URLs, are hidden.
 *
 * @example
 * ```ts
 * const loggerSite = new ConsoleLoggerSite({ level: 'debug' });
 * loggerSite.getLogger('orders').warning('payment is late', { order: 7 });
 * ```
 */
export class ConsoleLoggerSite implements ILoggerSite {
  static readonly component: ComponentDefinition<typeof declared, ConsoleLoggerSite> = {
    options: declared,
    create: (_site, options) => new ConsoleLoggerSite(options),
  };

  readonly #level: LogLevel;
  readonly #console: ConsolePart;

  constructor({ console: out = globalThis.console, ...options }: ConsoleLoggerSiteOptions = {}) {
    this.#level = parseOptions(declared, 'ConsoleLoggerSite', options).level;
    this.#console = out;
  }

  getLogger(topic: string): LeveledLogger {
    return leveledLogger(this.#level, (level, message, attributes, error) => {
      this.#console[METHODS[level]](lineOf(level, `${topic}: ${message}`, attributes, error));
    });
  }
}

function lineOf(level: LogLevel, text: string, attributes: LogAttributes, error: unknown): string {
  const facts = Object.entries(shownAttributes(attributes)).map(([name, value]) => {
    return ` ${oneLine(name)}=${typeof value === 'string' ? JSON.stringify(value) : String(value)}`;
  });
  const line = `${timeOfDayText()} ${level} ${safeLine(text)}${facts.join('')}`;
  return error === undefined ? line : `${line}\n    ${stackText(error)}`;
}
