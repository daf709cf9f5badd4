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
import { requireDurationMs } from '../../foundation/options/duration.js';
import { failedNames, failureWithRest, partialFailure } from '../../foundation/partial-failure.js';
import { type AnswersByCommands, tokensByCommands } from '../../foundation/store/tokens-by-commands.js';
import { ProcessFencedStore } from './process-fenced-store.js';

/** Time until the store is asked again whether it allows scripts now. */
const ASK_AGAIN_MS = 30_000;

/** Kind of a call that takes a script. */
type CallKind = 'read' | 'write' | 'set' | 'invalidate' | 'lease' | 'release';

/** Ending of the tokens of this process while it may run no scripts. */
const UNSCRIPTED = '-';

/**
 * Fenced store of a server that may refuse scripts to its user. While it does, fences are kept in this process, so that
 * there are hits; generations and values stay in the store. Loads of other processes are then not fenced off.
 *
 * The generations are those of processes with scripts, so that an invalidation by either reaches the values of both;
 * but their tokens get an ending: what is stored without fences must not be a hit for processes that rely on them.
 */
export class ScriptlessStore implements IFencedStore {
  readonly #store: IFencedStore;
  readonly #plain: ProcessFencedStore;
  readonly #generations: AnswersByCommands;
  readonly #clock: IClock;
  readonly #logger: ILogger;
  /** Time of the next attempt with scripts; `undefined` while they are allowed. */
  #askAtMs: number | undefined;
  /** Kind of the call that was refused, which alone can show that it is allowed again: others may be allowed anyway. */
  #refused: CallKind | undefined;
  #isTold = false;

  /** @param plain  Same store by its other port, which needs no scripts and hides no failure. */
  constructor(
    store: IFencedStore,
    plain: ICache,
    generations: AnswersByCommands,
    clock: IClock,
    logger: ILogger,
  ) {
    this.#store = store;
    this.#generations = generations;
    this.#plain = new ProcessFencedStore(plain, clock);
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Hot path: a read that captures nothing adds no promise. */
  read(request: FencedRead): Promise<FencedAnswer> {
    if (request.capture === undefined && request.extend === undefined) {
      return this.#askAtMs === undefined ? this.#store.read(request) : this.#read(request);
    }
    return this.#scripted(
      'read',
      () => this.#store.read(request),
      () => this.#read(request),
    );
  }

  /** Reads without scripts. */
  async #read({ generations = [], scope, ...entries }: FencedRead): Promise<FencedAnswer> {
    const lifeMs = entries.capture === undefined ? undefined : requireDurationMs(entries.capture.life);
    const [answer, found] = await Promise.all([
      this.#plain.read(entries),
      this.#generations[tokensByCommands]([...generations, ...(scope === undefined ? [] : [scope])], lifeMs),
    ]);
    const tokens = found.map((token) => (token === null ? null : token + UNSCRIPTED));
    const own = scope === undefined ? undefined : (tokens.pop() ?? null);
    const scoped = answer.entries.map((entry) => (own === undefined ? entry : { ...entry, scope: own }));
    return { ...answer, entries: scoped, generations: tokens };
  }

  write(
    key: string,
    value: Uint8Array,
    expire: Duration,
    fence?: string | FenceToAdvance,
    carried?: Carried,
  ): Promise<'stored' | 'fenced'> {
    const write = (store: IFencedStore) => store.write(key, value, expire, fence, carried);
    return this.#inBothWays(typeof fence === 'string' ? 'write' : 'set', write);
  }

  invalidate(keys: readonly string[]): Promise<number> {
    return this.#inBothWays('invalidate', (store) => store.invalidate(keys));
  }

  /** Needs no script. */
  async advance(generations: readonly string[], where?: 'everywhere' | PartialFailure): Promise<void> {
    try {
      await this.#store.advance(generations, where);
    } catch (error) {
      // Without scripts, no copy of a scope is read: which of them are left says nothing.
      if (this.#askAtMs === undefined || failureWithRest(error) === undefined) throw error;
      throw partialFailure(error, [...(failedNames(error) ?? generations)]);
    }
  }

  acquireLease(key: string, token: string, life: Duration): Promise<boolean> {
    return this.#inBothWays('lease', (store) => store.acquireLease(key, token, life));
  }

  releaseLease(key: string, token: string): Promise<boolean> {
    return this.#inBothWays('release', (store) => store.releaseLease(key, token));
  }

  #inBothWays<R>(kind: CallKind, call: (store: IFencedStore) => Promise<R>): Promise<R> {
    return this.#scripted(
      kind,
      () => call(this.#store),
      () => call(this.#plain),
    );
  }

  /** Makes a call by scripts, or without them while they are refused. */
  async #scripted<R>(kind: CallKind, call: () => Promise<R>, plainCall: () => Promise<R>): Promise<R> {
    const askAtMs = this.#askAtMs;
    if (askAtMs !== undefined && (kind !== this.#refused || this.#clock.now() < askAtMs)) return plainCall();
    try {
      const result = await call();
      this.#askAtMs = undefined;
      return result;
    } catch (error) {
      if (!(OperationError.is(error) && error.reason === 'NOPERM')) throw error;
      this.#askAtMs = this.#clock.now() + ASK_AGAIN_MS;
      this.#refused = kind;
      this.#tell(error);
      return plainCall();
    }
  }

  #tell(error: OperationError): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#logger.warning(
      'Redis refuses a script to its user, so fences and leases hold within this process only; the error names the rule to add',
      {},
      error,
    );
  }
}
