import type { IClock } from '../../interfaces/clock.js';
import { ConnectionError, OperationError } from '../../interfaces/errors.js';
import type { CacheStats, LatencyStats } from '../../interfaces/statistics.js';

/** Durations of calls, as plain numbers. */
export class Latency {
  #calls = 0;
  #totalMs = 0;
  #maxMs = 0;

  add(ms: number): void {
    this.#calls++;
    this.#totalMs += ms;
    if (ms > this.#maxMs) this.#maxMs = ms;
  }

  stats(): LatencyStats {
    const [calls, totalMs] = [this.#calls, this.#totalMs];
    return { calls, totalMs, meanMs: calls === 0 ? 0 : totalMs / calls, maxMs: this.#maxMs };
  }

  reset(): void {
    this.#calls = this.#totalMs = this.#maxMs = 0;
  }
}

/** Counts of the calls of a cache, as plain numbers, and how long those calls took that left this process. */
export class CallCounts {
  readonly #clock: IClock;
  #hits = 0;
  #misses = 0;
  #sets = 0;
  #deletes = 0;
  #errors = 0;
  readonly #latency = new Latency();

  constructor(clock: IClock) {
    this.#clock = clock;
  }

  /** Time at which a call begins. */
  begin(): number {
    return this.#clock.now();
  }

  /** Counts a call that has ended. */
  took(beganAt: number): void {
    this.#latency.add(this.#clock.now() - beganAt);
  }

  /** Counts a call that failed, unless its caller caused that. */
  failed(error: unknown, beganAt?: number): void {
    if (!ConnectionError.is(error) && !OperationError.is(error)) return;
    this.#errors++;
    if (beganAt !== undefined) this.took(beganAt);
  }

  /** Counts a call, and its failure. */
  async during<T>(call: Promise<T>): Promise<T> {
    const beganAt = this.#clock.now();
    try {
      const answer = await call;
      this.took(beganAt);
      return answer;
    } catch (error) {
      this.failed(error, beganAt);
      throw error;
    }
  }

  /** Counts a hit or a miss. @returns The value. */
  found<T>(value: T | null): T | null {
    if (value === null) this.#misses++;
    else this.#hits++;
    return value;
  }

  stored(values: number): void {
    this.#sets += values;
  }

  deleted(entries: number): void {
    this.#deletes += entries;
  }

  stats(): CacheStats {
    const [hits, misses] = [this.#hits, this.#misses];
    return {
      hits,
      misses,
      hitRate: hitRate(hits, misses),
      sets: this.#sets,
      deletes: this.#deletes,
      errors: this.#errors,
      latency: this.#latency.stats(),
    };
  }

  reset(): void {
    this.#hits = this.#misses = this.#sets = this.#deletes = this.#errors = 0;
    this.#latency.reset();
  }
}

/** Share of the hits; 0 when there was no read. */
export function hitRate(hits: number, misses: number): number {
  return hits + misses === 0 ? 0 : hits / (hits + misses);
}

/** Sets the counts of a record to 0. */
export function setToZero(counts: Record<string, number>): void {
  for (const name of Object.keys(counts)) counts[name] = 0;
}
