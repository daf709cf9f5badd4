import type { StoredEntry } from '../../store/stored-entry.js';

/** The tags of a load, and their invalidations in this process while it is in flight. */
export class LoadTags {
  /** Tags that the loader added. */
  readonly late = new Set<string>();
  /** Every tag that the value carries or the stale one does. */
  readonly #known: Set<string>;
  /** Invalidations of tags that were not known, by their place in the order of calls. */
  readonly #invalidated = new Map<string, number>();

  constructor(tags: readonly string[]) {
    this.#known = new Set(tags);
  }

  learnLate(tags: readonly string[]): void {
    for (const tag of tags) {
      this.late.add(tag);
      this.#known.add(tag);
    }
  }

  learnCarried({ tags }: StoredEntry): void {
    for (const { tag } of tags) this.#known.add(tag);
  }

  /**
   * Notes the invalidation of some tags, which the value may turn out to carry.
   *
   * @returns `true` when one of them is known, so that the load is invalidated by it.
   */
  invalidate(tags: readonly string[], at: number): boolean {
    if (tags.some((tag) => this.#known.has(tag))) return true;
    for (const tag of tags) this.#invalidated.set(tag, at);
    return false;
  }

  /** `true` when one of these tags was invalidated before a call began. */
  invalidatedBefore(began: number, tags: readonly string[]): boolean {
    return tags.some((tag) => (this.#invalidated.get(tag) ?? began) < began);
  }
}
