import { ArgumentError } from '../../../interfaces/errors.js';
import type { FencedCapture, FencedRead } from '../../../interfaces/fenced-store.js';
import { describe } from '../describe.js';
import { requireDurationMs } from '../options/duration.js';

/** A read request of a fenced store with all defaults filled in; its keys and names are not yet checked. */
export interface WholeRead {
  readonly keys: readonly string[];
  readonly generations: readonly string[];
  readonly captured: { readonly lifeMs: number; readonly of: 'absent' | 'all' } | undefined;
  readonly lives: boolean;
  readonly values: boolean;
  readonly leases: boolean;
  readonly extendMs: number | undefined;
}

/** Fills in the defaults of a read request, the same for every fenced store. @throws {ArgumentError} */
export function wholeRead({
  keys,
  generations = [],
  capture,
  lives = true,
  values = true,
  leases = false,
  extend,
}: FencedRead): WholeRead {
  const captured = checkedCapture(capture);
  const extendMs = extend === undefined ? undefined : requireDurationMs(extend);
  return { keys, generations, captured, lives, values, leases, extendMs };
}

function checkedCapture(capture: FencedCapture | undefined): WholeRead['captured'] {
  if (capture === undefined) return undefined;
  const { life, of = 'absent' } = capture;
  if (of !== 'absent' && of !== 'all') {
    throw new ArgumentError(`expected capture.of to be 'absent' or 'all', got ${describe(of)}`);
  }
  return { lifeMs: requireDurationMs(life), of };
}
