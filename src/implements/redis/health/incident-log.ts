import type { IClock } from '../../../interfaces/clock.js';
import type { ILogger } from '../../../interfaces/logger.js';
import { IncidentFilter } from '../../foundation/logger/incident-filter.js';

/** Logs one line when an outage starts and one when it ends, however many links were lost. */
export class IncidentLog {
  readonly #clock: IClock;
  readonly #logger: ILogger;
  readonly #incidents: IncidentFilter;
  /** Start of the current outage. */
  #since: number | undefined;
  #isReported = false;

  constructor(clock: IClock, logger: ILogger) {
    this.#clock = clock;
    this.#logger = logger;
    this.#incidents = new IncidentFilter(clock);
  }

  /** Starts an outage. Refused credentials are always logged, because they do not recover by themselves. */
  begin(message: string, error: Error | undefined): void {
    const code = error !== undefined && 'code' in error ? String(error.code) : undefined;
    if (this.#since !== undefined && code !== 'E_CONNECTION_AUTH') return;
    this.#since ??= this.#clock.now();
    if (!this.#incidents.admits(String(code))) return;
    this.#isReported = true;
    this.#logger.warning(message, { code }, error);
  }

  /** Ends the outage. */
  end(message: string): void {
    if (this.#since === undefined) return;
    const awayMs = Math.round(this.#clock.now() - this.#since);
    this.#since = undefined;
    if (this.#isReported) this.#logger.info(message, { awayMs });
    this.#isReported = false;
    this.#incidents.end();
  }
}
