import { type Runner, runLaws } from '../law.js';
import { counterLaws } from './counter.laws.js';
import { hashLaws } from './hash.laws.js';
import { listLaws } from './list.laws.js';
import { setLaws } from './set.laws.js';
import { sharedLaws } from './shared.laws.js';
import { sortedSetLaws } from './sorted-set.laws.js';
import type { CollectionLaw, CollectionSubject } from './subject.js';
import { waitingLaws } from './waiting.laws.js';

/** Promises of `ICollectionSite`, one law per sentence. */
export const collectionLaws: readonly CollectionLaw[] = [
  ...counterLaws,
  ...hashLaws,
  ...listLaws,
  ...waitingLaws,
  ...setLaws,
  ...sortedSetLaws,
  ...sharedLaws,
];

/** Runs the laws of `ICollectionSite` against an implementation. */
export function collectionsContract(runner: Runner, subject: CollectionSubject): void {
  runLaws(runner, collectionLaws, subject);
}
