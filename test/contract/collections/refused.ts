import assert from 'node:assert/strict';
import { OperationError } from '../../../src/interfaces/errors.js';
import { rejectsWith } from '../expectations.js';

/** Fails unless a call is refused for a reason, as a server words it. */
export async function refusedFor(reason: string, what: string, call: () => Promise<unknown>): Promise<void> {
  const error = await rejectsWith('E_OPERATION_REFUSED', what, call);
  assert.ok(OperationError.is(error), what);
  assert.deepEqual([error.reason, error.outcome], [reason, 'refused'], what);
}
