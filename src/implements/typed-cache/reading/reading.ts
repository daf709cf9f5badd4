import type { MissReason } from '../../../interfaces/typed-cache.js';
import type { StoredEntry } from '../store/stored-entry.js';
import { miss, type Verdict } from './freshness.js';

/** What was read of a key: the entry where there is one, and what it is to the call. */
export interface Reading {
  readonly entry: StoredEntry | undefined;
  readonly verdict: Verdict;
}

export const ABSENT: Reading = Object.freeze({ entry: undefined, verdict: miss('absent') });
export const PENDING: Reading = Object.freeze({ entry: undefined, verdict: miss('pending') });
export const FAILED: Reading = Object.freeze({ entry: undefined, verdict: miss('store-failed') });
export const UNDECODABLE: Reading = Object.freeze({ entry: undefined, verdict: miss('undecodable') });

/** Nothing, for a reason. */
export function missing(reason: MissReason): Reading {
  return { entry: undefined, verdict: miss(reason) };
}
