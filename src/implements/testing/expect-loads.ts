import { AssertionError } from 'node:assert';
import type { ITypedCache } from '../../interfaces/typed-cache.js';

/**
 * Fails unless a function lets a typed cache load a number of times, background refreshes included.
 *
 * @example
 * ```ts
 * await expectLoads(orders, 2, () => Promise.all([orders.getOrSet(7, find), orders.getOrSet(8, find)]));
 * ```
 *
 * @returns the result of the function.
 * @throws {AssertionError} with both numbers.
 */
export async function expectLoads<R>(
  // biome-ignore lint/suspicious/noExplicitAny: a cache of any values.
  cache: ITypedCache<any>,
  loads: number,
  run: () => R | Promise<R>,
): Promise<R> {
  const before = cache.stats().loads;
  const result = await run();
  const actual = cache.stats().loads - before;
  if (actual === loads) return result;
  const message = `expected ${loads} loads, got ${actual}`;
  throw new AssertionError({
    message,
    actual,
    expected: loads,
    operator: 'expectLoads',
    stackStartFn: expectLoads,
  });
}
