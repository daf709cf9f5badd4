import { z } from 'zod';
import type { ComponentDefinition } from '../../../interfaces/component.js';
import { ArgumentError, ResolutionError } from '../../../interfaces/errors.js';
import type { ILoggerSite, LogLevel } from '../../../interfaces/logger.js';
import { type LeveledLogger, leveledLogger, levelOption } from './log-levels.js';
import { shownAttributes, shownError, withoutCredentials } from './log-text.js';

const declared = z
  .strictObject({ level: levelOption().default('info').describe('Least level that is written.') })
  .describe('Loggers of `pino`, which the application installs.');

const METHODS = { debug: 'debug', info: 'info', warning: 'warn', error: 'error' } as const;

/** Part of a logger of pino that is used. */
export interface PinoLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): PinoLogger;
}

/** Options of a `PinoLoggerSite` that is constructed in code. */
export interface PinoLoggerSiteOptions {
  /** Logger of the application; its own level decides. */
  readonly logger: PinoLogger;
}

/**
 * Loggers of pino: a child logger for each topic, attributes as fields, the error as `err`, with its stack. Attributes whose
 * names sound like a secret, and credentials in URLs of attributes and messages, are hidden.
 *
 * @example
 * ```ts
 * const loggerSite = new PinoLoggerSite({ logger }); // The application's own: pino({ level: 'debug' })
 * ```
 */
export class PinoLoggerSite implements ILoggerSite {
  static readonly component: ComponentDefinition<typeof declared, PinoLoggerSite> = {
    options: declared,
    create: async (_site, { level }) => new PinoLoggerSite({ logger: await newPino(level) }),
  };

  readonly #logger: PinoLogger;

  constructor({ logger }: PinoLoggerSiteOptions) {
    if (typeof (logger as Partial<PinoLogger> | undefined)?.child !== 'function') {
      throw new ArgumentError(
        'options of PinoLoggerSite: logger: expected a logger of pino, got something else',
      );
    }
    this.#logger = logger;
  }

  getLogger(topic: string): LeveledLogger {
    const child = this.#logger.child({ topic });
    return leveledLogger('debug', (level, message, attributes, error) => {
      const fields = {
        ...shownAttributes(attributes),
        ...(error !== undefined && { err: shownError(error) }),
      };
      child[METHODS[level]](fields, withoutCredentials(message));
    });
  }
}

/** Not a literal: neither compiler nor bundler of an application needs a package that it may not have. */
const PEER = { name: 'pino' };

async function newPino(level: LogLevel): Promise<PinoLogger> {
  let module: { readonly default: (options: object) => PinoLogger };
  try {
    module = await import(/* webpackIgnore: true */ /* @vite-ignore */ PEER.name);
  } catch (cause) {
    const text = 'PinoLoggerSite needs the package pino, which is not installed: npm install pino';
    throw new ResolutionError('E_PEER_MISSING', text, { cause });
  }
  return module.default({ level: METHODS[level] });
}
