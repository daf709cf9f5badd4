import type { IClock, ScheduledTask } from '../../../interfaces/clock.js';
import { type FailureWithRest, failedNames } from '../../foundation/partial-failure.js';
import type { Outside } from '../../foundation/waiting/outside.js';
import { Covered, type PendingInvalidation } from './covered.js';
import { InvalidationWatch } from './invalidation-watch.js';
import type { Ledger } from './ledger.js';
import type { StoreInvalidations } from './store-invalidations.js';

const MAX_KEYS = 10_000;
/** Maximum number of failed sets; beyond that, what the next ones should have replaced stays. */
const MAX_SETS = 10_000;
const MAX_TAGS = 1_000;
const REPEAT_FIRST_MS = 100;
const REPEAT_LAST_MS = 5_000;
/** Maximum number of repetitions per step. The first step after a failure repeats one, which costs almost nothing. */
const LARGEST_STEP = 512;

/** Name of a repeated invalidation, and the invalidation. */
type Repeated = readonly [name: string, invalidation: PendingInvalidation];

/**
 * Invalidations that have not reached the store: covered in this process from their call on, and repeated as soon as
 * the store answers. For each key only the newest counts; when there are too many, the whole namespace is invalidated:
 * because of invalidations, never because of sets.
 *
 * A long outage may collect many: the cost of one more failure, and of an attempt to repeat them while the store is
 * away, does not depend on their number.
 */
export class PendingInvalidations {
  readonly #ledger: Ledger;
  readonly #clock: IClock;
  readonly #store: StoreInvalidations;
  readonly #outside: Outside;
  readonly #keys = new Covered();
  readonly #tags = new Covered();
  readonly #watches = new Set<InvalidationWatch>();
  #everything: PendingInvalidation | undefined;
  #everythingFailed = false;
  /** Failure of a clear that reached some parts: only the rest of the namespace is still covered. */
  #left: FailureWithRest | undefined;
  /** Number of repetitions since the first failure. */
  #repeated = 0;
  #step = 1;
  #tagsFirst = true;
  #everythingFirst = true;
  #flushing: Promise<boolean> | undefined;
  #timer: ScheduledTask | undefined;
  #delayMs = REPEAT_FIRST_MS;
  #closed = false;

  constructor(ledger: Ledger, clock: IClock, store: StoreInvalidations, outside: Outside) {
    this.#outside = outside;
    this.#ledger = ledger;
    this.#clock = clock;
    this.#store = store;
  }

  /** `true` while anything is covered; otherwise reads skip the check. */
  get any(): boolean {
    return this.#keys.all.size > 0 || this.#tags.all.size > 0 || this.#everything !== undefined;
  }

  /** Number of invalidations that have to be repeated. */
  get count(): number {
    return this.#keys.failed.size + this.#tags.failed.size + (this.#everythingFailed ? 1 : 0);
  }

  /** Covers an invalidation from now until `reached`. */
  begin(what: {
    readonly keys?: readonly string[];
    readonly soft?: boolean;
    readonly replaces?: boolean;
    readonly tags?: readonly string[];
    readonly everything?: boolean;
  }): PendingInvalidation {
    const { keys = [], soft = false, replaces = false, tags = [], everything = false } = what;
    const invalidation: PendingInvalidation = { keys, soft, replaces, tags, everything };
    this.#keys.begin(keys, invalidation);
    this.#tags.begin(tags, invalidation);
    if (everything) this.#cover(invalidation, false);
    return invalidation;
  }

  /** Ends the cover of an invalidation that has reached the store. */
  reached(invalidation: PendingInvalidation): void {
    const { keys, tags, everything } = invalidation;
    for (const watch of this.#watches) watch.add(keys, tags, everything);
    for (const key of invalidation.keys) this.#keys.end(key, invalidation);
    for (const tag of invalidation.tags) this.#tags.end(tag, invalidation);
    if (this.#everything === invalidation) this.#cover(undefined, false);
    if (this.count === 0) this.#rest();
  }

  /** Keeps the cover of an invalidation that may not have reached the store, and repeats it later. */
  failed(invalidation: PendingInvalidation, error: unknown): void {
    if (invalidation.replaces && this.#keys.failedSets >= MAX_SETS) {
      for (const key of invalidation.keys) this.#keys.end(key, invalidation);
      return;
    }
    const failed = failedNames(error);
    const isLeft = (name: string): boolean => failed === undefined || failed.has(name);
    this.#keys.fail(invalidation.keys.filter(isLeft), invalidation);
    this.#tags.fail(invalidation.tags.filter(isLeft), invalidation);
    if (failed !== undefined) this.#reachedSome(invalidation, failed);
    if (this.#everything === invalidation) this.#clearFailed(error);
    const keys = this.#keys.failed.size - this.#keys.failedSets;
    const { size: tags } = this.#tags.failed;
    const isPart = this.#everythingFailed && this.#left === undefined && keys + tags > 0;
    if (keys > MAX_KEYS || tags > MAX_TAGS || isPart) {
      // A new object, because a repetition in flight was sent before the latest failure.
      this.#cover({ keys: [], soft: false, replaces: false, tags: [], everything: true }, true);
      this.#keys.forgetFailed();
      this.#tags.forgetFailed();
    }
    this.#ledger.tell('invalidationPending', { pending: this.count, error });
    if (this.count > 0) this.#later();
  }

  /** Begins to record what ends while a read is in flight. `undefined` while nothing is covered. */
  watch(): InvalidationWatch | undefined {
    if (!this.any) return undefined;
    const watch = new InvalidationWatch();
    this.#watches.add(watch);
    return watch;
  }

  unwatch(watch: InvalidationWatch | undefined): void {
    if (watch !== undefined) this.#watches.delete(watch);
  }

  coversKey(key: string): boolean {
    return this.#clears(key) || this.#keys.all.has(key);
  }

  /** `true` while a removal of a key, not just an `expire`, has yet to reach the store. */
  removesKey(key: string): boolean {
    return this.#clears(key) || this.#keys.all.get(key)?.soft === false;
  }

  coversTag(tag: string): boolean {
    return (this.#everything !== undefined && this.#left === undefined) || this.#tags.all.has(tag);
  }

  /** `true` when a repetition would invalidate a value that is stored with these tags from now on. */
  undoes(key: string, tags: readonly string[]): boolean {
    return (this.#everythingFailed && this.#clears(key)) || tags.some((tag) => this.#tags.failed.has(tag));
  }

  /** `true` when a repetition would remove the value that a key gets from now on. */
  undoesKey(key: string): boolean {
    return this.#keys.failed.has(key);
  }

  /** Ends the failed invalidation of a key whose value was replaced. */
  replaced(key: string): void {
    const failed = this.#keys.failed.get(key);
    if (failed === undefined) return;
    for (const watch of this.#watches) watch.add([key], [], false);
    this.#keys.end(key, failed);
    if (this.count === 0) this.#rest();
  }

  /** Repeats what has failed; concurrent callers share one attempt. @returns `true` when nothing is left. */
  async flush(): Promise<boolean> {
    if (this.count === 0) return true;
    this.#flushing ??= this.#outside.run(() =>
      this.#attempt().finally(() => {
        this.#flushing = undefined;
      }),
    );
    return this.#flushing;
  }

  /** Repeats once more, then logs what is lost. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.flush();
    if (this.count > 0) this.#ledger.lost(this.count);
  }

  /** Ends the cover of the names of an invalidation that a partial failure does not list. */
  #reachedSome(invalidation: PendingInvalidation, failed: ReadonlySet<string>): void {
    const keys = invalidation.keys.filter((key) => !failed.has(key));
    const tags = invalidation.tags.filter((tag) => !failed.has(tag));
    for (const watch of this.#watches) watch.add(keys, tags, false);
    for (const key of keys) this.#keys.end(key, invalidation);
    for (const tag of tags) this.#tags.end(tag, invalidation);
  }

  #cover(everything: PendingInvalidation | undefined, failed: boolean): void {
    this.#everything = everything;
    this.#everythingFailed = failed;
    this.#left = undefined;
  }

  /** `true` while a clear has yet to reach a key. */
  #clears(key: string): boolean {
    return this.#everything !== undefined && this.#left?.leftAt(key) !== false;
  }

  /** Keeps the cover of what a failed clear has left. */
  #clearFailed(error: unknown): void {
    this.#everythingFailed = true;
    const left = this.#store.leftBy(error);
    if (left === undefined) return;
    this.#left = left;
    for (const watch of this.#watches) watch.add([], [], true);
  }

  /** Repeats step by step, until nothing is left or a step fails. */
  async #attempt(): Promise<boolean> {
    while (this.count > 0) {
      const reached = await this.#attemptStep();
      if (reached === 0) {
        this.#step = 1;
        return false;
      }
      this.#step = Math.min(2 * this.#step, LARGEST_STEP);
      this.#repeated += reached;
      this.#ledger.counts.repeatedInvalidations += reached;
    }
    const repeated = this.#repeated;
    this.#rest();
    if (repeated > 0) this.#ledger.tell('invalidationRepeated', { repeated });
    return true;
  }

  /** @returns Number of invalidations that reached the store; 0 when the step failed. */
  async #attemptStep(): Promise<number> {
    const others = this.#keys.failed.size + this.#tags.failed.size;
    const isFirst = this.#everythingFirst || others === 0;
    const everything = this.#everythingFailed && isFirst ? this.#everything : undefined;
    const left = this.#left;
    const isOfTags = this.#keys.failed.size === 0 || (this.#tagsFirst && this.#tags.failed.size > 0);
    const tags = everything === undefined && isOfTags ? this.#tags.first(this.#step) : [];
    const keys = everything === undefined && !isOfTags ? this.#keys.first(this.#step) : [];
    const names = keys.map(([name]) => name);
    const tagNames = tags.map(([name]) => name);
    const isSoft = keys[0]?.[1].soft === true;
    try {
      await this.#store.repeat({
        keys: isSoft ? [] : names,
        softKeys: isSoft ? names : [],
        tags: tagNames,
        everything: left !== undefined && everything !== undefined ? left : everything !== undefined,
      });
    } catch (error) {
      this.#everythingFirst = everything === undefined;
      if (everything !== undefined && this.#everything === everything) this.#clearFailed(error);
      return this.#attemptFailed(tags, keys, failedNames(error));
    }
    for (const watch of this.#watches) watch.add(names, tagNames, everything !== undefined);
    for (const [name, invalidation] of tags) this.#tags.end(name, invalidation);
    for (const [name, invalidation] of keys) this.#keys.end(name, invalidation);
    if (everything !== undefined && this.#everything === everything) this.#cover(undefined, false);
    return tags.length + keys.length + (everything === undefined ? 0 : 1);
  }

  /** @returns Number of invalidations of a failed step that reached the store nevertheless. */
  #attemptFailed(
    tags: readonly Repeated[],
    keys: readonly Repeated[],
    failed: ReadonlySet<string> | undefined,
  ): number {
    this.#tags.postpone(tags);
    this.#keys.postpone(keys);
    this.#tagsFirst = tags.length === 0;
    if (failed === undefined) return 0;
    const reachedTags = tags.filter(([name]) => !failed.has(name));
    const reachedKeys = keys.filter(([name]) => !failed.has(name));
    const names = (some: readonly Repeated[]) => some.map(([name]) => name);
    for (const watch of this.#watches) watch.add(names(reachedKeys), names(reachedTags), false);
    for (const [name, invalidation] of reachedTags) this.#tags.end(name, invalidation);
    for (const [name, invalidation] of reachedKeys) this.#keys.end(name, invalidation);
    return reachedTags.length + reachedKeys.length;
  }

  /** Resets the schedule when nothing is left to repeat. */
  #rest(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#delayMs = REPEAT_FIRST_MS;
    this.#repeated = 0;
  }

  #later(): void {
    if (this.#timer !== undefined || this.#closed) return;
    const repeat = (): void => {
      this.#timer = undefined;
      this.#delayMs = Math.min(2 * this.#delayMs, REPEAT_LAST_MS);
      void this.flush().then((done) => {
        if (!done) this.#later();
      });
    };
    this.#timer = this.#outside.run(() => this.#clock.schedule(this.#delayMs, repeat));
  }
}
