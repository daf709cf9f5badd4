import type { StoredEntry } from './stored-entry.js';

/**
 * What was invalidated while a read was under way, of that which was not yet when the read was sent: its answer may be
 * from before, and nothing is pending any more that would say so.
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
