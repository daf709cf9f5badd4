import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionError, OperationError } from '../../../../src/interfaces/errors.js';
import type { IRedisConnection } from '../../../../src/interfaces/redis-connection.js';

/** Outcome of a call, as its caller was told. */
type Told = 'done' | 'not-sent' | 'unknown' | 'refused';

/** Outcomes of all calls, and the longest wait. */
export interface LedgerSummary extends Readonly<Record<Told, number>> {
  readonly slowestMs: number;
}

/**
 * Calls that each increment a key of their own, and what their callers were told: so that, whatever happened on the way,
 * nothing ran twice, and nothing that was told to be unsent ran at all.
 */
export class CallLedger {
  readonly #redis: IRedisConnection;
  readonly #prefix: string;
  readonly #told = new Map<string, Told>();
  readonly #calls: Promise<void>[] = [];
  #slowestMs = 0;

  constructor(redis: IRedisConnection, prefix = 'ledger:') {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /** Calls, again and again, until a condition holds. */
  async offerUntil(
    condition: () => boolean | Promise<boolean>,
    { withinMs = 20_000, everyMs = 2 } = {},
  ): Promise<void> {
    const end = performance.now() + withinMs;
    while (!(await condition())) {
      assert.ok(performance.now() < end, `the condition did not come true within ${withinMs} ms`);
      for (let call = 0; call < 4; call++) this.offer();
      await sleep(everyMs);
    }
  }

  /** Calls so many times, without waiting for answers. */
  offer(count = 1): void {
    for (let call = 0; call < count; call++) this.#calls.push(this.#call());
  }

  /** Waits for every answer. */
  async settled(): Promise<LedgerSummary> {
    await Promise.all(this.#calls);
    const told = [...this.#told.values()];
    const count = (kind: Told): number => told.filter((each) => each === kind).length;
    return {
      done: count('done'),
      'not-sent': count('not-sent'),
      unknown: count('unknown'),
      refused: count('refused'),
      slowestMs: this.#slowestMs,
    };
  }

  /**
   * Compares with what the servers hold.
   *
   * @param read  The value of a key, now.
   * @returns How many calls that were told to be done are not there: what a failover may lose.
   */
  async audit(read: (key: string) => Promise<number>): Promise<number> {
    let lost = 0;
    for (const [key, told] of this.#told) {
      const ran = await read(key);
      assert.ok(ran <= 1, `${key} ran ${ran} times (told: ${told})`);
      if (told === 'not-sent' || told === 'refused') assert.equal(ran, 0, `${key} was ${told}, and ran`);
      if (told === 'done' && ran === 0) lost++;
    }
    return lost;
  }

  async #call(): Promise<void> {
    const key = `${this.#prefix}${this.#told.size}`;
    this.#told.set(key, 'unknown');
    const beganAt = performance.now();
    try {
      await this.#redis.execute(['INCR', key], { keys: [key] });
      this.#told.set(key, 'done');
    } catch (error) {
      const { outcome } = error as ConnectionError | OperationError;
      assert.ok(outcome !== undefined, String(error));
      this.#told.set(key, outcome);
    }
    this.#slowestMs = Math.max(this.#slowestMs, performance.now() - beganAt);
  }
}
