import { ArgumentError } from '../../../interfaces/errors.js';
import type { FenceToAdvance } from '../../../interfaces/fenced-store.js';
import { describe } from '../describe.js';

const MAX_TOKEN_LENGTH = 256;

/** Refuses a value that cannot be a fence or the token of a lease. */
export function checkToken(token: unknown, what: string): asserts token is string {
  if (typeof token !== 'string' || token === '' || token.length > MAX_TOKEN_LENGTH || !token.isWellFormed()) {
    throw new ArgumentError(
      `expected a ${what} of 1 to ${MAX_TOKEN_LENGTH} characters, got ${describe(token)}`,
    );
  }
}

/** Checks the fence argument of a write: the fence that the key must have, and whether the write advances it. */
export function checkFence(fence: string | FenceToAdvance | undefined): {
  readonly fence: string | undefined;
  readonly advances: boolean;
} {
  if (fence === undefined) return { fence, advances: true };
  const [token, advances] = typeof fence === 'object' ? [fence?.fence, fence?.advance] : [fence, false];
  checkToken(token, 'fence');
  return { fence: token, advances };
}
