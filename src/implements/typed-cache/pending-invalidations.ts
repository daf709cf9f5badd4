import type { IClock, ScheduledTask } from '../../interfaces/clock.js';
import type { TypedCacheLedger } from './events.js';

const MAX_KEYS = 10_000;
const MAX_TAGS = 1_000;
const REPEAT_FIRST_MS = 100;
const REPEAT_LAST_MS = 5_000;

/** An invalidation on its way to the store. */
export interface PendingInvalidation {
  readonly keys: readonly string[];
  /** Whether the keys keep a stale copy (`expire`). */
  readonly soft: boolean;
  readonly tags: readonly string[];
  readonly everything: boolean;
  /** Whether an attempt failed, so that it has to be repeated. */
  failed: boolean;
}

/** What has to be repeated, each thing once. */
export interface Repetition {
  readonly keys: readonly string[];
  readonly softKeys: readonly string[];
  readonly tags: readonly string[];
  readonly everything: boolean;
}

/**
 * The invalidations that have not reached the store: covered in this process from their call on, and repeated as soon as
 * the store answers. Of a key only the newest counts; when there are too many, the whole namespace is invalidated.
 */
export class PendingInvalidations {
  readonly #ledger: TypedCacheLedger;
  readonly #clock: IClock;
  readonly #repeat: (repetition: Repetition) => Promise<void>;
  readonly #keys = new Map<string, PendingInvalidation>();
  readonly #tags = new Map<string, PendingInvalidation>();
  #everything: PendingInvalidation | undefined;
  #failed = 0;
  #flushing: Promise<boolean> | undefined;
  #timer: ScheduledTask | undefined;
  #delayMs = REPEAT_FIRST_MS;
  #closed = false;

  constructor(ledger: TypedCacheLedger, clock: IClock, repeat: (repetition: Repetition) => Promise<void>) {
    this.#ledger = ledger;
    this.#clock = clock;
    this.#repeat = repeat;
  }

  /** Whether anything is covered: while nothing is, a read need not look. */
  get any(): boolean {
    return this.#keys.size > 0 || this.#tags.size > 0 || this.#everything !== undefined;
  }

  /** Invalidations that have to be repeated. */
  get count(): number {
    return this.#failed;
  }

  /** Covers what is being invalidated, from now until `reached`. */
  begin(what: {
    readonly keys?: readonly string[];
    readonly soft?: boolean;
    readonly tags?: readonly string[];
    readonly everything?: boolean;
  }): PendingInvalidation {
    const { keys = [], soft = false, tags = [], everything = false } = what;
    const invalidation: PendingInvalidation = { keys, soft, tags, everything, failed: false };
    this.#cover(invalidation);
    return invalidation;
  }

  /** It is in the store. */
  reached(invalidation: PendingInvalidation): void {
    for (const key of invalidation.keys) {
      if (this.#keys.get(key) === invalidation) this.#keys.delete(key);
    }
    for (const tag of invalidation.tags) {
      if (this.#tags.get(tag) === invalidation) this.#tags.delete(tag);
    }
    if (this.#everything === invalidation) this.#everything = undefined;
    if (this.#failed > 0) this.#recount();
  }

  /** It may not be in the store. */
  failed(invalidation: PendingInvalidation, error: unknown): void {
    invalidation.failed = true;
    if (this.#keys.size > MAX_KEYS || this.#tags.size > MAX_TAGS) this.#overflow();
    this.#recount();
    this.#ledger.tell('invalidationPending', { pending: this.#failed, error });
    this.#later();
  }

  coversKey(key: string): boolean {
    return this.#everything !== undefined || this.#keys.has(key);
  }

  /** Whether a removal of a key, and not only the end of its life, has still to reach the store. */
  removesKey(key: string): boolean {
    return this.#everything !== undefined || this.#keys.get(key)?.soft === false;
  }

  coversTag(tag: string): boolean {
    return this.#everything !== undefined || this.#tags.has(tag);
  }

  /** Repeats what has failed; all who ask meanwhile share one attempt. @returns Whether nothing is left of it. */
  async flush(): Promise<boolean> {
    if (this.#failed === 0) return true;
    this.#flushing ??= this.#attempt().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  /** Tries once more, and gives up then. @returns How many were lost. */
  async close(): Promise<number> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.flush();
    return this.#failed;
  }

  #cover(invalidation: PendingInvalidation): void {
    for (const key of invalidation.keys) this.#keys.set(key, invalidation);
    for (const tag of invalidation.tags) this.#tags.set(tag, invalidation);
    if (invalidation.everything) this.#everything = invalidation;
  }

  /** Too many to remember one by one. Those on their way settle on their own. */
  #overflow(): void {
    for (const [key, one] of this.#keys) if (one.failed) this.#keys.delete(key);
    for (const [tag, one] of this.#tags) if (one.failed) this.#tags.delete(tag);
    this.#everything = { keys: [], soft: false, tags: [], everything: true, failed: true };
  }

  #recount(): void {
    let failed = this.#everything?.failed === true ? 1 : 0;
    for (const one of this.#keys.values()) if (one.failed) failed++;
    for (const one of this.#tags.values()) if (one.failed) failed++;
    this.#failed = failed;
    if (failed > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#delayMs = REPEAT_FIRST_MS;
  }

  async #attempt(): Promise<boolean> {
    const keys = [...this.#keys].filter(([, { failed }]) => failed);
    const tags = [...this.#tags].filter(([, { failed }]) => failed);
    const everything = this.#everything?.failed === true ? this.#everything : undefined;
    try {
      await this.#repeat({
        keys: keys.filter(([, { soft }]) => !soft).map(([key]) => key),
        softKeys: keys.filter(([, { soft }]) => soft).map(([key]) => key),
        tags: tags.map(([tag]) => tag),
        everything: everything !== undefined,
      });
    } catch {
      return false;
    }
    for (const [key, one] of keys) if (this.#keys.get(key) === one) this.#keys.delete(key);
    for (const [tag, one] of tags) if (this.#tags.get(tag) === one) this.#tags.delete(tag);
    if (this.#everything === everything) this.#everything = undefined;
    const repeated = keys.length + tags.length + (everything === undefined ? 0 : 1);
    this.#recount();
    this.#ledger.counts.repeatedInvalidations += repeated;
    if (this.#failed === 0) this.#ledger.tell('invalidationRepeated', { repeated });
    return this.#failed === 0;
  }

  #later(): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = this.#clock.schedule(this.#delayMs, () => {
      this.#timer = undefined;
      this.#delayMs = Math.min(2 * this.#delayMs, REPEAT_LAST_MS);
      void this.flush().then((done) => {
        if (!done) this.#later();
      });
    });
  }
}
