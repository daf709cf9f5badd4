import type { CallOrder } from '../../policy/call-order.js';
import type { Request } from '../../policy/request.js';
import type { StoredEntry } from '../../store/stored-entry.js';
import { LoadTags } from './load-tags.js';
import type { CapturedTokens } from './token-capture.js';

/** Validity of a load in flight: for which calls its result is current, and whether it may be stored. */
export class LoadValidity {
  readonly #order: CallOrder;
  readonly #tags: LoadTags;
  /** Place of its last read in the order of calls; `undefined` while it has read nothing that counts. */
  #readAt: number | undefined;
  #tokens: CapturedTokens | undefined;
  #revoked: 'hard' | 'soft' | undefined;

  constructor({ tags }: Request, order: CallOrder) {
    this.#order = order;
    this.#tags = new LoadTags(tags);
  }

  /** The result is read from now on: calls that begin later need proof that no invalidation came between. */
  startReading(): void {
    this.#readAt = this.#order.next();
  }

  /** What was read is not the result: the load reads again, later than all calls until then. */
  discardReading(): void {
    this.#readAt = undefined;
  }

  /** The load does without tokens: nothing proves to later calls that it is current. */
  goBlind(): void {
    this.#readAt = this.#order.next();
  }

  capture(tokens: CapturedTokens): void {
    this.#tokens = tokens;
  }

  /** Tokens that the store had when the load began; `undefined` before that, or when it does without. */
  get tokens(): CapturedTokens | undefined {
    return this.#tokens;
  }

  /** `true` for a call that began before the load read anything: its result is no older than that call. */
  isNewerThan({ began }: Request): boolean {
    return this.#readAt === undefined || began < this.#readAt;
  }

  /** `true` when nothing that a call asks for was invalidated since the tokens were captured. */
  isProvenFor({ tags }: Request, now: CapturedTokens): boolean {
    const before = this.#tokens;
    if (before === undefined || now.fence !== before.fence || now.namespace !== before.namespace)
      return false;
    if (![...before.tags].every(([tag, token]) => now.tags.get(tag) === token)) return false;
    return tags.every((tag) => before.tags.has(tag));
  }

  /**
   * `true` when a tag that a call could not ask for (the loader added it, or the entry that was found carries it) was
   * invalidated between the beginning of the load and that of the call: by another process, as the generation of "any
   * tag" tells, or by this one, whose invalidation may not have reached the store.
   */
  isOvertakenFor({ began }: Request, anyTag: string | undefined, found: StoredEntry | undefined): boolean {
    const tags = [...this.#tags.late, ...(found?.tags ?? []).map(({ tag }) => tag)];
    if (tags.length === 0) return false;
    if (anyTag !== undefined && this.#tokens !== undefined && anyTag !== this.#tokens.anyTag) return true;
    return this.#tags.invalidatedBefore(began, tags);
  }

  /** The loader adds tags. */
  learnTags(tags: readonly string[]): void {
    this.#tags.learnLate(tags);
  }

  /** An entry that the load replaces, or falls back on, carries tags. */
  learnCarried(entry: StoredEntry): void {
    this.#tags.learnCarried(entry);
  }

  get lateTags(): ReadonlySet<string> {
    return this.#tags.late;
  }

  /** Tags are invalidated in this process. @returns `true` when that revokes the load. */
  invalidateTags(tags: readonly string[], at: number): boolean {
    const isMeant = this.#tags.invalidate(tags, at);
    if (isMeant) this.revoke('hard');
    return isMeant;
  }

  /** The key is invalidated in this process: the result is not stored. `soft` keeps the stale value. */
  revoke(how: 'hard' | 'soft'): void {
    if (this.#revoked !== 'hard') this.#revoked = how;
  }

  get isRevoked(): boolean {
    return this.#revoked !== undefined;
  }

  get keepsStale(): boolean {
    return this.#revoked !== 'hard';
  }
}
