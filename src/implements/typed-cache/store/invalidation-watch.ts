import type { StoredEntry } from './stored-entry.js';

/**
 * Invalidations that were pending when a read was sent and reached the store while it was in flight: its answer may be
 * older than they are, although nothing is pending afterwards.
 */
export class InvalidationWatch {
  readonly #keys = new Set<string>();
  readonly #tags = new Set<string>();
  #everything = false;

  add(keys: readonly string[], tags: readonly string[], everything: boolean): void {
    for (const key of keys) this.#keys.add(key);
    for (const tag of tags) this.#tags.add(tag);
    if (everything) this.#everything = true;
  }

  covers(name: string, { tags }: StoredEntry): boolean {
    return this.#everything || this.#keys.has(name) || tags.some(({ tag }) => this.#tags.has(tag));
  }
}
