import type { IClock } from '../../interfaces/clock.js';
import type { ILogger } from '../../interfaces/logger.js';
import { failureCopy } from '../foundation/failure-copy.js';
import { IncidentFilter } from '../foundation/logger/incident-filter.js';

/** Decides what callers learn of an invalidation that did not reach the store: the one place of `invalidation`. */
export class InvalidationFailures {
  readonly #covers: boolean;
  readonly #cache: string;
  readonly #logger: ILogger;
  readonly #incidents: IncidentFilter;
  #closed = false;

  /** @param cache  Name of the cache, for messages. */
  constructor(mode: 'throw' | 'cover', cache: string, logger: ILogger, clock: IClock) {
    this.#covers = mode === 'cover';
    this.#cache = cache;
    this.#logger = logger;
    this.#incidents = new IncidentFilter(clock);
  }

  /**
   * Returns the result of an invalidation.
   *
   * @param unknown  Result in place of a failure that is covered: nothing is known about the store.
   * @throws the failure with the name of the cache and the call: with `throw`; and with `cover` when nobody will repeat
   *   the invalidation, because this cache or its store is closed.
   */
  async answer<R>(call: string, unknown: R, attempt: Promise<R>): Promise<R> {
    try {
      return await attempt;
    } catch (error) {
      const fate = this.#closed
        ? 'is not repeated, because this cache is closed'
        : 'is in effect in this process only until it is repeated';
      const text = `TypedCache ${this.#cache}.${call} did not reach the store and ${fate}`;
      const named = failureCopy(error, (reason) => `${text}: ${reason}`);
      if (!this.#covers || this.#closed || named === undefined) throw named ?? error;
      if (this.#incidents.admits(call)) this.#logger.warning(text, { call, code: named.code }, error);
      return unknown;
    }
  }

  /** Lets every later failure reach its caller. */
  close(): void {
    this.#closed = true;
  }
}
