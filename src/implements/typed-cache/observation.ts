import type { CacheExplanation, TypedCacheEvents, TypedCacheStats } from '../../interfaces/typed-cache.js';
import type { Backoff } from './loading/backoff.js';
import type { LoadTable } from './loading/load-table.js';
import type { Request } from './policy/request.js';
import type { EntryReader } from './reading/entry-reader.js';
import { explanationOf } from './reading/explanation.js';
import { missing } from './reading/reading.js';
import { decodeInTime } from './reading/values.js';
import type { Ledger } from './store/ledger.js';
import type { PendingInvalidations } from './store/pending-invalidations.js';

/** Explanations of keys, statistics and events of a typed cache. */
export class Observation<T> {
  readonly #reader: EntryReader;
  readonly #pending: PendingInvalidations;
  readonly #table: LoadTable<T>;
  readonly #backoff: Backoff;
  readonly #ledger: Ledger;

  constructor(
    reader: EntryReader,
    pending: PendingInvalidations,
    table: LoadTable<T>,
    backoff: Backoff,
    ledger: Ledger,
  ) {
    this.#reader = reader;
    this.#pending = pending;
    this.#table = table;
    this.#backoff = backoff;
    this.#ledger = ledger;
  }

  async explain(request: Request): Promise<CacheExplanation> {
    request.checkNotAborted();
    const { name, terms, policy } = request;
    const { reading, current } = await this.#reader.inspect(request);
    const { entry, verdict } = reading;
    const isServable = entry !== undefined && verdict.state !== 'miss';
    const decoded = isServable ? await decodeInTime<T>(entry, request) : undefined;
    const refused = decoded !== undefined && 'miss' in decoded ? decoded.miss : undefined;
    const reason = policy.mode.gives ? refused : 'mode';
    const found = reason === undefined ? reading : { ...missing(reason), entry };
    return explanationOf(found, terms, current, {
      storeKey: name,
      loading: this.#table.get(name) !== undefined,
      backoffMs: this.#backoff.remainingMs(name),
      pendingInvalidation: this.#pending.coversKey(name),
    });
  }

  stats(): TypedCacheStats {
    return Object.freeze({
      ...this.#ledger.stats(),
      pendingInvalidations: this.#pending.count,
      loading: this.#table.size,
    });
  }

  resetStats(): void {
    this.#ledger.reset();
  }

  /** Counts entries that the application has removed. */
  removed(entries: number): void {
    this.#ledger.counts.deletes += entries;
  }

  /** Reports an invalidation by the application. */
  tellInvalidate(event: TypedCacheEvents['invalidate']): void {
    this.#ledger.tell('invalidate', event);
  }

  on<Name extends keyof TypedCacheEvents>(
    event: Name,
    listener: (event: TypedCacheEvents[Name]) => void,
  ): () => void {
    return this.#ledger.on(event, listener);
  }
}
