import type { AnalyticsValue } from '../../../../interfaces/analytics.js';

/** Memory of a value and its count, besides its text. */
const OVERHEAD_BYTES = 60;

/** Counts of the most frequent values of a field, by space-saving: a value more takes the place of the least one. */
export class ValueCounts {
  readonly #counts = new Map<string, number>();
  #bytes = 0;

  /** Memory that it takes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Memory that a value takes. */
  static bytesOf(value: string): number {
    return OVERHEAD_BYTES + Buffer.byteLength(value);
  }

  add(value: string, by: number, maxValues: number): void {
    let count = this.#counts.get(value);
    if (count === undefined) {
      count = this.#counts.size < maxValues ? 0 : this.#removeLeast();
      this.#bytes += ValueCounts.bytesOf(value);
    }
    this.#counts.set(value, count + by);
  }

  /** Most frequent values of several buckets. */
  static top(all: Iterable<ValueCounts>, n: number): AnalyticsValue[] {
    const sums = new Map<string, number>();
    for (const counts of all) {
      for (const [value, count] of counts.#counts) sums.set(value, (sums.get(value) ?? 0) + count);
    }
    const values = [...sums].map(([value, count]) => ({ value, count }));
    return values
      .sort((one, other) => other.count - one.count || compareTexts(one.value, other.value))
      .slice(0, n);
  }

  /** @returns the count of the value that was removed. */
  #removeLeast(): number {
    let [least, leastCount] = ['', Number.POSITIVE_INFINITY];
    for (const [value, count] of this.#counts) {
      if (count > leastCount || (count === leastCount && compareTexts(value, least) > 0)) continue;
      [least, leastCount] = [value, count];
    }
    this.#counts.delete(least);
    this.#bytes -= ValueCounts.bytesOf(least);
    return leastCount;
  }
}

/** Order of texts by their bytes as UTF-8, as in Redis. */
function compareTexts(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
