import type { StoredEntry } from '../../store/stored-entry.js';

/** Tags of a load, and their invalidations in this process while it is in flight. */
export class LoadTags {
  /** Tags that the loader added. */
  readonly late = new Set<string>();
  /** Known tags of the value and of the stale entry. */
  readonly #known: Set<string>;
  /** Place in the order of calls of the last invalidation of each other tag. */
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

  /** `true` when the value or the stale entry carries one of these tags, as far as that is known. */
  knows(tags: readonly string[]): boolean {
    return tags.some((tag) => this.#known.has(tag));
  }

  /**
   * Invalidates tags; unknown ones are recorded, because the loader may add them later.
   *
   * @returns `true` when one of them is known, so that the load itself is invalidated.
   */
  invalidate(tags: readonly string[], at: number): boolean {
    if (this.knows(tags)) return true;
    for (const tag of tags) this.#invalidated.set(tag, at);
    return false;
  }

  /** `true` when one of these tags was invalidated before a call began. */
  invalidatedBefore(began: number, tags: readonly string[]): boolean {
    return tags.some((tag) => (this.#invalidated.get(tag) ?? began) < began);
  }
}
