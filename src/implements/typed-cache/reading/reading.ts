import type { MissReason } from '../../../interfaces/typed-cache.js';
import type { StoredEntry } from '../store/stored-entry.js';
import { miss, type Verdict } from './freshness.js';

/** Result of reading a key: the entry, if any, and the verdict on it. */
export interface Reading {
  readonly entry: StoredEntry | undefined;
  readonly verdict: Verdict;
}

export const ABSENT: Reading = Object.freeze({ entry: undefined, verdict: miss('absent') });
export const PENDING: Reading = Object.freeze({ entry: undefined, verdict: miss('pending') });
export const FAILED: Reading = Object.freeze({ entry: undefined, verdict: miss('store-failed') });
export const UNDECODABLE: Reading = Object.freeze({ entry: undefined, verdict: miss('undecodable') });

/** Reading without an entry. */
export function missing(reason: MissReason): Reading {
  return { entry: undefined, verdict: miss(reason) };
}
