import type { PartialFailure } from '../../interfaces/fenced-store.js';
import { failureCopy } from './failure-copy.js';

/** Failure that tells which copies of generations may be unchanged. */
export type FailureWithRest = PartialFailure & Required<Pick<PartialFailure, 'leftAt'>>;

/** Copy of an error, which other calls may share, with the names that a change may not have reached. */
export function partialFailure(
  error: unknown,
  failed: readonly string[],
  leftAt?: (key: string) => boolean,
): unknown {
  const copy = failureCopy(error);
  if (copy === undefined) return error;
  const names: PartialFailure['failed'] = Object.freeze([...failed]);
  // Names are data of the application: a log that prints the error must not show them.
  Object.defineProperty(copy, 'failed', { value: names, enumerable: false });
  if (leftAt !== undefined) Object.defineProperty(copy, 'leftAt', { value: leftAt, enumerable: false });
  return copy;
}

/** A failure that tells which copies of generations it has left; `undefined` when it may be all of them. */
export function failureWithRest(error: unknown): FailureWithRest | undefined {
  const leftAt = (error as Partial<PartialFailure> | null | undefined)?.leftAt;
  return typeof leftAt === 'function' ? (error as FailureWithRest) : undefined;
}

/** Names that a change may not have reached; `undefined` when none is known to have been reached. */
export function failedNames(error: unknown): ReadonlySet<string> | undefined {
  const failed = (error as Partial<PartialFailure> | null | undefined)?.failed;
  return Array.isArray(failed) ? new Set<string>(failed) : undefined;
}
