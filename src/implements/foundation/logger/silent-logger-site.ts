import { z } from 'zod';
import type { ComponentDefinition } from '../../../interfaces/component.js';
import type { ILoggerSite } from '../../../interfaces/logger.js';
import { type LeveledLogger, leveledLogger } from './log-levels.js';

const declared = z.strictObject({}).describe('Loggers that write nothing.');

/**
 * Loggers that write nothing, not even process warnings.
 *
 * @example
 * ```ts
 * const silence = new SilentLoggerSite(); // Or declared: class: SilentLoggerSite
 * ```
 */
export class SilentLoggerSite implements ILoggerSite {
  static readonly component: ComponentDefinition<typeof declared, SilentLoggerSite> = {
    options: declared,
    create: () => new SilentLoggerSite(),
  };

  getLogger(_topic: string): LeveledLogger {
    return leveledLogger('error', () => undefined);
  }
}
