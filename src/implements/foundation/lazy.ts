import { ArgumentError } from '../../interfaces/errors.js';
import { describe } from './describe.js';

/**
 * Delays a value until it is first asked for, and computes it once: concurrent calls share one computation. A
 * computation that fails is forgotten, and the next call computes again.
 *
 * @param getter  Computes the value, at once or as a promise.
 * @returns Function that returns the value.
 * @throws {ArgumentError} for a getter that is no function.
 *
 * @example
 * ```ts
 * const template = lazy(() => readFile(file, 'utf8'));
 * const [first, second] = await Promise.all([template(), template()]); // Reads the file once.
 * ```
 */
export function lazy<T>(getter: () => T | Promise<T>): () => Promise<T> {
  if (typeof getter !== 'function') {
    throw new ArgumentError(`expected a function that computes the value, got ${describe(getter)}`);
  }
  let value: Promise<T> | undefined;
  return () => {
    if (value !== undefined) return value;
    // Later, so that a getter that asks again meets the value that it is to compute.
    const computed = Promise.resolve().then(getter);
    value = computed;
    computed.catch(() => {
      if (value === computed) value = undefined;
    });
    return computed;
  };
}
