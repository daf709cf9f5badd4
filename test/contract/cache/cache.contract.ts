import { type Runner, runLaws } from '../law.js';
import { bulkLaws } from './bulk.laws.js';
import { enumerationLaws } from './enumeration.laws.js';
import { expiryLaws } from './expiry.laws.js';
import { keyLaws } from './key.laws.js';
import { lifecycleLaws } from './lifecycle.laws.js';
import { orderLaws } from './order.laws.js';
import { ownershipLaws } from './ownership.laws.js';
import type { CacheLaw, CacheSubject } from './subject.js';
import { valueLaws } from './value.laws.js';
import { wireLaws } from './wire.laws.js';

/** Promises of `ICache` while the store answers, one law per sentence. */
export const cacheLaws: readonly CacheLaw[] = [
  ...expiryLaws,
  ...valueLaws,
  ...keyLaws,
  ...bulkLaws,
  ...enumerationLaws,
  ...orderLaws,
  ...ownershipLaws,
  ...lifecycleLaws,
  ...wireLaws,
];

/** Runs the laws of `ICache` against an implementation. */
export function cacheContract(runner: Runner, subject: CacheSubject): void {
  runLaws(runner, cacheLaws, subject);
}
