import { ArgumentError, OperationError } from '../../../interfaces/errors.js';
import type { RedisReply } from '../../../interfaces/redis-command.js';
import { describe } from '../../foundation/describe.js';
import type { Link } from '../link/link.js';

/**
 * Part of the time of a call that is left to the reply of WAIT: an idle server looks at its timeouts ten times a second.
 * Where that is too long, our own deadline ends the wait, which costs the connection.
 */
const REPLY_SHARE = 0.25;
const MAX_REPLY_MS = 150;

/** Checks a number of replicas. @throws {ArgumentError} */
export function checkedReplicas(count: unknown): number {
  if (typeof count === 'number' && Number.isInteger(count) && count >= 1) return count;
  const got = typeof count === 'number' ? String(count) : describe(count);
  throw new ArgumentError(`expected minReplicas as a whole number of at least 1, got ${got}`);
}

/**
 * Waits until enough replicas have received everything that was written on a link.
 *
 * @throws {OperationError} `E_REPLICATION`, also when the wait itself is not answered: the server had answered before.
 */
export async function awaitReplicas(link: Link, minReplicas: number, leftMs: number): Promise<void> {
  const waitMs = Math.max(1, Math.floor(leftMs - Math.min(MAX_REPLY_MS, leftMs * REPLY_SHARE)));
  const wait = link.run(['WAIT', String(minReplicas), String(waitMs)], leftMs);
  const confirmed = await wait.catch((error: unknown): RedisReply => {
    if (OperationError.is(error) && error.code === 'E_OPERATION_TIMEOUT') return 0;
    throw error;
  });
  if (Number(confirmed) >= minReplicas) return;
  const text = `expected ${minReplicas} replicas (minReplicas) to confirm within ${Math.round(leftMs)} ms, got ${confirmed}; check that they are connected`;
  throw new OperationError('E_REPLICATION', text, 'unknown');
}
