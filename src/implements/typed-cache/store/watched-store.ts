import type { IClock } from '../../../interfaces/clock.js';
import type { Duration } from '../../../interfaces/duration.js';
import { ComponentError, ConnectionError, OperationError } from '../../../interfaces/errors.js';
import type {
  Carried,
  FencedAnswer,
  FencedRead,
  FenceToAdvance,
  IFencedStore,
  PartialFailure,
} from '../../../interfaces/fenced-store.js';
import type { ILogger } from '../../../interfaces/logger.js';
import { IncidentFilter } from '../../foundation/logger/incident-filter.js';
import { type AnswerAtOnce, type AnswersAtOnce, readAtOnce } from '../../foundation/store/answers-at-once.js';
import type { Ledger } from './ledger.js';

/** Store under a typed cache: counts, reports and logs every failure (one line per minute), and rethrows it. */
export class WatchedStore {
  readonly #store: IFencedStore;
  readonly #ledger: Ledger;
  readonly #logger: ILogger;
  readonly #incidents: IncidentFilter;
  /** `read` as defined by the class of a store that can read at once: the two do the same. */
  readonly #ownRead: IFencedStore['read'] | undefined;

  constructor(store: IFencedStore, ledger: Ledger, logger: ILogger, clock: IClock) {
    this.#store = store;
    this.#ledger = ledger;
    this.#logger = logger;
    this.#incidents = new IncidentFilter(clock);
    const made = Object.getPrototypeOf(store) as Partial<IFencedStore> | null;
    this.#ownRead = made !== null && Object.hasOwn(made, readAtOnce) ? made.read : undefined;
  }

  /**
   * Reads without a promise, if the store can and its `read` has not been replaced. The caller reports a failure with
   * `failed`.
   */
  readAtOnce(
    key: string,
    scope: string | undefined,
    generations: readonly string[],
    lives: boolean,
  ): AnswerAtOnce | undefined {
    const store = this.#store as IFencedStore & Partial<AnswersAtOnce>;
    if (this.#ownRead === undefined || store.read !== this.#ownRead) return undefined;
    return store[readAtOnce]?.(key, scope, generations, lives);
  }

  /** Hot path: reads without a further promise. The caller reports a failure with `failed`. */
  unwatchedRead(request: FencedRead): Promise<FencedAnswer> {
    try {
      return this.#store.read(request);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async read(request: FencedRead): Promise<FencedAnswer> {
    const answer = await this.#watched(
      'read',
      this.#attempt(() => this.#store.read(request)),
    );
    if (answer.failure !== undefined) this.failed('read', answer.failure);
    return answer;
  }

  write(
    key: string,
    value: Uint8Array,
    expire: Duration,
    fence?: string | FenceToAdvance,
    carried?: Carried,
  ): Promise<'stored' | 'fenced'> {
    return this.#watched(
      'write',
      this.#attempt(() => this.#store.write(key, value, expire, fence, carried)),
    );
  }

  invalidate(keys: readonly string[]): Promise<number> {
    return this.#watched(
      'invalidate',
      this.#attempt(() => this.#store.invalidate(keys)),
    );
  }

  advance(generations: readonly string[], where?: 'everywhere' | PartialFailure): Promise<void> {
    return this.#watched(
      'advance',
      this.#attempt(() => this.#store.advance(generations, where)),
    );
  }

  acquireLease(key: string, token: string, life: Duration): Promise<boolean> {
    return this.#watched(
      'acquireLease',
      this.#attempt(() => this.#store.acquireLease(key, token, life)),
    );
  }

  releaseLease(key: string, token: string): Promise<boolean> {
    return this.#watched(
      'releaseLease',
      this.#attempt(() => this.#store.releaseLease(key, token)),
    );
  }

  /** Counts, reports and logs a failure that did not come from a call made here. */
  failed(operation: string, error: unknown): void {
    this.#ledger.counts.storeFailures++;
    this.#ledger.tell('storeFailed', { operation, error });
    const kind = OperationError.is(error) && error.outcome === 'refused' ? String(error.reason) : 'failing';
    if (!this.#incidents.admits(kind)) return;
    const code = ComponentError.is(error) ? error.code : undefined;
    this.#logger.warning('the store of a typed cache failed; callers see misses', { operation, code }, error);
  }

  async #watched<T>(operation: string, call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      this.failed(operation, error);
      throw error;
    }
  }

  /** Turns a synchronous throw, which an application's own store may do, into a rejection. */
  #attempt<T>(call: () => Promise<T>): Promise<T> {
    try {
      return call();
    } catch (error) {
      return Promise.reject(error);
    }
  }
}

/** Converts any failure of an invalidation to an error with an outcome. */
export function typedFailure(error: unknown): Error {
  if (ComponentError.is(error) && 'outcome' in error) return error as Error;
  return new ConnectionError('E_CONNECTION_LOST', 'the store failed for an unknown reason', 'unknown', {
    cause: error,
  });
}
