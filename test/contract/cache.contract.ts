import { bulkLaws } from './cache/bulk.laws.js';
import { enumerationLaws } from './cache/enumeration.laws.js';
import { expiryLaws } from './cache/expiry.laws.js';
import { keyLaws } from './cache/key.laws.js';
import { lifecycleLaws } from './cache/lifecycle.laws.js';
import { ownershipLaws } from './cache/ownership.laws.js';
import type { CacheLaw, CacheSubject } from './cache/subject.js';
import { valueLaws } from './cache/value.laws.js';
import { wireLaws } from './cache/wire.laws.js';
import { type Runner, runLaws } from './law.js';

/** What `ICache` promises while the store answers, a sentence a law. */
export const cacheLaws: readonly CacheLaw[] = [
  ...expiryLaws,
  ...valueLaws,
  ...keyLaws,
  ...bulkLaws,
  ...enumerationLaws,
  ...ownershipLaws,
  ...lifecycleLaws,
  ...wireLaws,
];

/** Runs the laws of `ICache` against an implementation. */
export function cacheContract(runner: Runner, subject: CacheSubject): void {
  runLaws(runner, cacheLaws, subject);
}
