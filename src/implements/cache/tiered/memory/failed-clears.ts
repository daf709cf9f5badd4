import { globMatcher } from '../../../foundation/arguments/glob.js';

/** Number of patterns up to which comparing each read with them is cheaper than to remove everything. */
const MAX_PATTERNS = 32;

/** Clear that may not have reached the store. */
interface FailedClear {
  readonly covers: (key: string) => boolean;
  /** Moment at which it was called. */
  readonly begun: number;
}

/** Clears that may not have reached the store: those of a pattern, and that of everything, which has none. */
export class FailedClears {
  readonly #clears = new Map<string | undefined, FailedClear>();

  get size(): number {
    return this.#clears.size;
  }

  get hasAll(): boolean {
    return this.#clears.has(undefined);
  }

  covers(key: string): boolean {
    for (const { covers } of this.#clears.values()) if (covers(key)) return true;
    return false;
  }

  add(pattern: string | undefined, begun: number): void {
    if (pattern === undefined || this.#clears.size >= MAX_PATTERNS) {
      this.#clears.clear();
      this.#clears.set(undefined, { covers: () => true, begun });
    } else {
      this.#clears.set(pattern, { covers: globMatcher(pattern), begun });
    }
  }

  /** Forgets what a clear that has reached the store includes. Later ones stay. */
  reached(pattern: string | undefined, begun: number): void {
    for (const [failed, clear] of this.#clears) {
      if (clear.begun < begun && (pattern === undefined || failed === pattern)) this.#clears.delete(failed);
    }
  }

  /**
   * Repeats all of them. They are sent before this returns, so that changes of the caller come after them.
   *
   * @returns Number of those that reached the store.
   * @throws the first failure, when all have ended.
   */
  async repeat(remove: (pattern: string | undefined) => Promise<unknown>): Promise<number> {
    const results = await Promise.allSettled(
      [...this.#clears].map(async ([pattern, clear]) => {
        await remove(pattern);
        if (this.#clears.get(pattern) === clear) this.#clears.delete(pattern);
      }),
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    return results.length;
  }
}
