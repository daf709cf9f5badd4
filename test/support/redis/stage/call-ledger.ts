import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionError, OperationError } from '../../../../src/interfaces/errors.js';
import type { IRedisConnection } from '../../../../src/interfaces/redis-connection.js';

/** Outcome of a call, as reported to its caller. */
type Told = 'done' | 'not-sent' | 'unknown' | 'refused';

/** Outcomes of all calls, and the longest wait. */
export interface LedgerSummary extends Readonly<Record<Told, number>> {
  readonly slowestMs: number;
}

/**
 * Calls that increment one key each, and the outcomes that their callers received. Checks that no call ran twice, and
 * that no call with the outcome `not-sent` ran at all.
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

  /** Repeats calls until a condition holds. */
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

  /** Starts this many calls, without waiting for replies. */
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
   * Compares the outcomes with the data of the servers.
   *
   * @param read  The value of a key, now.
   * @returns Number of successful calls whose effect is missing, which a failover may lose.
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
