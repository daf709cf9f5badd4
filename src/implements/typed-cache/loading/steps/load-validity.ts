import type { CallOrder } from '../../policy/call-order.js';
import type { Request } from '../../policy/request.js';
import type { StoredEntry } from '../../store/stored-entry.js';
import { LoadTags } from './load-tags.js';
import type { CapturedTokens } from './token-capture.js';

/** Validity of a load in flight: the calls for which its result is current, and whether it may be stored. */
export class LoadValidity {
  readonly #order: CallOrder;
  readonly #tags: LoadTags;
  /** Place of the last read in the order of calls; `undefined` before the first one, or after it was discarded. */
  #readAt: number | undefined;
  #tokens: CapturedTokens | undefined;
  #begun = false;
  #canReadAgain = false;
  #mustReadAgain = false;
  #isRevoked = false;
  #keepsStale = true;

  constructor({ tags }: Request, order: CallOrder) {
    this.#order = order;
    this.#tags = new LoadTags(tags);
  }

  /** Marks the start of a read: calls that begin later need proof that no invalidation came between. */
  startReading(): void {
    if (!this.#mustReadAgain) this.#readAt = this.#order.next();
  }

  /** Discards a read that did not yield the result: the next one is current for all calls until then. */
  discardReading(): void {
    this.#readAt = undefined;
  }

  /** Marks a load without tokens: nothing proves to later calls that it is current. */
  goBlind(): void {
    this.#readAt = this.#order.next();
  }

  capture(tokens: CapturedTokens): void {
    this.#tokens = tokens;
  }

  /** Tokens at the beginning of the load; `undefined` before the capture, or when it failed. */
  get tokens(): CapturedTokens | undefined {
    return this.#tokens;
  }

  /** `true` for a call that began before the read of the load: the result is not older than that call. */
  isNewerThan({ began }: Request): boolean {
    return this.#readAt === undefined || began < this.#readAt;
  }

  /** `true` when the current tokens prove that nothing of a call was invalidated since they were captured. */
  isProvenFor({ tags }: Request, now: CapturedTokens): boolean {
    const before = this.#tokens;
    if (before === undefined || now.fence !== before.fence || now.namespace !== before.namespace)
      return false;
    if (![...before.tags].every(([tag, token]) => now.tags.get(tag) === token)) return false;
    return tags.every((tag) => before.tags.has(tag));
  }

  /**
   * `true` when a tag that the call could not prove (the loader added it, or the entry that was found carries it) was
   * invalidated between the beginning of the load and that of the call: by another process, which the generation of
   * "any tag" shows, or by this one, whose invalidation may not have reached the store.
   */
  isOvertakenFor(
    { began }: Request,
    anyTag: string | null | undefined,
    found: StoredEntry | undefined,
  ): boolean {
    const tags = [...this.#tags.late, ...(found?.tags ?? []).map(({ tag }) => tag)];
    if (tags.length === 0) return false;
    const before = this.#tokens;
    if (anyTag !== undefined && before !== undefined && (anyTag === null || anyTag !== before.anyTag))
      return true;
    return this.#tags.invalidatedBefore(began, tags);
  }

  /** Adds tags of the loader. */
  learnTags(tags: readonly string[]): void {
    this.#tags.learnLate(tags);
  }

  /** Adds tags of an entry that the load replaces or falls back on. */
  learnCarried(entry: StoredEntry): void {
    this.#tags.learnCarried(entry);
  }

  get lateTags(): ReadonlySet<string> {
    return this.#tags.late;
  }

  /** Invalidates tags in this process. @returns `true` when that revokes the load. */
  invalidateTags(tags: readonly string[], at: number): boolean {
    if (!this.#begun && !this.#tags.knows(tags)) return false;
    return this.#tags.invalidate(tags, at) && this.revoke('hard');
  }

  /**
   * Marks the first step of the load: what is invalidated from now on, it may have read before.
   *
   * @param canReadAgain  `true` when an invalidation before the loader begins makes the load read again.
   */
  begin(canReadAgain: boolean): void {
    this.#begun = true;
    this.#canReadAgain = canReadAgain;
  }

  /** `true` when what the load has read was invalidated before its loader began. */
  get mustReadAgain(): boolean {
    return this.#mustReadAgain;
  }

  /** Begins another read, in the place of one that was invalidated. */
  readAgain(): void {
    this.#mustReadAgain = false;
    this.#tokens = undefined;
  }

  /** Marks the start of the loader: its result is not stored when the key is invalidated from now on, or just was. */
  startLoading(): void {
    this.#canReadAgain = false;
    this.#isRevoked ||= this.#mustReadAgain;
    this.#readAt ??= this.#order.next();
  }

  /**
   * Invalidates the key in this process: the result is not stored, unless the loader has yet to begin. `soft` keeps the
   * stale value.
   *
   * @returns `false` when the load has yet to read, or reads again, and so is newer than the invalidation.
   */
  revoke(how: 'hard' | 'soft'): boolean {
    if (how === 'hard') this.#keepsStale = false;
    if (!this.#begun) return false;
    if (this.#canReadAgain) {
      this.#mustReadAgain = true;
      this.#readAt = undefined;
      return false;
    }
    this.#isRevoked = true;
    return true;
  }

  get isRevoked(): boolean {
    return this.#isRevoked;
  }

  get keepsStale(): boolean {
    return this.#keepsStale;
  }
}
