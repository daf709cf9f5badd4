import type { PartialFailure } from '../../interfaces/fenced-store.js';
import { failureCopy } from './failure-copy.js';

/** Copy of an error, which other calls may share, with the names that a change may not have reached. */
export function partialFailure(error: unknown, failed: readonly string[]): unknown {
  const copy = failureCopy(error);
  if (copy === undefined) return error;
  const names: PartialFailure['failed'] = Object.freeze([...failed]);
  // Names are data of the application: a log that prints the error must not show them.
  return Object.defineProperty(copy, 'failed', { value: names, enumerable: false });
}

/** Names that a change may not have reached; `undefined` when none is known to have been reached. */
export function failedNames(error: unknown): ReadonlySet<string> | undefined {
  const failed = (error as Partial<PartialFailure> | null | undefined)?.failed;
  return Array.isArray(failed) ? new Set<string>(failed) : undefined;
}
