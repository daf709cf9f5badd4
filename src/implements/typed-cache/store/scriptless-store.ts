import type { ICache } from '../../../interfaces/cache.js';
import type { IClock } from '../../../interfaces/clock.js';
import type { Duration } from '../../../interfaces/duration.js';
import { OperationError } from '../../../interfaces/errors.js';
import type {
  Carried,
  FencedAnswer,
  FencedRead,
  FenceToAdvance,
  IFencedStore,
  PartialFailure,
} from '../../../interfaces/fenced-store.js';
import type { ILogger } from '../../../interfaces/logger.js';
import { ProcessFencedStore } from './process-fenced-store.js';

/** Time until the store is asked again whether it allows scripts now. */
const ASK_AGAIN_MS = 30_000;

/**
 * Fenced store of a server that may refuse scripts to its user. While it does, fences are kept in this process, so that
 * there are hits; generations and values stay in the store. Loads of other processes are then not fenced off.
 *
 * Tokens of the two ways differ: whatever one has stored is a miss for the other.
 */
export class ScriptlessStore implements IFencedStore {
  readonly #store: IFencedStore;
  readonly #plain: ProcessFencedStore;
  readonly #clock: IClock;
  readonly #logger: ILogger;
  /** Time of the next attempt with scripts; `undefined` while they are allowed. */
  #askAtMs: number | undefined;
  #isTold = false;

  /** @param plain  Same store by its other port, which needs no scripts and hides no failure. */
  constructor(store: IFencedStore, plain: ICache, clock: IClock, logger: ILogger) {
    this.#store = store;
    this.#plain = new ProcessFencedStore(plain, clock);
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Hot path: a read that captures nothing adds no promise. */
  read(request: FencedRead): Promise<FencedAnswer> {
    if (request.capture === undefined && request.extend === undefined) {
      return this.#askAtMs === undefined ? this.#store.read(request) : this.#plain.read(request);
    }
    return this.#scripted((store) => store.read(request));
  }

  write(
    key: string,
    value: Uint8Array,
    expire: Duration,
    fence?: string | FenceToAdvance,
    carried?: Carried,
  ): Promise<'stored' | 'fenced'> {
    return this.#scripted((store) => store.write(key, value, expire, fence, carried));
  }

  invalidate(keys: readonly string[]): Promise<number> {
    return this.#scripted((store) => store.invalidate(keys));
  }

  /** Needs no script, so that tags and namespaces reach processes whose user may run them. */
  async advance(generations: readonly string[], where?: 'everywhere' | PartialFailure): Promise<void> {
    await this.#store.advance(generations, where);
    if (this.#askAtMs !== undefined) await this.#plain.advance(generations, where);
  }

  acquireLease(key: string, token: string, life: Duration): Promise<boolean> {
    return this.#scripted((store) => store.acquireLease(key, token, life));
  }

  releaseLease(key: string, token: string): Promise<boolean> {
    return this.#scripted((store) => store.releaseLease(key, token));
  }

  /** Makes a call by scripts, or without them while they are refused. */
  async #scripted<R>(call: (store: IFencedStore) => Promise<R>): Promise<R> {
    if (this.#askAtMs !== undefined && this.#clock.now() < this.#askAtMs) return call(this.#plain);
    try {
      const result = await call(this.#store);
      this.#askAtMs = undefined;
      return result;
    } catch (error) {
      if (!(OperationError.is(error) && error.reason === 'NOPERM')) throw error;
      this.#askAtMs = this.#clock.now() + ASK_AGAIN_MS;
      this.#tell(error);
      return call(this.#plain);
    }
  }

  #tell(error: OperationError): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#logger.warning(
      'Redis refuses scripts to its user, so fences and leases hold within this process only; a typed cache requires +eval +evalsha',
      {},
      error,
    );
  }
}
