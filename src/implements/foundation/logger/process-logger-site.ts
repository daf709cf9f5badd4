import type { IClock } from '../../../interfaces/clock.js';
import type { ILogger, ILoggerSite, LogAttributes } from '../../../interfaces/logger.js';
import { IncidentFilter } from './incident-filter.js';
import { safeLine, shownAttributes } from './log-text.js';

/** Type of the process warnings that this package emits. */
const WARNING_TYPE = 'InversifyCacheWarning';

/**
 * Default logger, for an application that provides none: warnings and errors become process warnings, which Node writes
 * to stderr and passes to `process.on('warning')`, each at most once per minute; `info` messages are dropped.
 *
 * The code of the warning is the attribute `code` of the message, or `INVERSIFY_CACHE`.
 */
export class ProcessLoggerSite implements ILoggerSite {
  readonly #incidents: IncidentFilter;

  constructor(clock: IClock) {
    this.#incidents = new IncidentFilter(clock);
  }

  getLogger(topic: string): ILogger {
    const warn = (message: string, attributes: LogAttributes = {}, error?: unknown): void => {
      if (!this.#incidents.admits(`${topic} ${message}`)) return;
      const { code, ...rest } = attributes;
      const detail = Object.entries(shownAttributes(rest)).map(
        ([name, value]) => `${name}: ${String(value)}`,
      );
      if (error instanceof Error) detail.push(`${error.name}: ${error.message}`);
      process.emitWarning(safeLine(`${topic}: ${message}`), {
        type: WARNING_TYPE,
        code: typeof code === 'string' ? code : 'INVERSIFY_CACHE',
        ...(detail.length > 0 && { detail: detail.map(safeLine).join('\n') }),
      });
    };
    return { info: () => undefined, warning: warn, error: warn };
  }
}
