import { ArgumentError } from '../../../interfaces/errors.js';
import type { FencedCapture, FencedRead, FenceToAdvance } from '../../../interfaces/fenced-store.js';
import { describe } from '../describe.js';
import { requireDurationMs } from '../options/duration.js';
import { checkKey } from './key.js';

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

/** A read request of a fenced store with all defaults filled in; its keys and names are not yet checked. */
export interface WholeRead {
  readonly keys: readonly string[];
  readonly generations: readonly string[];
  readonly scope: string | undefined;
  readonly captured: { readonly lifeMs: number; readonly of: 'absent' | 'all' | 'none' } | undefined;
  readonly lives: boolean;
  readonly values: boolean;
  readonly leases: boolean;
  readonly extendMs: number | undefined;
}

/** Fills in the defaults of a read request, the same for every fenced store. @throws {ArgumentError} */
export function wholeRead({
  keys,
  generations = [],
  scope,
  capture,
  lives = true,
  values = true,
  leases = false,
  extend,
}: FencedRead): WholeRead {
  if (scope !== undefined) checkKey(scope, 'scope');
  const captured = checkedCapture(capture);
  const extendMs = extend === undefined ? undefined : requireDurationMs(extend);
  return { keys, generations, scope, values, captured, lives, leases, extendMs };
}

function checkedCapture(capture: FencedCapture | undefined): WholeRead['captured'] {
  if (capture === undefined) return undefined;
  const { life, of = 'absent' } = capture;
  if (of !== 'absent' && of !== 'all' && of !== 'none') {
    throw new ArgumentError(`expected capture.of to be 'absent', 'all' or 'none', got ${describe(of)}`);
  }
  return { lifeMs: requireDurationMs(life), of };
}
